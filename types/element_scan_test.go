package types

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// scanned is a collection that a walk goes through while it changes.
type scanned struct {
	add, remove func(tx *persistence.Tx, element string) error
	scan        func(tx *persistence.Tx, s ElementScan, found func(element string)) (uint64, error)
}

var scannedTypes = map[string]scanned{
	"hash": {
		func(tx *persistence.Tx, e string) error {
			_, err := HSet(tx, testKey, byteStrings(e, "v"), testLimits)
			return err
		},
		func(tx *persistence.Tx, e string) error { _, err := HDel(tx, testKey, byteStrings(e)); return err },
		func(tx *persistence.Tx, s ElementScan, found func(string)) (uint64, error) {
			return HScan(tx, testKey, s, func(field, _ []byte) { found(string(field)) })
		},
	},
	"set": {
		func(tx *persistence.Tx, e string) error { _, err := SAdd(tx, testKey, byteStrings(e), 10); return err },
		func(tx *persistence.Tx, e string) error { _, err := SRem(tx, testKey, byteStrings(e)); return err },
		func(tx *persistence.Tx, s ElementScan, found func(string)) (uint64, error) {
			return SScan(tx, testKey, s, func(member []byte) { found(string(member)) })
		},
	},
}

// A walk meets everything that is there all the time, while other elements come
// and go, and the store forgets what it has in RAM or is opened anew.
func TestScanMissesNothing(t *testing.T) {
	for name, c := range scannedTypes {
		t.Run(name, func(t *testing.T) {
			s, r := newTestStore(t), testRand(t)
			const lasting = 700
			for i := range lasting {
				s.update(func(tx *persistence.Tx) error { return c.add(tx, "lasting:"+strconv.Itoa(i)) })
			}
			for range 5 {
				seen := scanWhileChanging(s, r, c)
				for i := range lasting {
					if !seen["lasting:"+strconv.Itoa(i)] {
						t.Fatalf("the walk has not met %d", i)
					}
				}
			}
		})
	}
}

func scanWhileChanging(s *testStore, r *rand.Rand, c scanned) map[string]bool {
	s.t.Helper()
	seen := map[string]bool{}
	step := ElementScan{Count: int64(1 + r.IntN(60))}
	for range 10_000 {
		var met []string
		var next uint64
		s.update(func(tx *persistence.Tx) (err error) {
			met = nil
			next, err = c.scan(tx, step, func(e string) { met = append(met, e) })
			return err
		})
		for _, e := range met {
			seen[e] = true
		}
		if step.Cursor = next; next == 0 {
			return seen
		}
		churn(s, r, c)
	}
	s.t.Fatal("the walk does not end")
	return nil
}

// churn changes everything but what lasts.
func churn(s *testStore, r *rand.Rand, c scanned) {
	s.update(func(tx *persistence.Tx) error {
		for range r.IntN(300) {
			e, change := "passing:"+strconv.Itoa(r.IntN(2000)), c.add
			if r.IntN(2) == 0 {
				change = c.remove
			}
			if err := change(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	s.shake(r)
	if r.IntN(20) == 0 {
		s.restart()
	}
}

// A walk with a pattern meets what matches, and a step looks at about as much as
// it was told to.
func TestScanIsBounded(t *testing.T) {
	s := newTestStore(t)
	for i := range 1000 {
		s.update(setAdd("k", "m"+strconv.Itoa(i)))
	}
	found, steps := 0, 0
	o := ElementScan{Count: 100, Pattern: []byte("m*7")}
	for more := true; more; more = o.Cursor != 0 {
		s.update(func(tx *persistence.Tx) (err error) {
			o.Cursor, err = SScan(tx, testKey, o, func([]byte) { found++ })
			return err
		})
		steps++
	}
	if found != 100 || steps != 10 {
		t.Errorf("found %d in %d steps, want 100 in 10", found, steps)
	}
}
