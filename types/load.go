package types

import (
	"errors"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

// Why a key of a file cannot be taken, besides ErrBusyKey and
// persistence.ErrKeyTooLong.
var (
	ErrNoDatabase      = errors.New("there are not so many databases")
	ErrEmptyCollection = errors.New("a collection without elements")
	ErrElementTwice    = errors.New("an element comes twice")
	ErrFieldExpires    = errors.New("fields of the hash have expire times of their own")
)

// LoadOptions of a Loader.
type LoadOptions struct {
	Replace bool // keys that are there
	Limits  Limits
	// Pace is called now and then within large values. It may be nil.
	Pace func()
}

// Loader makes keys of those of an RDB file, for a writer of a bulk. A value comes from a
// file once, element by element; what a collection keeps in an order of its own
// is sorted on the way (gathered). So a collection of any size takes bounded
// memory, of streams all but the pending entries of one group. How idle a key was
// is not noted: nothing of a bulk is in RAM.
type Loader struct {
	bulk  *persistence.BulkWriter
	o     LoadOptions
	key   *rdb.Key
	order int64
	facts rdb.Facts
	raw   gathered     // elements in the order in which they come, while it is open how they will be kept
	list  manyGathered // entries of the tree
	room  []byte       // scratch
}

// NewLoader makes keys for a writer of a bulk. Without one it makes none, and only finds what
// is wrong with values.
func NewLoader(bulk *persistence.BulkWriter, o LoadOptions) *Loader {
	l := &Loader{bulk: bulk, o: o}
	l.list.bulk = bulk
	return l
}

// Load makes a key and tells how many elements it has. If it fails the bulk gets
// nothing of it. Of keys of the same name the one with the higher order counts.
func (l *Loader) Load(k *rdb.Key, order int64) (elements int64, err error) {
	if err := l.mayLoad(k); err != nil {
		return 0, err
	}
	l.key, l.order = k, order
	l.facts = rdb.Facts{Integers: k.Type == encoding.TypeSet, Packed: k.Packed()}
	defer func() { err = errors.Join(err, l.list.reset()) }()
	switch k.Type {
	case encoding.TypeString:
		err = l.string(k.Bytes())
	case encoding.TypeList:
		err = l.listElements()
	case encoding.TypeStream:
		err = l.stream()
	default:
		err = l.elements()
	}
	return l.facts.Elements, err
}

func (l *Loader) mayLoad(k *rdb.Key) error {
	switch {
	case len(k.Name) > encoding.MaxKeyBytes:
		return persistence.ErrKeyTooLong
	case l.bulk == nil:
		return nil
	case k.DB >= l.bulk.Databases():
		return ErrNoDatabase
	case l.o.Replace:
		return nil
	}
	found, err := l.bulk.Exists(k.DB, k.Name)
	if err == nil && found {
		err = ErrBusyKey
	}
	return err
}

// expireAtMs is when the key expires, 0 for never.
func (l *Loader) expireAtMs() int64 {
	if l.key.ExpireAtMs == 0 {
		return 0
	}
	return max(1, l.key.ExpireAtMs)
}

func (l *Loader) string(b []byte) error {
	l.facts.Elements = 1
	if l.bulk == nil {
		return nil
	}
	r := encoding.Record{Kind: encoding.StringKind(b), ExpireAtMs: l.expireAtMs(), Payload: b}
	if len(b) > encoding.MaxShortString {
		o, err := l.chunks(b)
		if err != nil {
			return err
		}
		l.room = encoding.AppendLongString(l.room[:0], uint64(o), int64(len(b)))
		r.Kind, r.Payload = r.Kind|encoding.Kind(encoding.InNodes), l.room
	}
	return l.bulk.Put(l.key.DB, l.key.Name, l.order, r)
}

// chunks writes the chunks of a long string.
func (l *Loader) chunks(b []byte) (persistence.Object, error) {
	o := l.bulk.NewObject(l.key.Name)
	for i := uint64(0); len(b) > 0; i++ {
		n := min(len(b), encoding.ChunkBytes)
		to, err := l.bulk.Node(l.key.DB, o, i, n)
		if err != nil {
			return 0, err
		}
		copy(to, b[:n])
		b = b[n:]
	}
	return o, nil
}

// collection begins the tree of the key; nil if there will be none.
func (l *Loader) collection() *persistence.BulkCollection {
	if l.bulk == nil {
		return nil
	}
	return l.bulk.Collection(l.key.DB, l.key.Name)
}

// end ends a tree that fn fills, or gives it up.
func (l *Loader) end(kind encoding.Kind, head []byte, fn func(c *persistence.BulkCollection) error) error {
	c := l.collection()
	err := fn(c)
	switch {
	case c == nil:
		return err
	case err != nil:
		return errors.Join(err, c.Discard())
	}
	return c.Put(l.order, kind, head, l.expireAtMs())
}

// listElements builds a list as its elements come.
func (l *Loader) listElements() error {
	return l.end(encoding.ListKind(), nil, func(c *persistence.BulkCollection) (err error) {
		for b := range l.key.Elements() {
			if l.step(); c != nil && err == nil {
				err = c.Add(nil, b)
			}
		}
		return l.whole(err)
	})
}

// step counts an element.
func (l *Loader) step() {
	l.facts.Elements++
	if l.facts.Elements%elementsAStep == 0 && l.o.Pace != nil {
		l.o.Pace()
	}
}

// elementsAStep are loaded between two calls of LoadOptions.Pace.
const elementsAStep = 4096

// whole is what was wrong with a collection when its elements have come.
func (l *Loader) whole(err error) error {
	if err == nil {
		err = l.key.Err()
	}
	if err == nil && l.facts.Elements == 0 {
		err = ErrEmptyCollection
	}
	return err
}
