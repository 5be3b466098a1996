package encoding

import (
	"bytes"
	"hash/crc32"
	"math/rand/v2"
	"testing"
)

func TestMendCRC32C(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		good := make([]byte, 1+r.IntN(300))
		for i := range good {
			good[i] = byte(r.Uint32())
		}
		sum := crc32.Checksum(good, castagnoli)
		bad := bytes.Clone(good)
		bit := r.IntN(8 * len(bad))
		bad[bit/8] ^= 1 << (bit % 8)
		if got, ok := MendCRC32C(bad, crc32.Checksum(bad, castagnoli), sum); !ok || got != bit || !bytes.Equal(bad, good) {
			t.Fatalf("bit %d of %d bytes: %d, %v", bit, len(good), got, ok)
		}
		if got, ok := MendCRC32C(bad, crc32.Checksum(bad, castagnoli), sum^1<<r.IntN(32)); !ok || got != -1 || !bytes.Equal(bad, good) {
			t.Fatalf("a bit of the checksum: %d, %v", got, ok)
		}
		// A CRC32C finds two more bits, whatever they are, in so few bytes.
		for range 2 {
			other := r.IntN(8 * len(bad))
			bad[other/8] ^= 1 << (other % 8)
		}
		if bytes.Equal(bad, good) {
			continue
		}
		broken := bytes.Clone(bad)
		if got, ok := MendCRC32C(bad, crc32.Checksum(bad, castagnoli), sum); ok {
			t.Fatalf("two bits pass for bit %d", got)
		}
		if !bytes.Equal(bad, broken) {
			t.Fatal("what could not be mended was changed")
		}
	}
}
