package persistence

import "testing"

// TestRandom draws keys and counts: in RAM and from the tables all are equally
// likely.
func TestRandom(t *testing.T) {
	for _, format := range []string{"%d", "{slot}%d"} {
		t.Run(format, func(t *testing.T) {
			names := manyNames(1500, format)
			if testing.Short() {
				names = names[:500]
			}
			s := openInMemory(t)
			fill(t, s, names)
			if _, ok, err := s.Random(1); ok || err != nil {
				t.Fatalf("an empty database has a key: %v, %v", ok, err)
			}
			checkFair(t, draw(t, s, len(names)*10), names)
			if _, err := s.Checkpoint("test"); err != nil {
				t.Fatal(err)
			}
			checkFair(t, draw(t, s, len(names)*10), names)
			s.EvictAll()
			checkFair(t, draw(t, s, len(names)), names)
		})
	}
}

func fill(t *testing.T, s *Store, names []string) {
	t.Helper()
	tx := s.Tx()
	for _, name := range names {
		err := s.Update(tx, Keys{Names: [][]byte{[]byte(name)}}, func(tx *Tx) error {
			return tx.Put([]byte(name), stringKind, nil, 0)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func draw(t *testing.T, s *Store, n int) map[string]int {
	t.Helper()
	drawn := map[string]int{}
	for range n {
		e, ok, err := s.Random(0)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		drawn[string(e.Name)]++
	}
	return drawn
}

// checkFair compares how often keys were drawn with what chance makes of it:
// the sum of squared differences, divided by the mean, is about 1 for each key.
func checkFair(t *testing.T, drawn map[string]int, names []string) {
	t.Helper()
	total := 0
	for _, n := range drawn {
		total += n
	}
	mean := float64(total) / float64(len(names))
	sum := 0.0
	for _, name := range names {
		d := float64(drawn[name]) - mean
		sum += d * d / mean
		delete(drawn, name)
	}
	if len(drawn) > 0 {
		t.Errorf("drew keys that do not exist: %v", drawn)
	}
	if each := sum / float64(len(names)); each > 1.3 {
		t.Errorf("keys are drawn unfairly: %.2f", each)
	}
}

// TestRandomOfFew: with all but one key deleted, that one is found, in RAM and
// on disk.
func TestRandomOfFew(t *testing.T) {
	s := openInMemory(t)
	names := manyNames(2000, "{slot}%d")
	fill(t, s, names)
	tx := s.Tx()
	for _, name := range names[1:] {
		err := s.Update(tx, Keys{Names: [][]byte{[]byte(name)}}, func(tx *Tx) error {
			_, err := tx.Delete([]byte(name))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := draw(t, s, 50)[names[0]]; n != 50 {
		t.Fatalf("drawn %d times of 50", n)
	}
	if _, err := s.Checkpoint("test"); err != nil {
		t.Fatal(err)
	}
	s.EvictAll()
	if n := draw(t, s, 50)[names[0]]; n != 50 {
		t.Fatalf("drawn %d times of 50", n)
	}
}
