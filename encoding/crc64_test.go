package encoding

import (
	"math/rand/v2"
	"testing"
)

func TestCRC64Golden(t *testing.T) {
	if got := CRC64(0, []byte("123456789")); got != 0xe9c6d914c4b8d9ca {
		t.Fatalf("check value %#x", got)
	}
}

// Cut anywhere, the checksum is the same.
func TestCRC64InPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	b := make([]byte, 200)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	want := CRC64(0, b)
	for cut := range b {
		if got := CRC64(CRC64(0, b[:cut]), b[cut:]); got != want {
			t.Fatalf("cut at %d: %#x, not %#x", cut, got, want)
		}
	}
}

func BenchmarkCRC64(b *testing.B) {
	buf := make([]byte, 16<<10)
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		CRC64(0, buf)
	}
}
