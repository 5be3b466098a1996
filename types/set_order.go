package types

import (
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// intsetOrder passes members on in the order that they have in Redis's result:
// in that of numbers, if all are integers and so few that the result is an
// intset; else that is free.
type intsetOrder struct {
	most int64 // members of an intset
	each func(member []byte)
	held []int64
	free bool
	text intText
}

func (o *intsetOrder) add(member []byte) {
	if o.free {
		o.each(member)
		return
	}
	n, ok := encoding.ParseInt(member)
	if ok && int64(len(o.held)) < o.most {
		o.held = append(o.held, n)
		return
	}
	o.free = true
	o.release()
	o.each(member)
}

// finish passes on what was held back.
func (o *intsetOrder) finish() {
	slices.Sort(o.held)
	o.release()
}

func (o *intsetOrder) release() {
	for _, n := range o.held {
		o.each(encoding.AppendInt(o.text[:0], n))
	}
	o.held = nil
}
