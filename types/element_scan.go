package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// ElementScan is one step of a walk through the elements of a collection.
type ElementScan struct {
	Cursor  uint64 // where to go on; 0 is the start
	Count   int64  // about how many elements to look at
	Pattern []byte // glob-style, as encoding.Match reads it; nil is all
}

func (s *ElementScan) passes(name []byte) bool {
	return s.Pattern == nil || AnyName(s.Pattern) || encoding.Match(s.Pattern, name, false)
}

// hashed goes through the entries of a tree whose keys encoding.AppendHashed
// has built, from the cursor on: Count of them, and those that share the last
// one's cursor. It returns the cursor of the next one, 0 at the end. What comes
// and goes between two steps moves no other entry, so none is missed.
func (s *ElementScan) hashed(tx *persistence.Tx, t *tree.Tree, each func(tree.Entry)) (next uint64, err error) {
	if s.Cursor > encoding.MaxHashedCursor {
		return 0, nil
	}
	if err := longer(tx, min(s.Count, t.Len())); err != nil {
		return 0, err
	}
	from, _, _, err := t.Find(encoding.AppendHashedCursor(nil, s.Cursor))
	if err != nil {
		return 0, err
	}
	seen, last := int64(0), uint64(0)
	it := t.Iter(from)
	for it.Next() {
		e := it.Entry()
		at := encoding.HashedCursor(e.Key)
		if seen >= s.Count && at != last {
			return at, nil
		}
		each(e)
		seen, last = seen+1, at
	}
	return 0, it.Err()
}
