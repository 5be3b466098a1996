package rdb

import "encoding/binary"

// A node of a stream is a listpack (t_stream.c):
//
//	count deleted names name*names 0 entry*(count+deleted)
//	entry = flags ms seq (value*names | n (name value)*n) elements
//
// ms and seq are relative to the id that the node begins with. An entry whose flag same is set has the names that the
// node begins with; one whose flag deleted is set is no more there. elements is how many elements the entry has, for
// walking backward.
const (
	entryDeleted = 1
	entrySame    = 2
)

const streamIDBytes = 16

func parseStreamID(b []byte) StreamID {
	return StreamID{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

// streamNode walks through a node.
type streamNode struct {
	v       *Value
	list    packed
	names   listpack // where the names that the node begins with are
	same    bool     // the current entry has them
	pending int64    // fields of the current entry that are still to be read
	err     error    // what was wrong with them
	info    StreamNode
	entry   Entry
}

// streamNode reads a node that begins with the given id.
func (v *Value) streamNode(base StreamID, blob []byte, emit func(*Entry)) error {
	list, err := v.openPacked(blob)
	if err != nil {
		return err
	}
	n := &v.stream.node
	*n = streamNode{v: v, list: list, info: StreamNode{Base: base, Bytes: len(blob)}}
	names, err := n.head()
	if err != nil {
		return err
	}
	for range n.info.Entries + n.info.Deleted {
		if err := n.readEntry(names, emit); err != nil {
			return err
		}
	}
	_, ok, err := list.next()
	if err == nil && ok {
		err = malformed("a stream's node has more than it says")
	}
	return err
}

// head reads what a node begins with, and returns how many names that are.
func (n *streamNode) head() (names int64, err error) {
	var head [3]int64
	for i := range head {
		if head[i], err = mustNumber(n.list); err != nil {
			return 0, err
		}
		if head[i] < 0 || head[i] > maxPacked {
			return 0, malformed("a stream's node begins with %d", head[i])
		}
	}
	n.names = n.v.walk.listpack
	for range head[2] {
		if _, err := must(n.list); err != nil {
			return 0, err
		}
	}
	end, err := mustNumber(n.list)
	if err == nil && end != 0 {
		err = malformed("the first entry of a stream's node does not end with 0")
	}
	n.info.Entries, n.info.Deleted = head[0], head[1]
	return head[2], err
}

func (n *streamNode) readEntry(names int64, emit func(*Entry)) error {
	var head [3]int64
	for i := range head {
		var err error
		if head[i], err = mustNumber(n.list); err != nil {
			return err
		}
	}
	flags, id := head[0], StreamID{n.info.Base.Ms + uint64(head[1]), n.info.Base.Seq + uint64(head[2])}
	elements, err := n.beginFields(flags, names)
	if err != nil {
		return err
	}
	if n.pending < 0 || n.pending > maxPacked {
		return malformed("an entry of %d fields", n.pending)
	}
	if flags&entryDeleted == 0 {
		if n.pending == 0 {
			return malformed("an entry without fields: %v", id)
		}
		if err := n.v.stream.count(id); err != nil {
			return err
		}
		n.entry = Entry{ID: id, NumFields: n.pending, Node: n.info, node: n}
		emit(&n.entry)
	}
	n.fields(func(_, _ []byte) {})
	if n.err != nil {
		return n.err
	}
	back, err := mustNumber(n.list)
	if err == nil && back != elements {
		err = malformed("an entry of %d elements says that it has %d", elements, back)
	}
	return err
}

// count notes an entry.
func (s *streamReader) count(id StreamID) error {
	if id.Compare(s.last) <= 0 {
		return malformed("in a stream, %v follows %v", id, s.last)
	}
	if s.info.Length == 0 {
		s.info.FirstID = id
	}
	s.info.Length++
	s.last = id
	return nil
}

// beginFields finds out how many fields come, and how many elements the entry has.
func (n *streamNode) beginFields(flags, names int64) (elements int64, err error) {
	n.same = flags&entrySame != 0
	if n.same {
		n.pending = names
		return 3 + names, nil
	}
	n.pending, err = mustNumber(n.list)
	return 4 + 2*n.pending, err
}

// fields reads what is left of the fields of the current entry.
func (n *streamNode) fields(emit func(name, value []byte)) {
	names := n.names
	for ; n.pending > 0 && n.err == nil; n.pending-- {
		from := n.list
		if n.same {
			from = &names
		}
		var name, value element
		if name, n.err = must(from); n.err != nil {
			return
		}
		if value, n.err = must(n.list); n.err != nil {
			return
		}
		emit(name.bytes(&n.v.first), value.bytes(&n.v.second))
	}
}
