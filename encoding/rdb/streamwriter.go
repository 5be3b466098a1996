package rdb

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/cairndb/cairn/encoding"
)

// streamWriter gathers the entries of a stream in nodes. Their number comes before them: a stream that is small enough
// is held back, and cut into nodes as Redis cuts it; of a larger one, the entries that were held back tell how many
// belong in a node, and each node gets so many.
type streamWriter struct {
	info    Stream
	given   int64 // nodes that the caller says, else 0
	perNode int64 // entries of each node of a large stream, else 0
	groups  int64 // written so far, the last of which is at
	group   groupStage
	closed  bool // no entry may follow

	body  listpackWriter // entries of the current node
	names []byte         // that it begins with, each with its length
	base  StreamID
	first StreamID
	last  StreamID
	count int64 // entries in the node
	nodes sink  // of a small stream
	total int64 // nodes so far
}

// maxNodeBytes is what a node may have. Its length is kept in 32 bits.
const maxNodeBytes = 1<<32 - 1<<16

var errUneven = errors.New("rdb: the entries of a stream differ too much in size")

// BeginStream begins a stream of s.Length entries and s.Groups groups. Its first id is that of the first entry.
func (w *ValueWriter) BeginStream(s Stream) error { return w.BeginStreamOfNodes(s, 0) }

// BeginStreamOfNodes is BeginStream for one who knows where Redis's nodes begin: before the first entry of each comes
// NextNode. There are as many as is said, and then nothing is held back.
func (w *ValueWriter) BeginStreamOfNodes(s Stream, nodes int64) error {
	w.stream = streamWriter{
		info: s, given: nodes, body: w.stream.body, names: w.stream.names[:0],
		nodes: sink{buf: w.stream.nodes.buf[:0], compress: w.compress},
	}
	w.stream.body.reset()
	return w.begin(encoding.TypeStream, s.Length, nodes == 0)
}

// NextNode begins a node. The base is not greater than any id to come.
func (w *ValueWriter) NextNode(base StreamID) error {
	if w.err != nil {
		return w.err
	}
	s := &w.stream
	if s.count > 0 {
		if err := w.streamNode(); err != nil {
			return w.fail(err)
		}
	}
	if w.open != encoding.TypeStream || s.total == s.given || base.Compare(s.last) <= 0 {
		return w.misuse("node %d of %d of a stream, of %v after %v", s.total+1, s.given, base, s.last)
	}
	s.base = base
	return nil
}

// Entry writes an entry. pairs are names and values by turns.
func (w *ValueWriter) Entry(id StreamID, pairs [][]byte) error {
	if err := w.next(encoding.TypeStream); err != nil {
		return err
	}
	s := &w.stream
	if s.closed || len(pairs) == 0 || len(pairs)%2 != 0 || id.Compare(s.last) <= 0 || id.Compare(s.base) < 0 {
		return w.misuse("entry %v with %d names and values after %v", id, len(pairs), s.last)
	}
	if w.count == 1 {
		s.first = id
	}
	s.last = id
	if w.plain {
		return w.fail(w.streamEntry(id, pairs))
	}
	w.held = binary.AppendUvarint(appendStreamID(w.held, id), uint64(len(pairs)))
	return w.hold(pairs...)
}

// spillStream begins a stream that is too large to be held back.
func (w *ValueWriter) spillStream() error {
	s := &w.stream
	if s.given > 0 {
		w.code(w.streamCode())
		w.length(uint64(s.given))
		return nil
	}
	s.perNode = int64(max(w.packing.StreamNodeEntries, 1))
	if w.packing.StreamNodeBytes > 0 {
		average := int64(len(w.held))/w.count + 1
		s.perNode = max(1, min(s.perNode, int64(w.packing.StreamNodeBytes)/average))
	}
	w.code(w.streamCode())
	w.length(uint64((w.promise + s.perNode - 1) / s.perNode))
	return w.heldEntries()
}

