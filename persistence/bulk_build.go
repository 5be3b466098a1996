package persistence

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/sorter"
)

// build brings everything in order and writes it to tables, which are not part
// of the store yet.
func (b *Bulk) build() error {
	if b.built != nil {
		return nil
	}
	out := newBuiltTables(b.store, b.name)
	err := b.buildAll(out)
	if err = errors.Join(err, out.close()); err != nil {
		return errors.Join(err, out.remove())
	}
	b.built = out
	return b.rows.Close()
}

func (b *Bulk) buildAll(out *builtTables) (err error) {
	rows, err := b.rows.Sort()
	if err != nil {
		return err
	}
	later := b.Sorter() // what is known only when records are in order
	defer func() { err = errors.Join(err, later.Close()) }()
	r := recordBuilder{bulk: b, out: out, later: later.Writer()}
	more, err := r.all(rows)
	if err = errors.Join(err, r.close()); err != nil {
		return err
	}
	n := nodeBuilder{out: out, rows: rows, more: more}
	if n.late, err = later.Sort(); err != nil {
		return err
	}
	if err := n.all(); err != nil {
		return err
	}
	return n.hints()
}

// recordBuilder writes records in order. What is known late of each is settled
// when the next one has another key.
type recordBuilder struct {
	bulk   *Bulk
	out    *builtTables
	later  *sorter.Writer
	key    []byte // scratch
	order  uint64 // of the last record
	last   []byte // key of the record that is not settled; nil: there is none
	counts *bulkCounts
	db     uint32
	old    *pebble.Iterator // over what the store has in the database; or nil
}

// all writes all records, and tells whether other rows follow.
func (r *recordBuilder) all(rows *sorter.Rows) (more bool, err error) {
	for {
		if more, err = rows.Next(); err != nil || !more || !isRecordKey(rows.Key()) {
			return more, errors.Join(err, r.settle())
		}
		if err := r.add(rows.Key(), rows.Value()); err != nil {
			return false, err
		}
	}
}

func (r *recordBuilder) add(key, value []byte) error {
	order, value := binary.BigEndian.Uint64(value), value[orderBytes:]
	if r.last != nil && bytes.Equal(key, r.last) {
		r.bulk.twice++
		if order < r.order {
			return r.forget(value)
		}
		if err := r.forget(r.out.lastValue()); err != nil {
			return err
		}
		r.out.takeBack()
	} else if err := r.settle(); err != nil {
		return err
	}
	var err error
	r.order = order
	r.last, err = r.out.set(key, value)
	return err
}

// forget gives the nodes of a record up that does not count.
func (r *recordBuilder) forget(value []byte) error {
	rec, err := encoding.ParseRecord(value)
	if err != nil {
		return err
	}
	return r.object(encoding.DatabaseOfKey(r.last), rec, forgotten)
}

// object says something of the object of a record, if it has one.
func (r *recordBuilder) object(db uint32, rec encoding.Record, what []byte) error {
	if !rec.Kind.HasObject() {
		return nil
	}
	r.key = encoding.AppendObjectKey(r.key[:0], db, uint64(objectOfPayload(rec.Kind, rec.Payload)))
	return r.later.Add(r.key, what)
}

// settle counts the last record, gives its time a hint, and looks for what it
// replaces.
func (r *recordBuilder) settle() error {
	if r.last == nil {
		return nil
	}
	db, place, name, err := encoding.ParseRecordKey(r.last)
	if err != nil {
		return err
	}
	if err := r.enter(db); err != nil {
		return err
	}
	rec, err := encoding.ParseRecord(r.out.lastValue())
	if err != nil {
		return err
	}
	shard := spotOfPlace(place).shard
	r.counts.keys[shard]++
	if err := r.replace(place, name, shard); err != nil {
		return err
	}
	if rec.ExpireAtMs != 0 {
		r.counts.expires[shard]++
		return r.hint(rec.ExpireAtMs, place, name, nil)
	}
	return nil
}

