package types

import (
	"bytes"

	"github.com/cairndb/cairn/persistence"
)

// listMatches goes through the elements of a list that equal a given one, from
// an end on:
//
//	for m.next() {
//		use(m.at)
//	}
//	return m.err
type listMatches struct {
	tx     *persistence.Tx
	list   ListElements
	wanted []byte
	met    int64 // elements compared
	last   int64 // position of the first one compared, if it is from the end on
	at     int64 // position of the last match
	err    error
}

// matchFrom looks at compared elements at most.
func matchFrom(tx *persistence.Tx, l *persistence.Collection, end ListEnd, compared int64, wanted []byte) listMatches {
	return listMatches{tx: tx, list: elementsFrom(l, end, compared), wanted: wanted, last: l.Len() - 1}
}

func (m *listMatches) next() bool {
	for m.err == nil && m.list.Next() {
		m.met++
		if m.met == longWork+1 {
			m.err = longer(m.tx, m.met)
		}
		if m.err == nil && bytes.Equal(m.list.Element(), m.wanted) {
			m.at = m.met - 1
			if m.list.backward {
				m.at = m.last - m.at
			}
			return true
		}
	}
	if m.err == nil {
		m.err = m.list.Err()
	}
	return false
}
