package backup

import (
	"cmp"
	"math"
	"slices"

	"github.com/cairndb/cairn/persistence/wal"
)

// line is a history with all that it has come from: for each, the offset up to which its bytes are those of the line.
type line map[string]int64

// has tells whether an offset of a history is on the line.
func (l line) has(history string, offset int64) bool {
	upto, ok := l[history]
	return ok && offset <= upto
}

// histories are all that backups tell of, by id.
func histories(list []*Manifest) map[string]wal.History {
	all := map[string]wal.History{}
	for _, m := range list {
		all[m.History.ID] = m.History
		for _, p := range m.Log {
			all[p.History.ID] = p.History
		}
	}
	return all
}

// lineOf is the line that ends in a history.
func lineOf(all map[string]wal.History, id string) line {
	l := line{}
	for upto := int64(math.MaxInt64); id != ""; {
		if _, again := l[id]; again {
			break // nobody writes that
		}
		l[id] = upto
		h := all[id]
		id, upto = h.PrevID, min(upto, h.PrevEnd)
	}
	return l
}

// stretch is a part of a piece.
type stretch struct {
	Piece
	from, to int64
}

// cover lists stretches that hold the log of a line from one offset on, one after the other, and returns up to where.
func (l line) cover(list []*Manifest, from int64) (stretches []stretch, end int64) {
	pieces := l.pieces(list)
	for end = from; ; {
		var best stretch
		for len(pieces) > 0 && pieces[0].Start <= end {
			if pieces[0].to > max(end, best.to) {
				best = pieces[0]
			}
			pieces = pieces[1:]
		}
		if best.to <= end {
			return stretches, end
		}
		best.from = end
		end = best.to
		stretches = append(stretches, best)
	}
}

// pieces are those of the line, each once, by their start.
func (l line) pieces(list []*Manifest) (pieces []stretch) {
	for _, m := range list {
		for _, p := range m.Log {
			if upto, ok := l[p.History.ID]; ok && p.Start < upto {
				pieces = append(pieces, stretch{Piece: p, to: min(p.End, upto)})
			}
		}
	}
	slices.SortFunc(pieces, func(a, b stretch) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.to, b.to), cmp.Compare(a.Sum, b.Sum))
	})
	return slices.CompactFunc(pieces, func(a, b stretch) bool {
		return a.Start == b.Start && a.to == b.to && a.Sum == b.Sum
	})
}

// bases are the backups of a line whose tables are on it, oldest first.
func (l line) bases(list []*Manifest) (bases []*Manifest) {
	for _, m := range list {
		if l.has(m.History.ID, m.Offset) {
			bases = append(bases, m)
		}
	}
	slices.SortFunc(bases, func(a, b *Manifest) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.ID, b.ID))
	})
	return bases
}

// Span is a part of the log within which every moment can be restored.
type Span struct {
	Start, End     int64
	StartMs, EndMs int64
}

// spans are those of a line, oldest first. Between two of them log is missing.
func (l line) spans(list []*Manifest) (spans []Span) {
	for _, m := range l.bases(list) {
		if n := len(spans); n > 0 && m.Offset <= spans[n-1].End {
			continue
		}
		_, end := l.cover(list, m.Offset)
		spans = append(spans, Span{Start: m.Offset, End: end, StartMs: m.SealedMs, EndMs: l.knownMs(list, m, end)})
	}
	return spans
}

// knownMs is up to when the log of a line is known to be complete, if it is there from a backup to an offset: nothing
// after that offset was written at this time or before.
func (l line) knownMs(list []*Manifest, base *Manifest, end int64) int64 {
	known := base.SealedMs
	for _, m := range list {
		if m.End <= end && l.has(m.History.ID, m.End) && m.End >= base.Offset {
			known = max(known, m.EndMs)
		}
	}
	return known
}

// needed tells whether a piece can serve a backup that is kept: one of the same family of histories, before its end.
func needed(kept []*Manifest, family map[string]string, p Piece) bool {
	return slices.ContainsFunc(kept, func(m *Manifest) bool {
		return m.Offset < p.End && family[m.History.ID] == family[p.History.ID]
	})
}

// families maps each history to one that stands for all that have to do with each other.
func families(all map[string]wal.History) map[string]string {
	family := map[string]string{}
	var root func(id string) string
	root = func(id string) string {
		if up, ok := family[id]; ok && up != id {
			return root(up)
		}
		return id
	}
	for id, h := range all {
		if h.PrevID != "" {
			family[root(id)] = root(h.PrevID)
		}
	}
	for id, h := range all {
		for _, one := range []string{id, h.PrevID} {
			family[one] = root(one)
		}
	}
	return family
}
