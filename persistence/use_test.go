package persistence

import (
	"testing"
	"unsafe"
)

func TestUseCounting(t *testing.T) {
	minutely := &UseCounting{DecayMinutes: 1}
	for _, c := range []struct {
		how         *UseCounting
		uses        uint8
		idleSeconds int64
		want        uint8
	}{
		{minutely, 10, 59, 10}, {minutely, 10, 60, 9}, {minutely, 10, 299, 6}, {minutely, 10, 1e6, 0}, {nil, 10, 1e6, 10},
		{&UseCounting{DecayMinutes: 0}, 10, 1e6, 10}, {&UseCounting{DecayMinutes: 10}, 255, 3600, 249},
	} {
		if got := c.how.left(c.uses, c.idleSeconds); got != c.want {
			t.Errorf("%+v: of %d after %d s there are %d left, want %d", c.how, c.uses, c.idleSeconds, got, c.want)
		}
	}
	if got := minutely.more(255); got != 255 {
		t.Errorf("255 and one are %d", got)
	}
	for n := range uint8(100) {
		if got := minutely.more(n); got != n+1 {
			t.Errorf("without a factor, %d and one are %d", n, got)
		}
	}
	// After a thousand uses Redis's own documentation has 18 for a factor of 10, and 255 after a hundred thousand
	// without.
	n := uint8(newKeyUses)
	for range 1000 {
		n = (&UseCounting{LogFactor: 10}).more(n)
	}
	if n < 12 || n > 26 {
		t.Errorf("after 1000 uses the counter is %d", n)
	}
}

// The clock of 24 bits goes round, and may be read a little late.
func TestIdleSeconds(t *testing.T) {
	word := make([]uint32, 4)
	b := block{unsafe.Pointer(unsafe.SliceData(word))}
	const day = 24 * 3600
	for _, c := range []struct {
		used, now uint32
		want      int64
	}{
		{1_700_000_000, 1_700_000_000, 0}, {1_700_000_000, 1_700_000_005, 5}, {1_700_000_002, 1_700_000_000, 0},
		{1_700_000_000, 1_700_000_000 + 180*day, 180 * day}, {useSecondsMask - 1, useSecondsMask + 3, 4},
	} {
		*b.clock() = useStamp(c.used, 77)
		if got := b.idleSeconds(c.now); got != c.want || b.uses() != 77 {
			t.Errorf("used at %d, at %d idle for %d, want %d; uses %d", c.used, c.now, got, c.want, b.uses())
		}
	}
}
