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
	l, err := openList(tx, key)
	if err != nil {
		return ListPop{}, err
	}
	return ListPop{tx: tx, key: key, list: l, end: end, n: 1}, nil
}

// PopMany is about to take up to count elements off an end of a list, as many
// as there are.
func PopMany(tx *persistence.Tx, key []byte, end ListEnd, count int64) (ListPop, error) {
	l, err := openList(tx, key)
	if err != nil {
		return ListPop{}, err
	}
	n := min(count, l.Len())
	return ListPop{tx: tx, key: key, list: l, end: end, n: n, counted: true}, longer(tx, n)
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
	if end == ListTail {
		e, err := l.Last()
		return e.Value, err
	}
	e, err := l.At(0)
	return e.Value, err
}

// Remove takes the elements off a list that exists. After PopOne, Element has
// been called just before. A list that has no more elements is deleted.
func (p *ListPop) Remove() (err error) {
	switch {
	case p.n == 0:
		return nil
	case p.counted:
		var digits [20]byte
		p.tx.Log(listEnds[p.end].pop, p.key, strconv.AppendInt(digits[:0], p.n, 10))
		err = takeOff(p.list, p.end, p.n)
	default:
		p.tx.Log(listEnds[p.end].pop, p.key)
		err = p.list.RemoveFound()
	}
	if err != nil {
		return err
	}
	return takenOff(p.tx, p.key, p.list, p.end)
}

func takeOff(l *persistence.Collection, end ListEnd, n int64) error {
	if end == ListHead {
		return l.Remove(0, n)
	}
	return l.Remove(l.Len()-n, n)
}

// takenOff tells that elements were taken off an end.
func takenOff(tx *persistence.Tx, key []byte, l *persistence.Collection, end ListEnd) error {
	tx.Modified(key, persistence.EventList, listEnds[end].popped)
	return dropEmpty(tx, key, l)
}
