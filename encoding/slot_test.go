package encoding

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestSlotGolden(t *testing.T) {
	if got := crc16([]byte("123456789")); got != 0x31c3 {
		t.Fatalf("check value %#x", got)
	}
	for key, want := range map[string]uint16{
		"":                     0,
		"foo":                  12182,
		"{user1000}.following": Slot([]byte("user1000")),
		"foo{{bar}}zap":        Slot([]byte("{bar")),
		"foo{bar}{zap}":        Slot([]byte("bar")),
		"foo{}{bar}":           crc16([]byte("foo{}{bar}")) % Slots,
		"foo{bar":              crc16([]byte("foo{bar")) % Slots,
	} {
		if got := Slot([]byte(key)); got != want {
			t.Errorf("%q: slot %d, want %d", key, got, want)
		}
	}
}

func TestSlotLikeRedis(t *testing.T) {
	o := startOracle(t, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(freePort(t)))
	r := rand.New(rand.NewPCG(9, 9))
	for range 5000 {
		key := fromAlphabet(r, "{}ab\x00\xff", r.IntN(40))
		if got, want := Slot([]byte(key)), o.do("CLUSTER", "KEYSLOT", key); int64(got) != want {
			t.Fatalf("%q: slot %d, redis says %v", key, got, want)
		}
	}
}

func BenchmarkSlot(b *testing.B) {
	for _, key := range []string{"key:000000012345", "{user1000}.following", "user:1234567:profile:settings:en"} {
		b.Run(strconv.Itoa(len(key)), func(b *testing.B) {
			k := []byte(key)
			for b.Loop() {
				Slot(k)
			}
		})
	}
}
