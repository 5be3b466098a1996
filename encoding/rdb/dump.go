package rdb

import (
	"encoding/binary"
	"fmt"

	"github.com/cairndb/cairn/encoding"
)

// A DUMP payload (cluster.c): the value as in a file, the version it is of, and a checksum of all before.
//
//	type:u8 value version:u16 crc:u64, little-endian
const dumpTail = 2 + 8

// OpenDump begins to read a DUMP payload, which must not change meanwhile, of a version up to maxVersion. (Valkey's are
// higher than all of Redis's.) The value is checked as it is read.
//
// Errors: ErrChecksum, ErrVersion, ErrMalformed.
func OpenDump(payload []byte, maxVersion int, limits Limits) (*Value, error) {
	body, version, err := openDump(payload, maxVersion)
	if err != nil {
		return nil, err
	}
	d := &decoder{source: memorySource(body), maxString: limits.maxString()}
	code, err := d.byte()
	if err != nil {
		return nil, err
	}
	if code == codeModule || code == codeModulePreGA {
		return nil, fmt.Errorf("%w: the value is a module's", ErrMalformed)
	}
	v := &Value{}
	return v, v.begin(d, code, version)
}

// openDump verifies a payload and takes its tail off.
func openDump(payload []byte, maxVersion int) (body []byte, version int, err error) {
	if len(payload) < dumpTail {
		return nil, 0, fmt.Errorf("%w: there is none in %d bytes", ErrChecksum, len(payload))
	}
	n := len(payload) - dumpTail
	version = int(binary.LittleEndian.Uint16(payload[n:]))
	if version > maxVersion || !readable(max(version, 1)) {
		return nil, 0, fmt.Errorf("%w: %d", ErrVersion, version)
	}
	if encoding.CRC64(0, payload[:n+2]) != binary.LittleEndian.Uint64(payload[n+2:]) {
		return nil, 0, ErrChecksum
	}
	return payload[:n], version, nil
}

// Dumper builds DUMP payloads.
type Dumper struct {
	ValueWriter
}

// NewDumper builds payloads of the version that the options say. It panics if that cannot be written.
func NewDumper(o Options) *Dumper {
	return &Dumper{newValueWriter(o, maxPacked)}
}

// Payload is the payload of the one value that has been written since the last. It is the caller's.
func (d *Dumper) Payload() ([]byte, error) {
	if d.err == nil && (d.open != encoding.TypeNone || len(d.buf) == 0) {
		return nil, d.misuse("a payload of no value")
	}
	if d.err != nil {
		return nil, d.err
	}
	payload := appendDumpTail(d.buf, d.version)
	d.buf = nil
	return payload, nil
}

// appendDumpTail ends a payload.
func appendDumpTail(payload []byte, version int) []byte {
	payload = binary.LittleEndian.AppendUint16(payload, uint16(version))
	return binary.LittleEndian.AppendUint64(payload, encoding.CRC64(0, payload))
}

// DumpVersion is the version that a payload says it is of.
func DumpVersion(payload []byte) int {
	if len(payload) < dumpTail {
		return 0
	}
	return int(binary.LittleEndian.Uint16(payload[len(payload)-dumpTail:]))
}
