package types

import (
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// The numbers are what redis-server 7.0.15 says.
func TestDigest(t *testing.T) {
	s := newTestStore(t)
	const year2100 = 4102444800000
	rows := []struct {
		database   int
		key, value string
		expireAtMs int64
		want       string // DEBUG DIGEST-VALUE
	}{
		{0, "a", "hello", 0, "36b23a1456b2dce2c3ed252c456761301dba8060"},
		{0, "n", "12345", 0, "e1cf90774e995ae03de66e8109dc5cb9d9c2dc83"},
		{0, "e", "x", year2100, "0745672cb1bf060476eedeb8a28f5ffe1ff5a2be"},
		{3, "", "", 0, "8b3447c33a834b810e3e181b6fd6a2ee1020921c"},
	}
	var all DatasetDigest
	last := -1
	for _, r := range rows {
		s.tx.Select(r.database)
		key := []byte(r.key)
		s.update(func(tx *persistence.Tx) error {
			_, err := Set(tx, key, []byte(r.value), SetOptions{ExpireAtMs: r.expireAtMs})
			return err
		})
		s.update(func(tx *persistence.Tx) error {
			value, err := DigestValue(tx, key)
			if err != nil || value.String() != r.want {
				t.Errorf("%q: %v, %v; want %v", r.key, value, err, r.want)
			}
			d, ok, err := DigestKey(tx, key)
			if err != nil || !ok {
				t.Errorf("%q: %v, %v", r.key, ok, err)
			}
			if last != r.database {
				last = r.database
				all.Database(last)
			}
			all.Add(d)
			return nil
		})
	}
	if sum := all.Sum(); sum.String() != "a7c924a8336e2cd40549142701601ab01dda733b" {
		t.Errorf("all: %v", sum.String())
	}
}

func TestDigestOfNothing(t *testing.T) {
	s := newTestStore(t)
	s.update(func(tx *persistence.Tx) error {
		d, err := DigestValue(tx, testKey)
		if d != (Digest{}) || err != nil {
			t.Errorf("%v, %v", d, err)
		}
		return nil
	})
}
