package types

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// streamModel is what a stream must hold: the oracle. All IDs are of the first
// millisecond.
type streamModel struct {
	entries []modelEntry
	last    uint64
	groups  map[string]*modelGroup
}

type modelEntry struct {
	seq   uint64
	value string
}

type modelGroup struct {
	last      uint64
	consumers map[string]bool
	pending   map[uint64]modelPending
}

type modelPending struct {
	consumer string
	count    int64
}

// streamTest runs random operations on a stream and on its model.
type streamTest struct {
	*testStore
	r *rand.Rand
	m streamModel
}

// Random operations on a stream and on its model come to the same, whatever is
// in RAM, and leave a sound tree.
func TestStreamIsItsModel(t *testing.T) {
	for _, batch := range []int{2, 30, 400} {
		t.Run(strconv.Itoa(batch), func(t *testing.T) {
			s := &streamTest{testStore: newTestStore(t), r: testRand(t), m: streamModel{groups: map[string]*modelGroup{}}}
			steps := 400
			if testing.Short() {
				steps = 100
			}
			for step := range steps {
				s.shake(s.r)
				s.step(batch)
				if step%20 == 0 {
					s.compare()
				}
				if step%90 == 89 {
					s.restart()
				}
			}
			s.compare()
			s.check()
		})
	}
}

func (s *streamTest) step(batch int) {
	switch s.r.IntN(14) {
	case 0, 1, 2:
		s.add(1 + s.r.IntN(batch))
	case 3:
		s.delete(1 + s.r.IntN(batch))
	case 4:
		s.trim()
	case 5:
		s.createGroup()
	case 6, 7, 8:
		s.read(s.r.IntN(batch + 1))
	case 9:
		s.readAgain()
	case 10:
		s.ack(1 + s.r.IntN(batch))
	case 11:
		s.claim(1 + s.r.IntN(batch))
	case 12:
		s.autoClaim(1 + s.r.IntN(batch))
	default:
		s.dropSomething()
	}
}

func (s *streamTest) must(fn func(tx *persistence.Tx) error) {
	s.t.Helper()
	s.update(fn)
}

func (s *streamTest) add(n int) {
	for range n {
		seq := s.m.last + 1 + s.r.Uint64N(3)
		value := randomText(s.r, 1000)
		fields := byteStrings("field", value)
		s.must(func(tx *persistence.Tx) error {
			_, _, err := StreamAdd(tx, testKey, fields, &StreamAddOptions{Choice: StreamIDGiven, ID: sid(seq),
				Limits: encoding.StreamNodeLimits{Entries: 10, Bytes: 4096}})
			return err
		})
		s.m.last = seq
		s.m.entries = append(s.m.entries, modelEntry{seq, value})
	}
}

// someIDs are IDs that there may be.
func (s *streamTest) someIDs(n int) (seqs []uint64) {
	for range n {
		seqs = append(seqs, s.r.Uint64N(s.m.last+2))
	}
	return seqs
}

func (m *streamModel) at(seq uint64) (int, bool) {
	return slices.BinarySearchFunc(m.entries, seq, func(e modelEntry, seq uint64) int { return int(e.seq) - int(seq) })
}

func (s *streamTest) delete(n int) {
	seqs := s.someIDs(n)
	want := int64(0)
	for _, seq := range seqs {
		if i, found := s.m.at(seq); found {
			s.m.entries = slices.Delete(s.m.entries, i, i+1)
			want++
		}
	}
	ids, texts := sids(seqs)
	s.must(func(tx *persistence.Tx) error {
		got, err := StreamDelete(tx, testKey, ids, texts)
		return s.same("deleted", got, want, err)
	})
}

func (s *streamTest) same(what string, got, want int64, err error) error {
	if err == nil && got != want {
		s.t.Errorf("%s: %d, want %d", what, got, want)
	}
	return err
}

