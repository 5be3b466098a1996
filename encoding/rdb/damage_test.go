package rdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// dumps are payloads of every layout, as far as the real server knows it.
func dumps() map[string][]byte {
	all := map[string][]byte{}
	for _, c := range formatCases() {
		if !c.loads {
			continue
		}
		body := c.file[magicBytes:]
		if body[0] == codeString || body[0] > codeStream2 {
			continue
		}
		// A single key, whose name is "k": the value is all the rest.
		if string(body[1:3]) != "\x01k" {
			continue
		}
		end := len(body) - 1
		if c.file[8] >= '5' || c.file[7] > '0' {
			end -= 8
		}
		all[c.name] = appendDumpTail(append([]byte{body[0]}, body[3:end]...), DefaultVersion)
	}
	return all
}

// sum makes a damaged payload's checksum right.
func sum(payload []byte) []byte {
	n := len(payload) - 8
	return binary.LittleEndian.AppendUint64(payload[:n:n], encoding.CRC64(0, payload[:n]))
}

// damaged is b with something wrong in it, except in the last ten bytes.
func damaged(r *rand.Rand, b []byte) []byte {
	b = append([]byte(nil), b...)
	n := len(b) - dumpTail
	for range 1 + r.IntN(2) {
		at := r.IntN(n)
		switch r.IntN(4) {
		case 0:
			b[at] ^= 1 << r.IntN(8)
		case 1:
			b[at] = byte(r.Uint32())
		case 2:
			b[at] += byte(r.IntN(3)) - 1
		case 3:
			b = append(b[:at], b[min(at+1+r.IntN(3), n):]...)
			n = len(b) - dumpTail
			if n <= 1 {
				return b
			}
		}
	}
	return b
}

// A file with a single bit wrong is refused, thanks to its checksum, or, where that is the bit, to its format.
func TestFlippedBits(t *testing.T) {
	for _, version := range []int{9, 10, 11} {
		file, err := os.ReadFile(fmt.Sprintf("testdata/written-%d.rdb", version))
		if err != nil {
			t.Fatal(err)
		}
		for i := 8 * magicBytes; i < 8*len(file); i++ { // another version may have no checksum
			file[i/8] ^= 1 << (i % 8)
			if _, _, err := readFile(file, Limits{}); err == nil {
				t.Fatalf("version %d: bit %d of byte %d", version, i%8, i/8)
			}
			file[i/8] ^= 1 << (i % 8)
		}
	}
}

// Damage that no checksum finds may go unnoticed, but does no harm.
func TestDamagedFiles(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 7))
	for _, c := range formatCases() {
		file := unsummed(c.file)
		for range 100 {
			_, _, _ = readFile(damaged(r, file), Limits{MaxString: 1 << 20})
		}
	}
}

// A length is believed only as far as bytes have come.
func TestAbsurdLengths(t *testing.T) {
	huge := cat(0x81, "\x7f\xff\xff\xff\xff\xff\xff\xff")
	large := cat(0x80, "\x1f\xff\xff\xff") // less than the limit
	for name, value := range map[string][]byte{
		"string": cat(codeString, str("k"), huge), "large string": cat(codeString, str("k"), large),
		"key": cat(codeString, huge), "large key": cat(codeString, large),
		"lzf": cat(codeString, str("k"), 0xc3, num(3), huge, "abc"), "packed": cat(codeString, str("k"), 0xc3, huge, num(3)),
		"large lzf": cat(codeString, str("k"), 0xc3, large, large), "large lzf, few bytes": cat(codeString, str("k"), 0xc3, num(3), large, "abc"),
		"list": cat(codeList, str("k"), huge), "hash": cat(codeHash, str("k"), huge, str("f"), str("v")),
		"listpack": cat(codeHashListpack, str("k"), large), "nodes": cat(codeListQuicklist2, str("k"), huge, nodePacked),
		"stream": cat(codeStream, str("k"), huge), "groups": cat(codeStream, str("k"), num(0), num(0), num(0), num(0), huge),
		"pending":   cat(codeStream, str("k"), num(0), num(0), num(0), num(0), num(1), str("g"), num(0), num(0), huge),
		"consumers": cat(codeStream, str("k"), num(0), num(0), num(0), num(0), num(1), str("g"), num(0), num(0), num(0), huge),
		"module":    cat(codeModule, str("k"), moduleID("test-type", 1), moduleString, huge), "aux": cat(opAux, huge),
	} {
		file := append([]byte("REDIS0009"), value...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := readFile(file, Limits{})
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
			t.Errorf("%s: %d bytes allocated, then %v", name, n, err)
		}
	}
}

// errNoKey: the value makes no key.
var errNoKey = errors.New("empty")

// checkDump verifies a payload, and reads it.
func checkDump(payload []byte) (modelKey, error) {
	limits := Limits{MaxString: 64 << 20}
	v, err := OpenDump(payload, VersionRedis74, limits)
	if err != nil {
		return modelKey{}, err
	}
	facts, err := v.Verify()
	if err != nil {
		return modelKey{}, err
	}
	if facts.Elements == 0 && v.Type != encoding.TypeString && v.Type != encoding.TypeStream {
		return modelKey{}, errNoKey
	}
	if v, err = OpenDump(payload, VersionRedis74, limits); err != nil {
		return modelKey{}, err
	}
	k := modelKey{name: "k", model: readValue(v)}
	return k, v.Err()
}

func (m *model) size() int { return len(m.items) + len(m.fields) + len(m.scored) }

// repeats tells whether two elements are the same that must not be.
func (m *model) repeats() bool {
	seen := map[string]bool{}
	for _, s := range m.items {
		if seen[s] && m.typ == encoding.TypeSet {
			return true
		}
		seen[s] = true
	}
	for _, f := range m.fields {
		seen[f.name] = true
	}
	for _, s := range m.scored {
		seen[s.member] = true
	}
	return m.typ != encoding.TypeList && len(seen) < m.size()
}

// Damaged payloads are refused here wherever the real server refuses them, and where it does not, the value is the
// same. The exceptions: the server reads on into the tail of the payload, and may find a value there; and of a score's
// text it takes as much as makes sense; of a stream it does not check that ids and numbers make sense together; and where
// a length should be it takes the mark of a packed string for one.
func TestDamagedDumpsLikeRedis(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	redis := startOracle(t, nil)
	for name, payload := range dumps() {
		for range 200 {
			bad := sum(damaged(r, payload))
			k, err := checkDump(bad)
			got := redis.do("RESTORE", "k", "0", string(bad), "REPLACE")
			switch {
			case got != "OK" && err == nil:
				t.Errorf("%s: redis says %s, but here it is %v\n%q", name, got, k, bad)
			case got == "OK" && err != nil && (strings.Contains(name, "stream") || errors.Is(err, io.ErrUnexpectedEOF) ||
				errors.Is(err, errScore) || errors.Is(err, errNoLength)):
			case got == "OK" && err != nil:
				t.Errorf("%s: redis takes it, but here: %v\n%q", name, err, bad)
			case got == "OK" && redis.digest("k") != k.digest():
				t.Errorf("%s: not the same value here: %v\n%q", name, k, bad)
			}
		}
	}
}
