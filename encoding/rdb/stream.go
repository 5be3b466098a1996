package rdb

import (
	"cmp"
	"fmt"
	"iter"

	"github.com/cairndb/cairn/encoding"
)

// StreamID is the id of an entry: milliseconds, and a number among those of one millisecond.
type StreamID struct {
	Ms, Seq uint64
}

func (a StreamID) String() string { return fmt.Sprintf("%d-%d", a.Ms, a.Seq) }

// Compare orders ids.
func (a StreamID) Compare(b StreamID) int {
	return cmp.Or(cmp.Compare(a.Ms, b.Ms), cmp.Compare(a.Seq, b.Seq))
}

// Stream is what a stream has besides its entries and groups.
type Stream struct {
	Length       int64 // entries
	Groups       int64
	LastID       StreamID
	FirstID      StreamID // of the first entry, zero if there is none
	MaxDeletedID StreamID
	EntriesAdded uint64 // in all its life
}

// Entry is an entry of a stream.
type Entry struct {
	ID        StreamID
	NumFields int64
	Node      StreamNode // where Redis keeps it
	node      *streamNode
}

// StreamNode is a node of a stream, which holds some entries that follow each other.
type StreamNode struct {
	Base    StreamID // not greater than the ids of its entries
	Bytes   int      // of its listpack
	Entries int64
	Deleted int64 // entries that are no more there, but take room
}

// Fields are the names and values of an entry. It can be called once, as long as the entry is the current one.
func (e *Entry) Fields() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		on := true
		e.node.fields(func(name, value []byte) {
			if on {
				on = yield(name, value)
			}
		})
	}
}

// streamReader is how far a stream has been read.
type streamReader struct {
	info      Stream
	node      streamNode
	last      StreamID // of the entries so far
	nodeKey   []byte
	group     Group
	consumers duplicates
}

// Entries are the entries of a stream, in order of their ids.
func (v *Value) Entries() iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		if !v.claim(encoding.TypeStream, untouched, entriesRead) {
			return
		}
		err := v.entries(until(yield))
		if err == nil {
			err = v.readStreamInfo()
		}
		v.end(err)
	}
}

// Stream is what a stream has besides. Entries that have not been asked for are passed over.
func (v *Value) Stream() (Stream, error) {
	for range v.Entries() {
	}
	return v.stream.info, v.err
}

func (v *Value) entries(emit func(*Entry)) error {
	s := &v.stream
	s.info, s.last = Stream{}, StreamID{}
	for range v.n {
		id, err := v.d.kept(&s.nodeKey)
		if err != nil {
			return err
		}
		if len(id) != streamIDBytes {
			return malformed("a stream's node begins with an id of %d bytes", len(id))
		}
		blob, err := v.d.blob()
		if err != nil {
			return err
		}
		if err := v.streamNode(parseStreamID(id), blob, emit); err != nil {
			return err
		}
	}
	return nil
}

// readStreamInfo reads what follows the entries. The number of entries in the file need not be right, the entries have
// been counted; but without nodes it must be 0, as in Redis.
func (v *Value) readStreamInfo() (err error) {
	s := &v.stream.info
	var length uint64
	noNodes := v.n == 0
	number := func(n *uint64) {
		if err == nil {
			*n, err = v.d.length()
		}
	}
	id := func(id *StreamID) {
		number(&id.Ms)
		number(&id.Seq)
	}
	number(&length)
	id(&s.LastID)
	if v.code == codeStream {
		s.EntriesAdded = uint64(s.Length)
	} else {
		var first StreamID
		id(&first)
		id(&s.MaxDeletedID)
		number(&s.EntriesAdded)
	}
	number(&v.n)
	if err == nil && noNodes && length > 0 {
		err = malformed("a stream of %d entries, and no nodes", length)
	}
	if err == nil && v.stream.last.Compare(s.LastID) > 0 {
		err = malformed("a stream's last id is %v, and it has an entry %v", s.LastID, v.stream.last)
	}
	s.Groups = int64(v.n)
	return err
}
