package encoding

import "testing"

// TestLongStringGolden pins the payload of a string in chunks.
func TestLongStringGolden(t *testing.T) {
	p := AppendLongString(nil, 0x0100_0000_0000_0002, 70000)
	want := "\x02\x00\x00\x00\x00\x00\x00\x01" + "\x05\x00\x00\x00\x00\x00\x00\x00" + "\x70\x11\x01\x00\x00\x00\x00\x00"
	if string(p) != want {
		t.Errorf("the payload is % x", p)
	}
	object, length, err := ParseLongString(p)
	if object != 0x0100_0000_0000_0002 || length != 70000 || err != nil {
		t.Errorf("object %x, %d bytes, %v", object, length, err)
	}
	if _, _, err := ParseLongString(p[1:]); err == nil {
		t.Error("a payload that is too short was taken")
	}
}
