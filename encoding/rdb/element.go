package rdb

import "github.com/cairndb/cairn/encoding"

// element is an element of a packed collection: a text, or a number that stands for its decimal text.
type element struct {
	text  []byte // aliases the collection
	num   int64
	isNum bool
}

// bytes is the element as text. A number is written to *scratch.
func (e *element) bytes(scratch *[]byte) []byte {
	if !e.isNum {
		return e.text
	}
	*scratch = encoding.AppendInt((*scratch)[:0], e.num)
	return *scratch
}

// number is the element as a number, which a text may stand for too.
func (e *element) number() (int64, error) {
	if e.isNum {
		return e.num, nil
	}
	if n, ok := encoding.ParseInt(e.text); ok {
		return n, nil
	}
	return 0, malformed("%s where a number should be", quoteKey(e.text))
}

// packed walks through a packed collection and checks it on the way: bounds, counts and everything that is written down
// twice. An error may come after elements that looked right.
type packed interface {
	// next returns the next element; ok is false at the end, where the whole has been found in order.
	next() (e element, ok bool, err error)
}

// must is an element that has to be there.
func must(p packed) (element, error) {
	e, ok, err := p.next()
	if err == nil && !ok {
		err = malformed("a packed collection ends too early")
	}
	return e, err
}

// mustNumber is a number that has to be there.
func mustNumber(p packed) (int64, error) {
	e, err := must(p)
	if err != nil {
		return 0, err
	}
	return e.number()
}