// heldEntries puts the entries that were held back into nodes.
func (w *ValueWriter) heldEntries() error {
	var pairs [][]byte
	for held := w.held; len(held) > 0; {
		id := parseStreamID(held)
		n, head := binary.Uvarint(held[streamIDBytes:])
		held = held[streamIDBytes+head:]
		pairs = pairs[:0]
		for range n {
			var b []byte
			b, held = cutHeld(held)
			pairs = append(pairs, b)
		}
		if err := w.streamEntry(id, pairs); err != nil {
			return err
		}
	}
	w.held = w.held[:0]
	return nil
}

// streamEntry adds an entry to the current node, or to a new one if that is full.
func (w *ValueWriter) streamEntry(id StreamID, pairs [][]byte) error {
	s := &w.stream
	size := 0
	for _, b := range pairs {
		size += len(b)
	}
	if s.count > 0 && w.nodeFull(size) {
		if err := w.streamNode(); err != nil {
			return err
		}
	}
	if len(s.body.b)+len(s.names)+size > maxNodeBytes {
		return errUneven
	}
	if s.count == 0 {
		if s.given == 0 {
			s.base = id
		}
		s.begin(pairs)
	}
	s.add(id, pairs)
	return nil
}

// nodeFull tells whether an entry of that size is to begin a node.
func (w *ValueWriter) nodeFull(size int) bool {
	s := &w.stream
	switch {
	case s.given > 0:
		return false
	case s.perNode > 0:
		return s.count == s.perNode
	}
	return w.packing.streamNodeFull(len(s.names)+s.body.size()+size, int(s.count))
}

// begin begins a node with the names of its first entry.
func (s *streamWriter) begin(pairs [][]byte) {
	s.names = s.names[:0]
	for i := 0; i < len(pairs); i += 2 {
		s.names = append(binary.AppendUvarint(s.names, uint64(len(pairs[i]))), pairs[i]...)
	}
}

func (s *streamWriter) add(id StreamID, pairs [][]byte) {
	fields := int64(len(pairs) / 2)
	same := s.hasNames(pairs)
	flags, elements := int64(0), 4+2*fields
	if same {
		flags, elements = entrySame, 3+fields
	}
	s.body.number(flags)
	s.body.number(int64(id.Ms - s.base.Ms))
	s.body.number(int64(id.Seq - s.base.Seq))
	if !same {
		s.body.number(fields)
	}
	for i, b := range pairs {
		if i%2 == 1 || !same {
			s.body.text(b)
		}
	}
	s.body.number(elements)
	s.count++
}

// hasNames tells whether the names are those that the node begins with.
func (s *streamWriter) hasNames(pairs [][]byte) bool {
	names := s.names
	for i := 0; i < len(pairs); i += 2 {
		if len(names) == 0 {
			return false
		}
		var name []byte
		if name, names = cutHeld(names); !bytes.Equal(name, pairs[i]) {
			return false
		}
	}
	return len(names) == 0
}

// streamNode ends the current node.
func (w *ValueWriter) streamNode() error {
	s := &w.stream
	w.nodeHead()
	w.list.b = append(w.list.b, s.body.b[listpackHead:]...)
	w.list.count += s.body.count
	s.body.reset()
	s.count = 0
	s.total++
	to := &w.sink
	if !w.plain {
		to = &s.nodes
	}
	if err := to.string(appendStreamID(nil, s.base)); err != nil {
		return err
	}
	return to.string(w.list.bytes())
}

// nodeHead begins a listpack with what a node begins with.
func (w *ValueWriter) nodeHead() {
	s, l := &w.stream, &w.list
	l.reset()
	l.number(s.count)
	l.number(0) // none of them deleted
	fields := int64(0)
	for names := s.names; len(names) > 0; fields++ {
		_, names = cutHeld(names)
	}
	l.number(fields)
	for names := s.names; len(names) > 0; {
		var name []byte
		name, names = cutHeld(names)
		l.text(name)
	}
	l.number(0)
}
