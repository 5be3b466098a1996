package persistence

import (
	"fmt"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// TestSnapshot: a snapshot shows the store as it was, whatever happens after it.
func TestSnapshot(t *testing.T) {
	h := newTrial(t, spread(40))
	type shot struct {
		*Snapshot
		model *model
	}
	var open []shot
	for step := range shorter(6000) {
		h.step()
		switch h.rng.IntN(150) {
		case 0:
			n, err := h.s.Snapshot("test")
			if err != nil {
				h.fatalf("%v", err)
			}
			if n.Offset() != h.s.LogEnd() {
				t.Fatalf("a snapshot at offset %d, the log ends at %d", n.Offset(), h.s.LogEnd())
			}
			open = append(open, shot{n, h.m.clone()})
		case 1, 2:
			h.checkpoint()
		case 3:
			if len(open) > 0 {
				if err := open[0].model.compareSnapshot(open[0].Snapshot); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
				if err := open[0].Close(); err != nil {
					t.Fatal(err)
				}
				open = open[1:]
			}
		}
	}
	for _, o := range open {
		if err := o.model.compareSnapshot(o.Snapshot); err != nil {
			t.Fatal(err)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
	h.finish()
}

func (m *model) compareSnapshot(n *Snapshot) error {
	for db, want := range m.dbs {
		seen := 0
		err := n.Walk(db, func(k *StoredKey) error {
			value, err := showStored(k)
			if err != nil {
				return err
			}
			seen++
			if got := (entry{value, k.Record.ExpireAtMs}); got != want[string(k.Name)] {
				return fmt.Errorf("%q is %v, was %v", k.Name, got, want[string(k.Name)])
			}
			return nil
		})
		if err != nil || seen != len(want) {
			return fmt.Errorf("database %d: %d keys of %d: %w", db, seen, len(want), err)
		}
	}
	return nil
}

func showStored(k *StoredKey) (string, error) {
	if k.Record.Kind.Type() == encoding.TypeString {
		b, err := k.Value.AppendString(nil)
		return string(b), err
	}
	list := []string{}
	it := k.Value.Iter(0)
	for it.Next() {
		list = append(list, string(it.Entry().Value))
	}
	return listEntry(list, 0).value, it.Err()
}