func (s *streamTest) trim() {
	n := len(s.m.entries)
	o := StreamTrim{By: StreamTrimMaxLen, MaxLen: int64(n - s.r.IntN(n/4+2)), Approx: s.r.IntN(2) == 0}
	o.MaxLen = max(0, o.MaxLen)
	if s.r.IntN(2) == 0 && n > 0 {
		o.By, o.MinID = StreamTrimMinID, sid(s.m.entries[s.r.IntN(n/4+1)].seq)
	}
	if s.r.IntN(30) == 0 {
		o = StreamTrim{By: StreamTrimMaxLen}
	}
	most := n - int(o.MaxLen)
	if o.By == StreamTrimMinID {
		most, _ = s.m.at(o.MinID.Seq)
	}
	removed := 0
	s.must(func(tx *persistence.Tx) error {
		got, err := StreamTrimTo(tx, testKey, &o)
		if err == nil && (int(got) > most || !o.Approx && int(got) != max(0, most) || most-int(got) > 10) {
			s.t.Errorf("%+v of %d entries removed %d, at most %d are to go", o, n, got, most)
		}
		removed = int(got)
		return err
	})
	s.m.entries = slices.Delete(s.m.entries, 0, removed)
}

func (s *streamTest) createGroup() {
	name := fmt.Sprintf("group%d", s.r.IntN(3))
	at := s.r.Uint64N(s.m.last + 1)
	g := s.m.groups[name]
	s.must(func(tx *persistence.Tx) error {
		start := StreamGroupStart{ID: sid(at), EntriesRead: encoding.NotRead}
		if g != nil {
			return StreamGroupSetID(tx, testKey, []byte(name), start)
		}
		return StreamGroupCreate(tx, testKey, []byte(name), start, true)
	})
	if g == nil {
		g = &modelGroup{consumers: map[string]bool{}, pending: map[uint64]modelPending{}}
		s.m.groups[name] = g
	}
	g.last = at
}

// someGroup is a group that exists, with the name of a consumer; false if there
// is none.
func (s *streamTest) someGroup() (name, consumer string, g *modelGroup, ok bool) {
	names := slices.Sorted(maps.Keys(s.m.groups))
	if len(names) == 0 {
		return "", "", nil, false
	}
	name = names[s.r.IntN(len(names))]
	return name, fmt.Sprintf("consumer%d", s.r.IntN(4)), s.m.groups[name], true
}

func (s *streamTest) read(count int) {
	name, consumer, g, ok := s.someGroup()
	if !ok {
		return
	}
	i, found := s.m.at(g.last)
	if found {
		i++
	}
	fresh := s.m.entries[i:]
	if count > 0 {
		fresh = fresh[:min(count, len(fresh))]
	}
	s.must(func(tx *persistence.Tx) error {
		r, err := OpenGroupRead(tx, testKey, []byte(name))
		if err != nil {
			return err
		}
		n, err := r.New(int64(count))
		if s.same("new entries", n, int64(len(fresh)), err) != nil || n == 0 {
			return err
		}
		if err := errors.Join(s.compareEntries(&r, fresh), r.As([]byte(consumer))); err != nil {
			return err
		}
		return r.Deliver(false)
	})
	for _, e := range fresh {
		g.consumers[consumer] = true
		g.last = e.seq
		g.pending[e.seq] = modelPending{consumer, 1}
	}
}

// walk is over entries.
type walk interface {
	Next() bool
	ID() encoding.StreamID
	Fields() encoding.StreamFields
	Err() error
}

func (s *streamTest) compareEntries(entries walk, want []modelEntry) error {
	for i := 0; entries.Next(); i++ {
		pairs, rest := entries.Fields().Pairs()
		_, rest = rest.Cut()
		value, _ := rest.Cut()
		if pairs != 1 || entries.ID() != sid(want[i].seq) || string(value) != want[i].value {
			s.t.Errorf("entry %v with value %.20q, want %d, %.20q", entries.ID(), value, want[i].seq, want[i].value)
		}
	}
	return entries.Err()
}

