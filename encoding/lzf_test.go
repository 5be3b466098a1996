package encoding

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// repetitive returns n bytes that LZF finds something in: runs, echoes from near
// and far, and noise.
func repetitive(r *rand.Rand, n int) []byte {
	b := make([]byte, 0, n)
	for len(b) < n {
		k := min(1+r.IntN(300), n-len(b))
		switch r.IntN(3) {
		case 0:
			b = append(b, bytes.Repeat([]byte{byte(r.Uint32())}, k)...)
		case 1:
			for range k {
				b = append(b, byte(r.Uint32()))
			}
		default:
			at := r.IntN(len(b) + 1)
			b = append(b, b[at:min(at+k, len(b))]...)
		}
	}
	return b
}

func TestLZFRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	for range 500 {
		src := repetitive(r, r.IntN(20_000))
		packed, ok := LZFCompress([]byte("head"), src, 2*len(src)+10)
		if !ok {
			t.Fatalf("%d bytes become more than twice as many", len(src))
		}
		out, err := LZFDecompress([]byte("start"), packed[4:], len(src))
		if err != nil || !bytes.Equal(out[5:], src) || string(out[:5]) != "start" {
			t.Fatalf("%d bytes do not come back: %v", len(src), err)
		}
		if _, ok := LZFCompress(nil, src, len(packed)-5); ok {
			t.Fatal("limit exceeded")
		}
	}
}

func TestLZFDamage(t *testing.T) {
	for _, c := range []struct {
		src  string
		size int
	}{
		{"", 1},
		{"\x00", 1},      // literal cut off
		{"\x00a", 2},     // too short
		{"\x01ab", 1},    // too long
		{"\x20\x00", 3},  // nothing to refer to
		{"\x00a\x20", 4}, // reference cut off
		{"\x00a\xe0\x00", 10},
		{"\x00a\x20\x01", 4}, // beyond the start
		{"\x00a", math.MaxInt},
		{"\x00a", -1},
	} {
		if out, err := LZFDecompress(nil, []byte(c.src), c.size); !errors.Is(err, ErrLZF) || out != nil {
			t.Errorf("%q as %d bytes: %q, %v", c.src, c.size, out, err)
		}
	}
}

// A DUMP payload of a string: type 0, length with the LZF mark, packed bytes,
// RDB version, CRC64. Redis reads what is packed here, and the other way round.
func TestLZFAndCRC64LikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(3, 9))
	for range 300 {
		src := append(repetitive(r, 100+r.IntN(20_000)), strings.Repeat("x", 200)...)
		packed, ok := LZFCompress(nil, src, len(src)-4)
		if !ok {
			continue
		}
		dump := []byte{0, 0xc3}
		dump = append(appendLength32(appendLength32(dump, len(packed)), len(src)), packed...)
		dump = append(dump, 10, 0)
		dump = binary.LittleEndian.AppendUint64(dump, CRC64(0, dump))
		if got := o.do("RESTORE", "k", "0", string(dump), "REPLACE"); got != "OK" {
			t.Fatalf("RESTORE: %v", got)
		}
		if o.do("GET", "k") != string(src) {
			t.Fatal("redis reads something else")
		}
		readDump(t, []byte(o.do("DUMP", "k").(string)), src)
	}
}

func appendLength32(b []byte, n int) []byte {
	return binary.BigEndian.AppendUint32(append(b, 0x80), uint32(n))
}

func readDump(t *testing.T, dump, want []byte) {
	t.Helper()
	body, sum := dump[:len(dump)-8], binary.LittleEndian.Uint64(dump[len(dump)-8:])
	if got := CRC64(0, body); got != sum {
		t.Fatalf("CRC64 %#x, redis says %#x", got, sum)
	}
	if body[1] != 0xc3 {
		return // redis did not find it worth while
	}
	body = body[2 : len(body)-2]
	_, body = readDumpLength(body)
	size, body := readDumpLength(body)
	out, err := LZFDecompress(nil, body, size)
	if err != nil || !bytes.Equal(out, want) {
		t.Fatalf("what redis packed does not come back: %v", err)
	}
}

func readDumpLength(b []byte) (n int, rest []byte) {
	switch b[0] >> 6 {
	case 0:
		return int(b[0] & 63), b[1:]
	case 1:
		return int(b[0]&63)<<8 | int(b[1]), b[2:]
	}
	return int(binary.BigEndian.Uint32(b[1:])), b[5:]
}

func FuzzLZF(f *testing.F) {
	packed, _ := LZFCompress(nil, bytes.Repeat([]byte("abcdef"), 100), 1000)
	f.Add(packed, 600)
	f.Add([]byte("\x00a\xe0\xff\x00"), 265)
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		if out, err := LZFDecompress(nil, b, size%100_000); err == nil && len(out) != size%100_000 {
			t.Fatalf("%d bytes, not %d", len(out), size)
		}
		packed, ok := LZFCompress(nil, b, 2*len(b)+10)
		if out, err := LZFDecompress(nil, packed, len(b)); !ok || err != nil || !bytes.Equal(out, b) {
			t.Fatalf("%x does not come back: %v", b, err)
		}
	})
}

func BenchmarkLZF(b *testing.B) {
	src := repetitive(rand.New(rand.NewPCG(4, 9)), 16<<10)
	packed, _ := LZFCompress(nil, src, len(src))
	b.Run("compress", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		out := make([]byte, 0, len(src))
		for b.Loop() {
			LZFCompress(out, src, len(src))
		}
	})
	b.Run("decompress", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		out := make([]byte, 0, len(src))
		for b.Loop() {
			LZFDecompress(out, packed, len(src))
		}
	})
	b.Run("compress-32", func(b *testing.B) {
		out := make([]byte, 0, 64)
		for b.Loop() {
			LZFCompress(out, src[:32], 64)
		}
	})
}
