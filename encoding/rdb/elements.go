package rdb

import (
	"iter"

	"github.com/cairndb/cairn/encoding"
)

// Elements are the elements of a list from head to tail, or the members of a set in no order.
func (v *Value) Elements() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if (v.Type == encoding.TypeList || v.Type == encoding.TypeSet) && v.claim(v.Type, untouched, finished) {
			v.end(v.elements(until(yield)))
		}
	}
}

func (v *Value) elements(emit func([]byte)) error {
	switch v.code {
	case codeList, codeSet:
		return v.plainElements(emit)
	case codeListQuicklist, codeListQuicklist2:
		return v.nodes(emit)
	}
	return v.packedElements(v.blob, emit)
}

func (v *Value) plainElements(emit func([]byte)) error {
	for range v.n {
		b, err := v.d.string()
		if err != nil {
			return err
		}
		emit(b)
	}
	return nil
}

// nodes walks through a quicklist: nodes that are ziplists, or, in its second form, listpacks and single elements.
func (v *Value) nodes(emit func([]byte)) error {
	for range v.n {
		container := uint64(nodePacked)
		if v.code == codeListQuicklist2 {
			var err error
			if container, err = v.d.length(); err != nil {
				return err
			}
		}
		if err := v.node(container, emit); err != nil {
			return err
		}
	}
	return nil
}

func (v *Value) node(container uint64, emit func([]byte)) error {
	switch container {
	case nodePlain:
		b, err := v.d.string()
		if err == nil && len(b) == 0 {
			err = malformed("a quicklist's node of its own for an empty element")
		}
		if err != nil {
			return err
		}
		emit(b)
		return nil
	case nodePacked:
		b, err := v.d.blob()
		if err != nil {
			return err
		}
		return v.packedElements(b, emit)
	}
	return malformed("a quicklist's node of kind %d", container)
}

func (v *Value) packedElements(b []byte, emit func([]byte)) error {
	p, err := v.openPacked(b)
	for err == nil {
		var e element
		var ok bool
		if e, ok, err = p.next(); err != nil || !ok {
			break
		}
		b := e.bytes(&v.first)
		if v.code == codeSetListpack && !v.seen.add(b) {
			return malformed("a member comes twice: %s", quoteKey(b))
		}
		emit(b)
	}
	return err
}
