package types

import (
	"bytes"
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
	runs, removed, err := equalRuns(l, end, most, element)
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

// equalRuns finds the elements that equal wanted, from an end on, at most most
// of them if that is positive. The runs come in the order in which they are met.
func equalRuns(l *persistence.Collection, end ListEnd, most int64, wanted []byte) (runs []run, n int64, err error) {
	e := elementsFrom(l, end, l.Len())
	for met := int64(0); e.Next(); met++ {
		if !bytes.Equal(e.Element(), wanted) {
			continue
		}
		at := met
		if end == ListTail {
			at = l.Len() - 1 - met
		}
		runs = addToRuns(runs, at)
		if n++; n == most {
			break
		}
	}
	return runs, n, e.Err()
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
