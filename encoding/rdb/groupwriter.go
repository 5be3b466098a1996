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

// groupStage is what may follow within a consumer group.
type groupStage struct {
	pending   int64 // entries to come
	consumers int64 // after them; -1: their number
	owned     int64 // ids of the last consumer to come
	nobodys   int64 // entries that no consumer has had so far
}

func (g *groupStage) isOver() bool {
	return g.pending == 0 && g.consumers == 0 && g.owned == 0 && g.nobodys == 0
}

// Group writes a consumer group, after all entries.
func (w *ValueWriter) Group(g *Group) error {
	owned, ok := g.byConsumer()
	if !ok {
		return w.misuse("group %s has a pending entry of no consumer", quoteKey(g.Name))
	}
	if err := w.BeginGroup(g.Name, g.LastID, g.EntriesRead, int64(len(g.Pending))); err != nil {
		return err
	}
	for i := range g.Pending {
		if err := w.Pending(&g.Pending[i]); err != nil {
			return err
		}
	}
	if err := w.BeginConsumers(int64(len(g.Consumers))); err != nil {
		return err
	}
	for i := range g.Consumers {
		if err := w.Consumer(&g.Consumers[i], int64(len(owned[i]))); err != nil {
			return err
		}
		for _, p := range owned[i] {
			if err := w.Owned(g.Pending[p].ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// BeginGroup begins a consumer group, after all entries, that need not be in memory as a whole: so many pending entries
// follow by Pending, in the order of their ids; then BeginConsumers; then each consumer by Consumer, followed by the ids
// of the entries pending for it, by Owned.
func (w *ValueWriter) BeginGroup(name []byte, last StreamID, entriesRead, pending int64) error {
	if w.err != nil {
		return w.err
	}
	s := &w.stream
	if w.open != encoding.TypeStream || w.count != w.promise || s.groups == s.info.Groups || !s.group.isOver() {
		return w.misuse("group %d of %d, after %d of %d entries", s.groups+1, s.info.Groups, w.count, w.promise)
	}
	if !s.closed {
		if err := w.closeEntries(); err != nil {
			return w.fail(err)
		}
	}
	s.groups++
	s.group = groupStage{pending: pending, consumers: -1, nobodys: pending}
	if err := w.string(name); err != nil {
		return w.fail(err)
	}
	w.id(last)
	if w.version >= VersionRedis7 {
		w.length(uint64(entriesRead))
	}
	w.length(uint64(pending))
	return w.fail(w.room())
}

// Pending writes a pending entry; whose it is comes later.
func (w *ValueWriter) Pending(p *Pending) error {
	if w.err != nil {
		return w.err
	}
	g := &w.stream.group
	if g.pending == 0 {
		return w.misuse("a pending entry %v too many", p.ID)
	}
	g.pending--
	w.rawID(p.ID)
	w.ms(p.DeliveredAtMs)
	w.length(p.Deliveries)
	return w.fail(w.room())
}

// BeginConsumers ends the pending entries; so many consumers follow.
func (w *ValueWriter) BeginConsumers(n int64) error {
	if w.err != nil {
		return w.err
	}
	g := &w.stream.group
	if g.pending != 0 || g.consumers >= 0 {
		return w.misuse("consumers with %d pending entries to come", g.pending)
	}
	g.consumers = n
	w.length(uint64(n))
	return w.fail(w.room())
}

// Consumer writes a consumer; so many ids of entries pending for it follow.
func (w *ValueWriter) Consumer(c *Consumer, pending int64) error {
	if w.err != nil {
		return w.err
	}
	g := &w.stream.group
	if g.consumers <= 0 || g.owned != 0 || pending > g.nobodys {
		return w.misuse("consumer %s, of whom %d more can be, with %d entries of %d", quoteKey(c.Name), g.consumers, pending, g.nobodys)
	}
	g.consumers--
	g.owned = pending
	if err := w.string(c.Name); err != nil {
		return w.fail(err)
	}
	w.ms(c.SeenMs)
	if w.version >= VersionRedis72 {
		w.ms(c.ActiveMs)
	}
	w.length(uint64(pending))
	return w.fail(w.room())
}

// Owned writes the id of an entry that is pending for the last consumer.
func (w *ValueWriter) Owned(id StreamID) error {
	if w.err != nil {
		return w.err
	}
	g := &w.stream.group
	if g.owned == 0 {
		return w.misuse("an entry %v of no consumer", id)
	}
	g.owned--
	g.nobodys--
	w.rawID(id)
	return w.fail(w.room())
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
	if s.groups != s.info.Groups || !s.group.isOver() {
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
