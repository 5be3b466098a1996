package encoding

import (
	"encoding/hex"
	"reflect"
	"testing"
)

var sampleMeta = Meta{
	Offset: 1234567, Selected: 3, HashSeed: 0x0102030405060708, CreatedMs: 1700000000000, NextPhysical: 9,
	NextObject: []uint64{1, 300},
	Databases:  []MetaDatabase{{Logical: 0, Physical: 4, Keys: []int64{5, 6}, Expires: []int64{0, 1}}},
	LogEpoch:   2,
	Functions:  []string{"#!lua name=a\nx", ""},
}

// TestMetaLayout pins the layout. A change needs a new FormatVersion.
func TestMetaLayout(t *testing.T) {
	const want = "0500000087ad4b03080706050403020180d095ffbc310902" + "01ac02" + "010004020506020001" + "02" +
		"020e23216c7561206e616d653d610a7800" + "9e9734fe"
	if got := hex.EncodeToString(AppendMeta(nil, &sampleMeta)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMetaReadsBack(t *testing.T) {
	b := AppendMeta(nil, &sampleMeta)
	m, err := ParseMeta(b)
	if err != nil || !reflect.DeepEqual(*m, sampleMeta) {
		t.Fatalf("%+v, %v", m, err)
	}
	for i := range b {
		damaged := append([]byte(nil), b...)
		damaged[i] ^= 0x40
		if _, err := ParseMeta(damaged); err == nil {
			t.Errorf("damage at byte %d is not noticed", i)
		}
		if _, err := ParseMeta(b[:i]); err == nil {
			t.Errorf("the first %d bytes pass for the whole", i)
		}
	}
}
