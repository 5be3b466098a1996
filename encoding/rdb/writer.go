package rdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/cairndb/cairn/encoding"
)

// Options say how values are written. The zero Options are Redis 7.0's with rdbcompression off.
type Options struct {
	Version    int      // 9, 10 or 11; 0: DefaultVersion
	Compress   bool     // strings, by LZF
	NoChecksum bool     // of a file
	MaxPayload int      // bytes of a DUMP payload, which is else ErrTooLong; 0: no limit
	Packing    *Packing // nil: DefaultPacking
}

const maxHeldFile = 1 << 20 // bytes of a value that are held back before a file takes it unpacked

// Writer writes a file:
//
//	Info or Aux, Function, then for each database Database, and for each key Key and a value; Close
type Writer struct {
	ValueWriter
}

var errClosed = errors.New("rdb: the file has been closed")

// NewWriter writes to w, of which Close writes the rest. It panics if it cannot write that version.
func NewWriter(w io.Writer, o Options) *Writer {
	out := &Writer{ValueWriter: newValueWriter(o, maxHeldFile)}
	out.w, out.buf = w, make([]byte, 0, 2*sinkBytes)
	out.noSum, out.needKey = o.NoChecksum, true
	out.buf = fmt.Appendf(out.buf, "REDIS%04d", out.version)
	return out
}

func newValueWriter(o Options, maxHeld int) ValueWriter {
	w := ValueWriter{version: o.Version, packing: DefaultPacking, maxHeld: maxHeld}
	if w.version == 0 {
		w.version = DefaultVersion
	}
	if w.version < VersionRedis5 || w.version > VersionRedis72 {
		panic(fmt.Sprintf("rdb: version %d cannot be written", w.version))
	}
	if o.Packing != nil {
		w.packing = *o.Packing
	}
	w.compress, w.maxKept = o.Compress, o.MaxPayload
	return w
}

// Part is a writer of keys for the same file, beside this one. What it gives to
// to, in one piece or in many, goes into the file by Raw, in the place of keys
// that this writer could write there.
func (w *Writer) Part(to io.Writer) *Writer {
	part := &Writer{ValueWriter: ValueWriter{version: w.version, packing: w.packing, maxHeld: w.maxHeld}}
	part.compress, part.maxKept = w.compress, w.maxKept
	part.w, part.buf = to, make([]byte, 0, 2*sinkBytes)
	part.noSum, part.needKey = true, true
	return part
}

// Flush gives to the io.Writer what is held back between keys.
func (w *Writer) Flush() error {
	if err := w.between(); err != nil {
		return err
	}
	return w.fail(w.flush())
}

// Raw writes what a Part has given.
func (w *Writer) Raw(part []byte) error {
	if err := w.between(); err != nil {
		return err
	}
	return w.fail(w.bytes(part))
}

// Offset is how long the file is by now. Within a value it may be less than what the value has been given.
func (w *Writer) Offset() int64 { return w.left + int64(len(w.buf)) }

// between tells whether something may stand here that is no value.
func (w *Writer) between() error {
	if w.err == nil && (w.open != encoding.TypeNone || len(w.after) > 0) {
		return w.misuse("something within a key")
	}
	return w.err
}

// Aux writes a remark on the file.
func (w *Writer) Aux(name, value string) error {
	if err := w.between(); err != nil {
		return err
	}
	w.buf = append(w.buf, opAux)
	if err := w.string([]byte(name)); err != nil {
		return w.fail(err)
	}
	return w.fail(w.string([]byte(value)))
}

// Function writes a library of functions. Redis knows them since version 10.
func (w *Writer) Function(code []byte) error {
	if err := w.between(); err != nil {
		return err
	}
	if w.version < VersionRedis7 {
		return w.misuse("functions in version %d", w.version)
	}
	w.buf = append(w.buf, opFunction)
	return w.fail(w.string(code))
}

// Database begins a database, and tells how many keys it has and how many of them expire, which may be wrong.
func (w *Writer) Database(db int, keys, expires uint64) error {
	if err := w.between(); err != nil {
		return err
	}
	w.buf = append(w.buf, opSelectDB)
	w.length(uint64(db))
	w.buf = append(w.buf, opResizeDB)
	w.length(keys)
	w.length(expires)
	return w.fail(w.room())
}

// Attributes are what is written of a key beside its name and its value.
type Attributes struct {
	ExpireAtMs int64 // Unix time, 0: never
	Usage      Usage
}

// Key begins a key, whose value comes next.
func (w *Writer) Key(name []byte, a Attributes) error {
	if err := w.between(); err != nil {
		return err
	}
	if a.ExpireAtMs != 0 {
		w.before = binary.LittleEndian.AppendUint64(append(w.before, opExpireMs), uint64(a.ExpireAtMs))
	}
	switch a.Usage.Kind {
	case UsageIdle:
		w.before = appendLength(append(w.before, opIdle), uint64(a.Usage.N))
	case UsageFreq:
		w.before = append(w.before, opFreq, byte(a.Usage.N))
	}
	key := sink{buf: w.after, compress: w.compress}
	_ = key.string(name) // memory takes it
	w.after = key.buf
	return nil
}

// Close ends the file and writes what is left of it. The io.Writer is not closed.
func (w *Writer) Close() error {
	if err := w.between(); err != nil {
		return err
	}
	w.buf = append(w.buf, opEOF)
	if err := w.flush(); err != nil {
		return w.fail(err)
	}
	w.buf = binary.LittleEndian.AppendUint64(w.buf, w.crc)
	if err := w.flush(); err != nil {
		return w.fail(err)
	}
	w.err = errClosed
	return nil
}