// own lists the IDs that are pending for a consumer, in order.
func (g *modelGroup) own(consumer string) (seqs []uint64) {
	for seq, p := range g.pending {
		if p.consumer == consumer {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	return seqs
}

func (s *streamTest) readAgain() {
	name, consumer, g, ok := s.someGroup()
	if !ok {
		return
	}
	g.consumers[consumer] = true
	own := g.own(consumer)
	s.must(func(tx *persistence.Tx) error {
		r, err := OpenGroupRead(tx, testKey, []byte(name))
		if err != nil {
			return err
		}
		if err := r.As([]byte(consumer)); err != nil {
			return err
		}
		h, err := r.History(encoding.StreamID{}, 0)
		if err != nil {
			return err
		}
		for i := 0; h.Next(); i++ {
			_, exists := s.m.at(own[i])
			if _, has := h.Fields(); h.ID() != sid(own[i]) || has != exists {
				s.t.Errorf("message %v, exists: %v; want %d, %v", h.ID(), has, own[i], exists)
			}
		}
		if err := h.Err(); err != nil {
			return err
		}
		return r.End()
	})
	for _, seq := range own {
		if _, exists := s.m.at(seq); exists {
			g.pending[seq] = modelPending{consumer, g.pending[seq].count + 1}
		}
	}
}

func (s *streamTest) ack(n int) {
	name, _, g, ok := s.someGroup()
	if !ok {
		return
	}
	seqs := s.someIDs(n)
	want := int64(0)
	for _, seq := range seqs {
		if _, found := g.pending[seq]; found {
			delete(g.pending, seq)
			want++
		}
	}
	ids, texts := sids(seqs)
	s.must(func(tx *persistence.Tx) error {
		got, err := StreamAck(tx, testKey, []byte(name), ids, texts)
		return s.same("acknowledged", got, want, err)
	})
}

func (s *streamTest) claim(n int) {
	name, consumer, g, ok := s.someGroup()
	if !ok {
		return
	}
	seqs := s.someIDs(n)
	force := s.r.IntN(2) == 0
	want := int64(0)
	for _, seq := range seqs {
		_, exists := s.m.at(seq)
		p, pending := g.pending[seq]
		switch {
		case !exists:
			delete(g.pending, seq)
		case pending || force:
			if !pending {
				p.count = 1
			}
			g.pending[seq] = modelPending{consumer, p.count + 1}
			g.consumers[consumer] = true
			want++
		}
	}
	ids, _ := sids(seqs)
	s.must(func(tx *persistence.Tx) error {
		c, err := StreamClaim(tx, testKey, []byte(name), []byte(consumer), ids, &StreamClaimOptions{Count: -1, Force: force})
		if err != nil {
			return err
		}
		return s.same("claimed", int64(len(c.IDs)), want, err)
	})
}

func (s *streamTest) autoClaim(n int) {
	name, consumer, g, ok := s.someGroup()
	if !ok {
		return
	}
	start := s.r.Uint64N(s.m.last + 1)
	todo := slices.DeleteFunc(slices.Sorted(maps.Keys(g.pending)), func(seq uint64) bool { return seq < start })
	next := uint64(0)
	if len(todo) > n {
		next, todo = todo[n], todo[:n]
	}
	gone := int64(0)
	for _, seq := range todo {
		if _, exists := s.m.at(seq); !exists {
			delete(g.pending, seq)
			gone++
			continue
		}
		g.pending[seq] = modelPending{consumer, g.pending[seq].count + 1}
		g.consumers[consumer] = true
	}
	s.must(func(tx *persistence.Tx) error {
		c, err := StreamAutoClaim(tx, testKey, []byte(name), []byte(consumer), &StreamAutoClaimOptions{Start: sid(start), Count: int64(n)})
		if err != nil {
			return err
		}
		if c.Next.Seq != next {
			s.t.Errorf("claims go on at %v, want %d", c.Next, next)
		}
		_ = s.same("gone", int64(len(c.Deleted)), gone, nil)
		return s.same("claimed", int64(len(c.IDs)), int64(len(todo))-gone, nil)
	})
}

func (s *streamTest) dropSomething() {
	name, consumer, g, ok := s.someGroup()
	if !ok {
		return
	}
	if s.r.IntN(4) == 0 {
		delete(s.m.groups, name)
		s.must(func(tx *persistence.Tx) error { _, err := StreamGroupDestroy(tx, testKey, []byte(name)); return err })
		return
	}
	own := g.own(consumer)
	for _, seq := range own {
		delete(g.pending, seq)
	}
	delete(g.consumers, consumer)
	s.must(func(tx *persistence.Tx) error {
		n, err := StreamConsumerDelete(tx, testKey, []byte(name), []byte(consumer))
		return s.same("pending for a deleted consumer", n, int64(len(own)), err)
	})
}

// compare compares all of the stream with the model, and the parts of the stream
// with each other.
func (s *streamTest) compare() {
	s.t.Helper()
	s.must(func(tx *persistence.Tx) error {
		entries, err := StreamRange(tx, testKey, StreamInterval{Last: encoding.MaxStreamID})
		if err != nil {
			return err
		}
		if err := s.same("length", entries.Len(), int64(len(s.m.entries)), s.compareEntries(&entries, s.m.entries)); err != nil {
			return err
		}
		for name, g := range s.m.groups {
			if err := s.compareGroup(tx, name, g); err != nil {
				return err
			}
		}
		return auditStream(tx, testKey)
	})
}

func (s *streamTest) compareGroup(tx *persistence.Tx, name string, g *modelGroup) error {
	list, err := StreamPendingMessages(tx, testKey, []byte(name), &StreamPendingFilter{Last: encoding.MaxStreamID, Count: 1 << 40})
	if err != nil {
		return err
	}
	_ = s.same("pending in "+name, int64(len(list)), int64(len(g.pending)), nil)
	for _, m := range list {
		if want := g.pending[m.ID.Seq]; want.consumer != string(m.Consumer) || want.count != m.Count {
			s.t.Errorf("%s, message %v: of %s, %d times, want %+v", name, m.ID, m.Consumer, m.Count, want)
		}
	}
	consumers, err := StreamConsumersOf(tx, testKey, []byte(name))
	for _, c := range consumers {
		_ = s.same(name+", pending for "+string(c.Name), c.Pending, int64(len(g.own(string(c.Name)))), nil)
	}
	return s.same("consumers in "+name, int64(len(consumers)), int64(len(g.consumers)), err)
}

// auditStream checks that what a stream says twice is the same.
func auditStream(tx *persistence.Tx, key []byte) error {
	s, err := openStream(tx, key)
	if err != nil || !s.exists() {
		return err
	}
	a := streamAudit{stream: &s, names: map[string]string{}, owned: map[string]bool{}, pending: map[string]uint64{}}
	it := s.tree.Iter(0)
	for it.Next() {
		if err := a.entry(it.Entry().Key, it.Entry().Value); err != nil {
			return fmt.Errorf("key % x: %w", it.Entry().Key, err)
		}
	}
	if err := it.Err(); err != nil {
		return err
	}
	return a.end()
}

type streamAudit struct {
	*stream
	front   int64
	entries int64
	firsts  []encoding.StreamID
	live    []int64
	names   map[string]string // of the consumers, by key
	owned   map[string]bool
	pending map[string]uint64 // of consumers, by key: not seen yet
	group   uint64            // of the last run
	behind  encoding.StreamID // the last message of that
	last    encoding.StreamID
}

func (a *streamAudit) entry(key, value []byte) error {
	if key[0] < 'e' {
		a.front++
	}
	switch key[0] {
	case 'e':
		a.entries++
		a.last, _ = encoding.ParseStreamIDKey(key)
		return encoding.CheckStreamFields(value)
	case 'm':
		n, err := encoding.ParseStreamNode(value)
		first, _ := encoding.ParseStreamIDKey(key)
		a.firsts, a.live = append(a.firsts, first), append(a.live, int64(n.Live))
		return err
	case 'A':
		g, err := encoding.ParseStreamGroup(value)
		if g.Number >= a.head.Groups {
			err = errors.Join(err, errors.New("the number of a group to come"))
		}
		return err
	case 'B':
		number, err := encoding.ParseStreamNumber(value)
		group, name := splitGroup(key)
		a.names[string(encoding.AppendStreamMemberKey(nil, group, number))] = string(name)
		return err
	case 'C':
		c, err := encoding.ParseStreamConsumer(value)
		if a.names[string(key)] != string(c.Name) {
			return fmt.Errorf("the consumer is called %q and %q", a.names[string(key)], c.Name)
		}
		delete(a.names, string(key))
		a.pending[string(key)] = c.Pending
		return err
	case 'p':
		return a.run(key, value)
	case 'q':
		if !a.owned[string(key)] || len(value) > 0 {
			return errors.New("owned, and not pending")
		}
		delete(a.owned, string(key))
		return nil
	}
	return errors.New("no part of a stream")
}

// run looks at a run of pending messages.
func (a *streamAudit) run(key, value []byte) error {
	base, err := encoding.ParseStreamIDKey(key)
	if err != nil {
		return err
	}
	if err := encoding.CheckStreamRun(base, value); err != nil {
		return err
	}
	group, _ := splitGroup(key)
	if group == a.group && base.Compare(a.behind) <= 0 && !a.behind.IsZero() {
		return fmt.Errorf("the run before has message %v", a.behind)
	}
	a.group = group
	r := encoding.StreamRun(value)
	for at := r.Begin(); at < len(r); at = r.After(at) {
		id, p := r.Message(base, at)
		a.behind = id
		a.owned[string(encoding.AppendStreamOwnedKey(nil, group, p.Consumer, base))] = true
		a.pending[string(encoding.AppendStreamMemberKey(nil, group, p.Consumer))]--
	}
	return nil
}

// splitGroup takes the number of the group out of a key.
func splitGroup(key []byte) (group uint64, rest []byte) {
	end := 2 + int(key[1])
	for _, b := range key[2:end] {
		group = group<<8 | uint64(b)
	}
	return group, key[end:]
}

func (a *streamAudit) end() error {
	switch {
	case a.front != a.stream.front():
		return fmt.Errorf("%d before the entries, said to be %d", a.front, a.stream.front())
	case a.entries != a.len():
		return fmt.Errorf("%d entries, said to be %d", a.entries, a.len())
	case a.last.Compare(a.head.Last) > 0:
		return fmt.Errorf("entry %v comes after %v", a.last, a.head.Last)
	case len(a.names) > 0 || len(a.owned) > 0:
		return fmt.Errorf("%d consumers without number, %d pending messages without owner", len(a.names), len(a.owned))
	}
	for key, n := range a.pending {
		if n != 0 {
			return fmt.Errorf("consumer % x has %d messages more than are pending", key, int64(n))
		}
	}
	if a.head.Tail.Live > 0 {
		a.firsts, a.live = append(a.firsts, a.head.TailFirst), append(a.live, int64(a.head.Tail.Live))
	}
	sum := int64(0)
	for i, first := range a.firsts {
		sum += a.live[i]
		end := a.len()
		if i+1 < len(a.firsts) {
			end, _ = a.before(a.firsts[i+1])
		}
		if start, _ := a.before(first); a.live[i] == 0 || end != sum || i == 0 && start != 0 {
			return fmt.Errorf("macro node %d (%v) has %d entries, which lie from %d to %d", i, first, a.live[i], start, end)
		}
	}
	if sum != a.len() {
		return fmt.Errorf("macro nodes have %d entries of %d", sum, a.len())
	}
	return nil
}

// A consumer's name that is a number's bytes is no number.
func TestStreamNamesAreApart(t *testing.T) {
	s := newTestStore(t)
	s.update(func(tx *persistence.Tx) error {
		if err := StreamGroupCreate(tx, testKey, testGroup, StreamGroupStart{}, true); err != nil {
			return err
		}
		for _, name := range [][]byte{nil, {0}, {1, 1}, {0xff}, bytes.Repeat([]byte{0xff}, 300)} {
			if created, err := StreamConsumerCreate(tx, testKey, testGroup, name); err != nil || !created {
				t.Errorf("%q: %v, %v", name, created, err)
			}
		}
		list, err := StreamConsumersOf(tx, testKey, testGroup)
		if len(list) != 5 {
			t.Errorf("%d consumers", len(list))
		}
		return errors.Join(err, auditStream(tx, testKey))
	})
}
