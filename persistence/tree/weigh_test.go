package tree

import (
	"encoding/binary"
	"testing"
)

// All leaves make the exact sum, some of them one that is near.
func TestWeigh(t *testing.T) {
	s := newShelf()
	var tr Tree
	tr.Init(s)
	weight := func(n int) int64 { return int64(n) + 100 }
	for i := range 20_000 {
		exact := int64(0)
		if i%4000 == 0 {
			for id, b := range s.nodes {
				if id != root {
					exact += weight(len(b))
				}
			}
			if got, err := tr.Weigh(0, weight); got != exact || err != nil {
				t.Fatalf("%d entries: %d, %v; want %d", i, got, err, exact)
			}
			if got, err := tr.Weigh(5, weight); got < exact/2 || got > exact*2 || err != nil {
				t.Fatalf("%d entries by samples: %d, %v; they weigh %d", i, got, err, exact)
			}
		}
		key := binary.BigEndian.AppendUint64(nil, uint64(i)*0x9E3779B97F4A7C15)
		if _, err := tr.Put(key, make([]byte, i%50)); err != nil {
			t.Fatal(err)
		}
	}
}
