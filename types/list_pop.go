package types

import (
	"strconv"

	"github.com/cairndb/cairn/persistence"
)

// ListPop is elements that are about to be taken off an end of a list: those
// who want them read them, then call Remove. So nothing is copied on the way.
type ListPop struct {
	tx      *persistence.Tx
	key     []byte
	list    *persistence.Collection
	end     ListEnd
	n       int64
	counted bool // what is logged says how many
}

// PopOne is about to take an element off an end of a list. It finds none if the
// key is missing.
func PopOne(tx *persistence.Tx, key []byte, end ListEnd) (ListPop, error) {
	p, err := PopMany(tx, key, end, 1)
	p.counted = false
	return p, err
}

// PopMany is about to take up to count elements off an end of a list, as many
// as there are.
func PopMany(tx *persistence.Tx, key []byte, end ListEnd, count int64) (ListPop, error) {
	l, err := openList(tx, key)
	if err != nil {
		return ListPop{}, err
	}
	return ListPop{tx: tx, key: key, list: l, end: end, n: min(count, l.Len()), counted: true}, nil
}

// PopFirst is PopMany for the first of several keys that exists. It looks at no
// key after that one.
func PopFirst(tx *persistence.Tx, keys [][]byte, end ListEnd, count int64) (ListPop, error) {
	for _, key := range keys {
		r, err := tx.Get(key)
		if err != nil {
			return ListPop{}, err
		}
		if r.Exists() {
			return PopMany(tx, key, end, count)
		}
	}
	return ListPop{}, nil
}

// Exists tells whether there is a list.
func (p *ListPop) Exists() bool { return p.list != nil && p.list.Exists() }

// Key is the list's.
func (p *ListPop) Key() []byte { return p.key }

// Elements are those to be taken, the one at the end first.
func (p *ListPop) Elements() ListElements { return elementsFrom(p.list, p.end, p.n) }

// Element is the one at the end of a list that exists.
func (p *ListPop) Element() ([]byte, error) { return elementAt(p.list, p.end) }

func elementAt(l *persistence.Collection, end ListEnd) ([]byte, error) {
	at := int64(0)
	if end == ListTail {
		at = l.Len() - 1
	}
	e, err := l.At(at)
	return e.Value, err
}

// Remove takes the elements off. A list that has no more is deleted.
func (p *ListPop) Remove() error {
	if p.n == 0 {
		return nil
	}
	if p.counted {
		var digits [20]byte
		p.tx.Log(listEnds[p.end].pop, p.key, strconv.AppendInt(digits[:0], p.n, 10))
	} else {
		p.tx.Log(listEnds[p.end].pop, p.key)
	}
	return removeFrom(p.tx, p.key, p.list, p.end, p.n)
}

// removeFrom removes elements from an end and tells of it.
func removeFrom(tx *persistence.Tx, key []byte, l *persistence.Collection, end ListEnd, n int64) error {
	at := int64(0)
	if end == ListTail {
		at = l.Len() - n
	}
	if err := l.Remove(at, n); err != nil {
		return err
	}
	tx.Modified(key, persistence.EventList, listEnds[end].popped)
	return deleteEmptied(tx, key, l)
}
