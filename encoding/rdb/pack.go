package rdb

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// pack writes the value packed.
func (w *ValueWriter) pack() error {
	switch w.open {
	case encoding.TypeSet:
		w.blob = appendIntset(w.blob[:0], w.numbers)
		w.code(codeSetIntset)
		return w.string(w.blob)
	case encoding.TypeList:
		return w.packList()
	case encoding.TypeHash:
		w.packStrings()
		w.code(codeHashListpack)
	case encoding.TypeZSet:
		w.packScored()
		w.code(codeZSetListpack)
	}
	return w.string(w.list.bytes())
}

func (w *ValueWriter) packStrings() {
	w.list.reset()
	for held := w.held; len(held) > 0; {
		var b []byte
		b, held = cutHeld(held)
		w.list.text(b)
	}
}

// packScored sorts: in a packed sorted set order counts. It has no negative zero: Redis makes it 0.
func (w *ValueWriter) packScored() {
	type scored struct {
		member []byte
		score  float64
	}
	all := make([]scored, 0, w.count)
	for held := w.held; len(held) > 0; {
		var member, score []byte
		member, held = cutHeld(held)
		score, held = cutHeld(held)
		all = append(all, scored{member, parseHeldScore(score)})
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.score, b.score), bytes.Compare(a.member, b.member))
	})
	w.list.reset()
	for _, s := range all {
		w.list.text(s.member)
		if s.score == 0 {
			s.score = 0
		}
		w.blob = encoding.AppendDouble(w.blob[:0], s.score)
		w.list.text(w.blob)
	}
}

// packList writes a quicklist. Its nodes are gathered first: their number comes before them.
func (w *ValueWriter) packList() error {
	nodes := sink{buf: w.blob[:0], compress: w.compress, lzf: w.lzf}
	count := uint64(0)
	w.list.reset()
	for held := w.held; len(held) > 0; {
		var b []byte
		b, held = cutHeld(held)
		if w.list.count > 0 && !w.fitsNode(len(b)) {
			w.listNode(&nodes)
			count++
		}
		w.list.text(b)
	}
	w.listNode(&nodes)
	w.blob, w.lzf = nodes.buf, nodes.lzf
	w.code(codeListQuicklist2)
	w.length(count + 1)
	return w.bytes(nodes.buf)
}

// fitsNode tells whether an element of n bytes still belongs into the list's current node.
func (w *ValueWriter) fitsNode(n int) bool {
	const estimatedHead = 8 // as Redis estimates it
	return w.list.size()+n+estimatedHead <= w.packing.listNodeBytes() && w.list.count < w.packing.listNodeElements()
}

// listNode ends the current node and begins with another.
func (w *ValueWriter) listNode(nodes *sink) {
	nodes.length(nodePacked)
	_ = nodes.string(w.list.bytes()) // memory takes it
	w.list.reset()
}
