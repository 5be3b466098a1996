package tools

import (
	"bytes"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/types"
)

// held is a value on its way from a file into a payload: there the number of elements comes first.
type held struct {
	room     []byte
	ends     []int // of the strings in room
	scores   []float64
	entries  []heldEntry
	elements int64 // those that have been spilled included
	longest  int   // bytes of the longest string

	info   rdb.Stream
	groups []rdb.Group
	parts  [][]byte // scratch
}

// heldEntry is an entry of a stream: its names and values end at ends[:strings].
type heldEntry struct {
	id      rdb.StreamID
	strings int
}

func (h *held) reset() {
	h.room, h.ends, h.scores, h.entries = h.room[:0], h.ends[:0], h.scores[:0], h.entries[:0]
	if cap(h.room) > maxKeptRoom {
		*h = held{elements: h.elements, longest: h.longest}
	}
}

// maxKeptRoom is what a held keeps for the next value.
const maxKeptRoom = 1 << 20

func (h *held) add(b []byte) {
	h.room = append(h.room, b...)
	h.ends = append(h.ends, len(h.room))
	h.longest = max(h.longest, len(b))
}

// string is one of those that are held.
func (h *held) string(i int) []byte {
	start := 0
	if i > 0 {
		start = h.ends[i-1]
	}
	return h.room[start:h.ends[i]:h.ends[i]]
}

// bytes is about what the payload will take.
func (h *held) bytes() int {
	return len(h.room) + 12*len(h.ends) + 10*len(h.scores) + 24*len(h.entries)
}

// gather takes all of a value. When it comes to more than so many bytes spill is called, again and again, and what is
// held is forgotten after it.
func (h *held) gather(v *rdb.Value, maxBytes int, spill func() error) error {
	h.elements, h.longest = 0, 0
	h.reset()
	full := func() error {
		if h.elements++; h.bytes() <= maxBytes {
			return nil
		}
		err := spill()
		h.reset()
		return err
	}
	switch v.Type {
	case encoding.TypeString:
		h.elements = 1
		h.add(v.Bytes())
		if h.bytes() <= maxBytes {
			return nil
		}
		err := spill()
		h.reset()
		return err
	case encoding.TypeStream:
		return h.stream(v, full)
	case encoding.TypeHash:
		for f := range v.Fields() {
			if f.ExpireAtMs != 0 {
				return types.ErrFieldExpires
			}
			h.add(f.Name)
			h.add(f.Value)
			if err := full(); err != nil {
				return err
			}
		}
	case encoding.TypeZSet:
		for member, score := range v.Scored() {
			h.add(member)
			h.scores = append(h.scores, score)
			if err := full(); err != nil {
				return err
			}
		}
	default:
		for b := range v.Elements() {
			h.add(b)
			if err := full(); err != nil {
				return err
			}
		}
	}
	if v.Err() == nil && h.elements == 0 {
		return types.ErrEmptyCollection
	}
	return v.Err()
}

func (h *held) stream(v *rdb.Value, full func() error) error {
	h.groups = h.groups[:0]
	for e := range v.Entries() {
		for name, value := range e.Fields() {
			h.add(name)
			h.add(value)
		}
		h.entries = append(h.entries, heldEntry{e.ID, len(h.ends)})
		if err := full(); err != nil {
			return err
		}
	}
	var err error
	if h.info, err = v.Stream(); err != nil {
		return err
	}
	for g := range v.Groups() {
		if err := g.Hold(); err != nil {
			return err
		}
		h.groups = append(h.groups, rdb.Group{
			Name: bytes.Clone(g.Name), LastID: g.LastID, EntriesRead: g.EntriesRead,
			Pending: slices.Clone(g.Pending), Consumers: slices.Clone(g.Consumers),
		})
	}
	return v.Err()
}

// payload makes a payload of all that is held.
func (h *held) payload(version int, v *rdb.Value) ([]byte, error) {
	d := rdb.NewDumper(rdb.Options{Version: version})
	if err := h.write(&d.ValueWriter, v.Type); err != nil {
		return nil, err
	}
	return d.Payload()
}

func (h *held) write(w *rdb.ValueWriter, t encoding.Type) (err error) {
	n := len(h.ends)
	switch t {
	case encoding.TypeString:
		return w.String(h.string(0))
	case encoding.TypeStream:
		return h.writeStream(w)
	case encoding.TypeHash:
		err = w.BeginHash(int64(n / 2))
		for i := 0; i < n && err == nil; i += 2 {
			err = w.Field(h.string(i), h.string(i+1))
		}
	case encoding.TypeZSet:
		err = w.BeginZSet(int64(n))
		for i := 0; i < n && err == nil; i++ {
			err = w.Scored(h.string(i), h.scores[i])
		}
	default:
		if t == encoding.TypeList {
			err = w.BeginList(int64(n))
		} else {
			err = w.BeginSet(int64(n))
		}
		for i := 0; i < n && err == nil; i++ {
			err = w.Element(h.string(i))
		}
	}
	if err != nil {
		return err
	}
	return w.End()
}

func (h *held) writeStream(w *rdb.ValueWriter) error {
	if err := w.BeginStream(h.info); err != nil {
		return err
	}
	for i, e := range h.entries {
		if err := w.Entry(e.id, h.pairs(i)); err != nil {
			return err
		}
	}
	for i := range h.groups {
		if err := w.Group(&h.groups[i]); err != nil {
			return err
		}
	}
	return w.End()
}

// pairs are the names and values of an entry.
func (h *held) pairs(i int) [][]byte {
	from := 0
	if i > 0 {
		from = h.entries[i-1].strings
	}
	h.parts = h.parts[:0]
	for ; from < h.entries[i].strings; from++ {
		h.parts = append(h.parts, h.string(from))
	}
	return h.parts
}
