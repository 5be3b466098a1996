package rdb

import "github.com/cairndb/cairn/encoding"

// streamCode is how the version lays out streams.
func (w *ValueWriter) streamCode() byte {
	switch {
	case w.version < VersionRedis7:
		return codeStream
	case w.version < VersionRedis72:
		return codeStream2
	}
	return codeStream3
}

// closeEntries writes what is left of the entries, and what follows them.
func (w *ValueWriter) closeEntries() error {
	s := &w.stream
	s.closed = true
	if !w.plain {
		if err := w.heldEntries(); err != nil {
			return err
		}
	}
	if s.count > 0 {
		if err := w.streamNode(); err != nil {
			return err
		}
	}
	if s.given > 0 && s.total != s.given {
		return w.misuse("a stream of %d nodes, not %d", s.total, s.given)
	}
	if !w.plain {
		w.code(w.streamCode())
		w.length(uint64(s.total))
		if err := w.bytes(s.nodes.buf); err != nil {
			return err
		}
	}
	return w.streamInfo()
}

func (w *ValueWriter) streamInfo() error {
	s := &w.stream
	w.length(uint64(s.info.Length))
	w.id(s.info.LastID)
	if w.version >= VersionRedis7 {
		w.id(s.first)
		w.id(s.info.MaxDeletedID)
		w.length(s.info.EntriesAdded)
	}
	w.length(uint64(s.info.Groups))
	return w.room()
}

// Group writes a consumer group, after all entries.
func (w *ValueWriter) Group(g *Group) error {
	if w.err != nil {
		return w.err
	}
	s := &w.stream
	if w.open != encoding.TypeStream || w.count != w.promise || s.groups == s.info.Groups {
		return w.misuse("group %d of %d, after %d of %d entries", s.groups+1, s.info.Groups, w.count, w.promise)
	}
	if !s.closed {
		if err := w.closeEntries(); err != nil {
			return w.fail(err)
		}
	}
	s.groups++
	return w.fail(w.group(g))
}

func (w *ValueWriter) group(g *Group) error {
	if err := w.string(g.Name); err != nil {
		return err
	}
	w.id(g.LastID)
	if w.version >= VersionRedis7 {
		w.length(uint64(g.EntriesRead))
	}
	w.length(uint64(len(g.Pending)))
	for i := range g.Pending {
		p := &g.Pending[i]
		w.rawID(p.ID)
		w.ms(p.DeliveredAtMs)
		w.length(p.Deliveries)
		if err := w.room(); err != nil {
			return err
		}
	}
	return w.consumers(g)
}

func (w *ValueWriter) consumers(g *Group) error {
	owned, ok := g.byConsumer()
	if !ok {
		return w.misuse("group %s has a pending entry of no consumer", quoteKey(g.Name))
	}
	w.length(uint64(len(g.Consumers)))
	for i := range g.Consumers {
		c := &g.Consumers[i]
		if err := w.string(c.Name); err != nil {
			return err
		}
		w.ms(c.SeenMs)
		if w.version >= VersionRedis72 {
			w.ms(c.ActiveMs)
		}
		w.length(uint64(len(owned[i])))
		for _, p := range owned[i] {
			w.rawID(g.Pending[p].ID)
			if err := w.room(); err != nil {
				return err
			}
		}
	}
	return w.room()
}

// byConsumer has for each consumer the indices of its pending entries.
func (g *Group) byConsumer() (owned [][]int32, ok bool) {
	owned = make([][]int32, len(g.Consumers))
	for i := range g.Pending {
		c := g.Pending[i].Consumer
		if c < 0 || c >= len(owned) {
			return nil, false
		}
		owned[c] = append(owned[c], int32(i))
	}
	return owned, true
}

// endStream ends a stream.
func (w *ValueWriter) endStream() error {
	s := &w.stream
	if s.groups != s.info.Groups {
		return w.misuse("a stream ends with %d of %d groups", s.groups, s.info.Groups)
	}
	if s.info.LastID.Compare(s.last) < 0 {
		return w.misuse("a stream's last id is %v, and it has an entry %v", s.info.LastID, s.last)
	}
	if !s.closed {
		return w.closeEntries()
	}
	return nil
}