// enter begins with the records of a database.
func (r *recordBuilder) enter(db uint32) (err error) {
	if r.counts != nil && db == r.db {
		return nil
	}
	if err := r.close(); err != nil {
		return err
	}
	r.db, r.counts = db, &bulkCounts{}
	r.bulk.counts[db] = r.counts
	if r.bulk.settled[db] {
		span := encoding.DatabaseSpans(db)[0]
		r.old, err = r.bulk.store.tables.NewIter(&pebble.IterOptions{LowerBound: span[0], UpperBound: span[1]})
	}
	return err
}

func (r *recordBuilder) close() error {
	if r.old == nil {
		return nil
	}
	err := r.old.Close()
	r.old = nil
	return err
}

// replace notes what goes with the record that the store has under the last key.
func (r *recordBuilder) replace(place encoding.Place, name []byte, shard uint8) error {
	if r.old == nil || !r.old.SeekGE(r.last) || !bytes.Equal(r.old.Key(), r.last) {
		if r.old != nil {
			return r.old.Error()
		}
		return nil
	}
	value, err := r.old.ValueAndErr()
	if err != nil {
		return err
	}
	rec, err := encoding.ParseRecord(value)
	if err != nil {
		return err
	}
	r.counts.keys[shard]--
	if err := r.object(r.db, rec, inTables); err != nil {
		return err
	}
	if rec.ExpireAtMs != 0 {
		r.counts.expires[shard]--
		return r.hint(rec.ExpireAtMs, place, name, inTables)
	}
	return nil
}

// hint adds an expiry hint, or with inTables takes one away.
func (r *recordBuilder) hint(atMs int64, place encoding.Place, name, what []byte) error {
	r.key = encoding.AppendExpiryKey(r.key[:0], atMs, r.db, place, name)
	return r.later.Add(r.key, what)
}

// nodeBuilder writes nodes, and what is known late.
type nodeBuilder struct {
	out   *builtTables
	rows  *sorter.Rows
	more  bool // rows is at a node
	late  *sorter.Rows
	tardy bool   // late is at a row
	gone  []byte // what the keys of nodes that are not to be written begin with
}

func (n *nodeBuilder) all() (err error) {
	if n.tardy, err = n.late.Next(); err != nil {
		return err
	}
	for n.more {
		if err := n.objects(n.rows.Key()); err != nil {
			return err
		}
		if err := n.row(n.rows.Key(), n.rows.Value()); err != nil {
			return err
		}
		if n.more, err = n.rows.Next(); err != nil {
			return err
		}
	}
	return n.objects(nil)
}

// row writes a node, or heeds what is said of an object.
func (n *nodeBuilder) row(key, value []byte) (err error) {
	switch {
	case n.gone != nil && bytes.HasPrefix(key, n.gone):
	case len(key) > objectKeyBytes:
		_, err = n.out.set(key, value)
	case bytes.Equal(value, inTables):
		err = n.out.deleteObject(key)
	default:
		n.gone = append(n.gone[:0], key...)
	}
	return err
}

// objectKeyBytes is the length of what the keys of an object's nodes begin with.
var objectKeyBytes = len(encoding.AppendObjectKey(nil, 0, 0))

// objects heeds what is known late of the objects up to a row; nil: of all.
func (n *nodeBuilder) objects(row []byte) (err error) {
	for n.tardy && !isHint(n.late.Key()) && (row == nil || bytes.Compare(n.late.Key(), row) < 0) {
		if err := n.row(n.late.Key(), n.late.Value()); err != nil {
			return err
		}
		if n.tardy, err = n.late.Next(); err != nil {
			return err
		}
	}
	return nil
}

func isHint(key []byte) bool { return bytes.HasPrefix(key, hintPrefix) }

var hintPrefix = encoding.AppendExpiryTime(nil, 0)[:1]

// hints writes the expiry hints. One that is taken away and comes again stays.
func (n *nodeBuilder) hints() (err error) {
	var last []byte
	for n.tardy {
		key := n.late.Key()
		if last != nil && bytes.Equal(key, last) {
			n.out.takeBack()
		}
		if bytes.Equal(n.late.Value(), inTables) {
			last, err = n.out.delete(key)
		} else {
			last, err = n.out.set(key, nil)
		}
		if err != nil {
			return err
		}
		if n.tardy, err = n.late.Next(); err != nil {
			return err
		}
	}
	return nil
}
