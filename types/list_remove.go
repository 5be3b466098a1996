package types

import (
	"strconv"

	"github.com/cairndb/cairn/persistence"
)

var wordLRem = []byte("LREM")

// ListRemove removes the elements that equal a given one, and returns how many:
// the first count of them, or, if count is negative, the last; all if it is 0.
func ListRemove(tx *persistence.Tx, key []byte, count int64, element []byte) (int64, error) {
	l, err := openList(tx, key)
	if err != nil || !l.Exists() {
		return 0, err
	}
	end, most := ListHead, count
	if count < 0 {
		end, most = ListTail, -count // of the least number it stays negative: no bound, as 0 is none
	}
	m := matchFrom(tx, l, end, l.Len(), element)
	runs, removed, err := equalRuns(&m, most)
	if err != nil || removed == 0 {
		return 0, err
	}
	if err := removeRuns(l, end, runs); err != nil {
		return 0, err
	}
	var digits [20]byte
	tx.Log(wordLRem, key, strconv.AppendInt(digits[:0], count, 10), element)
	tx.Modified(key, persistence.EventList, "lrem")
	return removed, dropEmpty(tx, key, l)
}

// run is elements that follow each other.
type run struct {
	at, n int64
}

// equalRuns gathers matches, at most most of them if that is positive. The runs
// come in the order in which they are met.
func equalRuns(m *listMatches, most int64) (runs []run, n int64, err error) {
	for m.next() {
		runs = addToRuns(runs, m.at)
		if n++; n == most {
			break
		}
	}
	return runs, n, m.err
}

// addToRuns adds a position, next to that of the last run if it is a neighbour.
func addToRuns(runs []run, at int64) []run {
	if len(runs) > 0 {
		switch last := &runs[len(runs)-1]; at {
		case last.at + last.n:
			last.n++
			return runs
		case last.at - 1:
			last.at--
			last.n++
			return runs
		}
	}
	return append(runs, run{at, 1})
}

// removeRuns removes what was met from an end on, the last run of the list
// first: so those that are left stay where they are.
func removeRuns(l *persistence.Collection, end ListEnd, runs []run) error {
	for i := range runs {
		r := runs[i]
		if end == ListHead {
			r = runs[len(runs)-1-i]
		}
		if err := l.Remove(r.at, r.n); err != nil {
			return err
		}
	}
	return nil
}
