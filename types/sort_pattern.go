package types

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// sortPattern finds a value for an element: its * stands for the element in the
// name of a string, or, with ->field behind it, of a hash. The pattern # is the
// element itself. A pattern without * finds nothing.
type sortPattern struct {
	self, variable bool
	prefix, suffix []byte
	field          []byte // nil: the value is a string
	room           []byte // where names are made
}

// parseSortPattern reads a pattern. What follows a zero byte belongs to names
// and fields, but no * or -> in it counts.
func parseSortPattern(p []byte) (s sortPattern) {
	text := untilZero(p)
	s.self = string(text) == "#"
	star := bytes.IndexByte(text, '*')
	if s.variable = star >= 0; !s.variable {
		return s
	}
	s.prefix, s.suffix = p[:star], p[star+1:]
	if arrow := bytes.Index(text[star+1:], []byte("->")); arrow >= 0 && len(text) > star+1+arrow+2 {
		s.suffix, s.field = s.suffix[:arrow], s.suffix[arrow+2:]
	}
	return s
}

// find returns the value for an element, valid until its key changes, nil if
// there is none.
func (p *sortPattern) find(tx *persistence.Tx, element []byte) ([]byte, error) {
	switch {
	case p.self:
		return element, nil
	case !p.variable:
		return nil, nil
	}
	name := p.name(element)
	r, err := tx.Get(name)
	if err != nil {
		return nil, err
	}
	missed(tx, name, r.Exists())
	var v []byte
	ok := false
	switch {
	case p.field == nil && r.Type() == encoding.TypeString:
		v, ok, err = String(tx, name)
	case p.field != nil && r.Type() == encoding.TypeHash:
		v, ok, err = p.inHash(tx, name)
	}
	if v == nil && ok {
		v = []byte{}
	}
	return v, err
}

// inHash reads the field of a hash, one of many that are looked at in turn.
func (p *sortPattern) inHash(tx *persistence.Tx, name []byte) ([]byte, bool, error) {
	h, err := openHash(tx, name)
	if err != nil {
		return nil, false, err
	}
	defer h.c.Close()
	v, ok, err := h.find(p.field)
	return v, ok, err
}

// name makes the name for an element. It stays: whoever is told of it may keep
// it until the transaction ends.
func (p *sortPattern) name(element []byte) []byte {
	n := len(p.prefix) + len(element) + len(p.suffix)
	if cap(p.room)-len(p.room) < n {
		p.room = make([]byte, 0, max(n, roomBytes))
	}
	start := len(p.room)
	p.room = append(append(append(p.room, p.prefix...), element...), p.suffix...)
	return p.room[start:len(p.room):len(p.room)]
}
