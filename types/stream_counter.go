package types

import "github.com/cairndb/cairn/encoding"

// How many entries a group has read, and how many it has not, counting those
// that were deleted meanwhile: Redis knows only in some cases, and so does this.
// The rules are those of streamRangeHasTombstones,
// streamEstimateDistanceFromFirstEverEntry and streamReplyWithCGLag of
// t_stream.c of Redis 7.0.

// fragmented tells whether an entry at or behind an ID may have been deleted
// from the midst of the stream.
func (s *stream) fragmented(from encoding.StreamID) (bool, error) {
	if s.len() == 0 || s.head.MaxDeleted.IsZero() {
		return false, nil
	}
	first, err := s.first()
	return first.Compare(s.head.MaxDeleted) <= 0 && from.Compare(s.head.MaxDeleted) <= 0, err
}

// everBefore is how many entries were ever added up to an ID, or
// encoding.NotRead if that is not known.
func (s *stream) everBefore(id encoding.StreamID) (int64, error) {
	added := int64(s.head.Added)
	last := id.Compare(s.head.Last)
	switch {
	case added == 0:
		return 0, nil
	case s.len() == 0 && last < 1:
		return added, nil
	case last == 0:
		return added, nil
	case last > 0:
		return encoding.NotRead, nil
	}
	first, err := s.first()
	if err != nil {
		return 0, err
	}
	if !s.head.MaxDeleted.IsZero() && s.head.MaxDeleted.Compare(first) >= 0 {
		return encoding.NotRead, nil
	}
	switch c := id.Compare(first); {
	case c < 0:
		return added - s.len(), nil
	case c == 0:
		return added - s.len() + 1, nil
	}
	return encoding.NotRead, nil
}

// lag is how many entries a group has still to read; ok is false if that is not
// known.
func (g *streamGroup) lag() (n int64, ok bool, err error) {
	added := int64(g.head.Added)
	if added == 0 {
		return 0, true, nil
	}
	if g.state.EntriesRead != encoding.NotRead {
		fragmented, err := g.fragmented(g.state.Last)
		if err != nil || !fragmented {
			return added - g.state.EntriesRead, true, err
		}
	}
	read, err := g.everBefore(g.state.Last)
	if err != nil || read == encoding.NotRead {
		return 0, false, err
	}
	return added - read, true, nil
}

// advance notes that the entry after the last one was read.
func (g *streamGroup) advance(id encoding.StreamID) error {
	if id.Compare(g.state.Last) <= 0 {
		return nil
	}
	known := g.state.EntriesRead != encoding.NotRead
	if known {
		fragmented, err := g.fragmented(id)
		if err != nil {
			return err
		}
		known = !fragmented
	}
	if known {
		g.state.EntriesRead++
	} else if g.head.Added > 0 {
		read, err := g.everBefore(id)
		if err != nil {
			return err
		}
		g.state.EntriesRead = read
	}
	g.state.Last = id
	return nil
}
