package salvage

import (
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// stream makes the parts of a stream fit again: groups with their consumers,
// pending messages with both, the counts of the head with the entries, and
// anew what Redis's macro nodes would be.
type stream struct {
	l      *leaves
	head   encoding.StreamHead
	groups map[uint64]*group
	nodes  []entry
	runs   []entry // of pending messages
	owned  []entry
	// last is the last message of a group so far.
	last      encoding.StreamID
	lastGroup uint64
}

type group struct {
	known     bool // else it is lost, and something that belongs to it is there
	name      []byte
	info      encoding.StreamGroup
	consumers map[uint64]*consumer
}

type consumer struct {
	known bool // its name is
	info  encoding.StreamConsumer
}

// nodeLimits are those of a server that was not told otherwise.
var nodeLimits = encoding.StreamNodeLimits{Bytes: 4096, Entries: 100}

func (s *stream) group(number uint64) *group {
	g := s.groups[number]
	if g == nil {
		g = &group{consumers: map[uint64]*consumer{}}
		s.groups[number] = g
	}
	return g
}

func (g *group) consumer(number uint64) *consumer {
	c := g.consumers[number]
	if c == nil {
		c = &consumer{}
		g.consumers[number] = c
	}
	return c
}

// emit hands out the entries of the tree as it should be, and leaves the head
// as it should be.
func (s *stream) emit(fn func(key, value []byte) error) error {
	s.groups = map[uint64]*group{}
	if err := s.l.entries(s.learn); err != nil {
		return err
	}
	if err := s.l.entries(s.pending); err != nil {
		return err
	}
	front := s.front()
	s.head.Front, s.head.Length = uint64(len(front)), 0
	s.head.TailFirst, s.head.Tail = encoding.StreamID{}, encoding.StreamNode{}
	for _, e := range front {
		if err := fn(e.key, e.value); err != nil {
			return err
		}
	}
	if err := s.part(encoding.StreamKeyEntry, s.entry, fn); err != nil {
		return err
	}
	sortEntries(s.owned)
	for _, list := range [][]entry{s.nodes, s.runs, s.owned} {
		for _, e := range list {
			if err := fn(e.key, e.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// part hands out the entries of one kind that keep finds to be right.
func (s *stream) part(kind byte, keep func(k encoding.StreamKey, value []byte) bool, fn func(key, value []byte) error) error {
	return s.l.entries(func(key, value []byte) error {
		if k, err := encoding.ParseStreamKey(key); err != nil || k.Kind != kind || !keep(k, value) {
			return nil
		}
		return fn(key, value)
	})
}

// learn notes groups and consumers.
func (s *stream) learn(key, value []byte) error {
	k, err := encoding.ParseStreamKey(key)
	if err != nil {
		return nil // what means nothing is left out
	}
	switch k.Kind {
	case encoding.StreamKeyGroup:
		if info, err := encoding.ParseStreamGroup(value); err == nil {
			g := s.group(info.Number)
			g.known, g.name, g.info = true, slices.Clone(k.Name), info
			s.head.Groups = max(s.head.Groups, info.Number+1)
		}
	case encoding.StreamKeyName:
		number, err := encoding.ParseStreamNumber(value)
		if err != nil {
			return nil
		}
		if c := s.group(k.Group).consumer(number); !c.known {
			c.known, c.info.Name = true, slices.Clone(k.Name)
		}
	case encoding.StreamKeyMember:
		if info, err := encoding.ParseStreamConsumer(value); err == nil {
			c := s.group(k.Group).consumer(k.Consumer)
			c.known, c.info = true, info
			c.info.Name = slices.Clone(info.Name)
			c.info.Pending = 0 // counted below
		}
	}
	return nil
}

// front are groups, consumers and names of consumers, in order.
func (s *stream) front() (list []entry) {
	for number, g := range s.groups {
		if !g.known {
			delete(s.groups, number)
			continue
		}
		for n, c := range g.consumers {
			if !c.known {
				delete(g.consumers, n)
				continue
			}
			g.info.Consumers = max(g.info.Consumers, n+1)
			list = append(list,
				entry{encoding.AppendStreamNameKey(nil, number, c.info.Name), encoding.AppendStreamNumber(nil, n)},
				entry{encoding.AppendStreamMemberKey(nil, number, n), encoding.AppendStreamConsumer(nil, &c.info)})
		}
		list = append(list, entry{encoding.AppendStreamGroupKey(nil, g.name), encoding.AppendStreamGroup(nil, &g.info)})
	}
	sortEntries(list)
	return list
}

// entry keeps one that can be read, and notes it in its macro node.
func (s *stream) entry(k encoding.StreamKey, value []byte) bool {
	if encoding.CheckStreamFields(value) != nil {
		return false
	}
	var fields [][]byte
	pairs, rest := encoding.StreamFields(value).Pairs()
	for range 2 * pairs {
		var f []byte
		f, rest = rest.Cut()
		fields = append(fields, f)
	}
	tail := &s.head.Tail
	if s.head.Length > 0 && tail.Takes(fields, nodeLimits) {
		tail.Add(s.head.TailFirst, k.ID, fields)
	} else {
		if s.head.Length > 0 {
			s.nodes = append(s.nodes, entry{encoding.AppendStreamNodeKey(nil, s.head.TailFirst), encoding.AppendStreamNode(nil, tail)})
		}
		s.head.TailFirst, s.head.Tail = k.ID, encoding.NewStreamNode(k.ID, fields)
	}
	s.head.Length++
	s.head.Added = max(s.head.Added, s.head.Length)
	if s.head.Last.Compare(k.ID) < 0 {
		s.head.Last = k.ID
	}
	return true
}

// pending keeps the messages of a run that are of a group and of consumers that
// are there, and in order.
func (s *stream) pending(key, value []byte) error {
	k, err := encoding.ParseStreamKey(key)
	if err != nil || k.Kind != encoding.StreamKeyPending || encoding.CheckStreamRun(k.ID, value) != nil {
		return nil
	}
	g := s.groups[k.Group]
	if g == nil || !g.known {
		return nil
	}
	if k.Group != s.lastGroup {
		s.last, s.lastGroup = encoding.StreamID{}, k.Group
	}
	run := slices.Clone(encoding.StreamRun(value))
	has := map[uint64]bool{}
	for at := run.Begin(); at < len(run); {
		id, p := run.Message(k.ID, at)
		c := g.consumers[p.Consumer]
		if c == nil || !c.known || !s.last.IsZero() && id.Compare(s.last) <= 0 {
			run = run.Cut(at)
			continue
		}
		c.info.Pending++
		has[p.Consumer] = true
		s.last = id
		at = run.After(at)
	}
	if run.Count() == 0 {
		return nil
	}
	s.runs = append(s.runs, entry{slices.Clone(key), run})
	for consumer := range has {
		s.owned = append(s.owned, entry{key: encoding.AppendStreamOwnedKey(nil, k.Group, consumer, k.ID)})
	}
	return nil
}
