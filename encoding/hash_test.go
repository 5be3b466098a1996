package encoding

import (
	"bytes"
	"encoding/hex"
	"math"
	"testing"
)

func TestHashedGolden(t *testing.T) {
	key := AppendHashed(nil, 0x0123456789abcdef, []byte("field"))
	if got := hex.EncodeToString(key); got != "0123456789abcdef"+"6669656c64" {
		t.Errorf("%s", got)
	}
	if name := HashedName(key); string(name) != "field" {
		t.Errorf("name %q", name)
	}
	if cursor := HashedCursor(key); cursor != 0x0123456789ab {
		t.Errorf("cursor %#x", cursor)
	}
	if at := AppendHashedCursor(nil, 0x0123456789ab); hex.EncodeToString(at) != "0123456789ab0000" {
		t.Errorf("place of the cursor %x", at)
	}
}

// A cursor leads to the first entry that has it.
func TestHashedCursorComesBefore(t *testing.T) {
	for _, hash := range []uint64{0, 1, 0xffff, 0x10000, 1 << 63, math.MaxUint64} {
		key := AppendHashed(nil, hash, nil)
		cursor := HashedCursor(key)
		if cursor > MaxHashedCursor {
			t.Errorf("%#x: cursor %#x", hash, cursor)
		}
		if bytes.Compare(AppendHashedCursor(nil, cursor), key) > 0 {
			t.Errorf("%#x lies before its cursor %#x", hash, cursor)
		}
		if cursor > 0 && bytes.Compare(AppendHashedCursor(nil, cursor-1), key) >= 0 {
			t.Errorf("%#x does not lie after the cursor %#x", hash, cursor-1)
		}
	}
}

// What is no key at all has no name.
func TestHashedOfNothing(t *testing.T) {
	if name, cursor := HashedName([]byte("short")), HashedCursor([]byte("short")); len(name) != 0 || cursor != 0 {
		t.Errorf("%q, %d", name, cursor)
	}
}
