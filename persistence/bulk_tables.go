package persistence

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/cockroachdb/pebble/v2/sstable"

	"github.com/cairndb/cairn/encoding"
)

// builtTables are the tables of a bulk, written in the order of their keys by a
// few goroutines at once: one gathers the rows of a table, others write tables
// that are gathered. No table has rows of two databases, or of two kinds; so
// each fits between those that a checkpoint writes besides.
type builtTables struct {
	store  *Store
	name   string
	open   *tableRows // being gathered, nil if none is
	spare  chan *tableRows
	todo   chan *tableRows
	busy   sync.WaitGroup
	mu     sync.Mutex
	err    error // the first one
	bytes  int64 // of finished tables
	rows   int64
	tables []builtTable
}

// builtTable is a table, and the start that all its keys share.
type builtTable struct {
	span string
	path string
}

// tableWriters write tables at once.
const tableWriters = 2

func newBuiltTables(s *Store, name string) *builtTables {
	t := &builtTables{store: s, name: name, spare: make(chan *tableRows, tableWriters+1), todo: make(chan *tableRows)}
	for range tableWriters + 1 {
		t.spare <- &tableRows{}
	}
	for range tableWriters {
		t.busy.Add(1)
		go t.work()
	}
	return t
}

func (t *builtTables) work() {
	defer t.busy.Done()
	for rows := range t.todo {
		bytes, err := t.store.writeBuilt(rows)
		t.mu.Lock()
		t.bytes += bytes
		t.err = errors.Join(t.err, err)
		t.mu.Unlock()
		if cap(rows.data) > 4*builtBytesOf(t.store) {
			rows.data = nil // there was one large row
		}
		t.spare <- rows
	}
}

func (t *builtTables) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// close writes what is left, and waits until everything is.
func (t *builtTables) close() error {
	t.cut()
	close(t.todo)
	t.busy.Wait()
	return t.err
}

func (t *builtTables) remove() (err error) {
	for _, one := range t.tables {
		if e := t.store.opts.FS.Remove(one.path); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	t.tables = nil
	return err
}

// spanOf is the start that a key shares with all of its table.
func spanOf(key []byte) []byte {
	if isHint(key) {
		return key[:1]
	}
	return key[:1+4]
}

// pathsOf lists the tables of a span.
func (t *builtTables) pathsOf(span []byte) (paths []string) {
	for _, one := range t.tables {
		if one.span == string(span) {
			paths = append(paths, one.path)
		}
	}
	return paths
}

// What is done with a row.
const (
	opSet byte = iota
	opDelete
	opDeleteObject
)

// set writes a row, and returns its key, valid as long as it is the last one.
func (t *builtTables) set(key, value []byte) ([]byte, error) { return t.add(opSet, key, value) }

func (t *builtTables) delete(key []byte) ([]byte, error) { return t.add(opDelete, key, nil) }

// deleteObject deletes all nodes of an object, whose keys begin with key.
func (t *builtTables) deleteObject(key []byte) error {
	_, err := t.add(opDeleteObject, key, nil)
	return err
}

func (t *builtTables) add(op byte, key, value []byte) ([]byte, error) {
	if o := t.open; o != nil && (o.size() >= builtBytesOf(t.store) || o.span != string(spanOf(key))) {
		t.cut()
	}
	if t.open == nil {
		if err := t.failure(); err != nil {
			return nil, err
		}
		t.open = <-t.spare
		t.open.begin(string(spanOf(key)), t.path(), builtBytesOf(t.store)*9/8)
		t.tables = append(t.tables, builtTable{t.open.span, t.open.path})
	}
	t.rows++
	return t.open.add(op, key, value), nil
}

func (t *builtTables) path() string {
	return t.store.opts.FS.PathJoin(t.store.opts.Dir, tablesDir, fmt.Sprintf("%s-%06d.tmp", t.name, len(t.tables)))
}

// builtBytes is when the next table begins.
func (s *Store) builtBytes() int { return max(s.batchBytes(), 4<<20) }

// cut ends the open table.
func (t *builtTables) cut() {
	if t.open != nil {
		t.todo <- t.open
		t.open = nil
	}
}

// lastValue is the value of the row that was written last.
func (t *builtTables) lastValue() []byte {
	_, _, value, _ := cutBuilt(t.open.data[t.open.last:])
	return value
}

// takeBack forgets the row that was written last.
func (t *builtTables) takeBack() {
	t.open.data = t.open.data[:t.open.last]
	t.rows--
}

// tableRows are the rows of a table: op:u8 keyLen:u32 valueLen:u32 key value.
type tableRows struct {
	span, path string
	data       []byte
	last       int // where the last row lies
}

const builtHeader = 1 + 4 + 4

func (r *tableRows) begin(span, path string, room int) {
	if r.data == nil {
		r.data = make([]byte, 0, room)
	}
	r.span, r.path, r.data, r.last = span, path, r.data[:0], 0
}

func (r *tableRows) size() int { return len(r.data) }

func (r *tableRows) add(op byte, key, value []byte) []byte {
	r.last = len(r.data)
	r.data = append(r.data, op)
	r.data = binary.LittleEndian.AppendUint32(r.data, uint32(len(key)))
	r.data = binary.LittleEndian.AppendUint32(r.data, uint32(len(value)))
	r.data = append(append(r.data, key...), value...)
	return r.data[r.last+builtHeader:][:len(key):len(key)]
}

func cutBuilt(b []byte) (op byte, key, value, rest []byte) {
	keyEnd := builtHeader + int(binary.LittleEndian.Uint32(b[1:]))
	end := keyEnd + int(binary.LittleEndian.Uint32(b[5:]))
	return b[0], b[builtHeader:keyEnd], b[keyEnd:end], b[end:]
}

// writeBuilt writes a table. Its file is synced then.
func (s *Store) writeBuilt(rows *tableRows) (bytes int64, err error) {
	f, err := s.opts.FS.Create(rows.path, "checkpoint")
	if err != nil {
		return 0, err
	}
	o := s.tableOpt.MakeWriterOptions(len(s.tableOpt.Levels)-1, s.tables.TableFormat()) // where it will mostly stay
	o.WritingToLowestLevel = false                                                      // not if there are deletions
	w := sstable.NewWriter(newTableFile(f), o)
	err = rows.writeTo(w)
	if err = errors.Join(err, w.Close()); err != nil {
		return 0, err
	}
	meta, err := w.Metadata()
	if err != nil {
		return 0, err
	}
	return int64(meta.Size), nil
}

func (r *tableRows) writeTo(w *sstable.Writer) (err error) {
	for data := r.data; len(data) > 0 && err == nil; {
		var op byte
		var key, value []byte
		switch op, key, value, data = cutBuilt(data); op {
		case opSet:
			err = w.Set(key, value)
		case opDelete:
			err = w.Delete(key)
		case opDeleteObject:
			from, to := ownedObject{encoding.DatabaseOfKey(key), objectOfName(key[1+4:])}.span()
			err = w.DeleteRange(from, to)
		}
	}
	return err
}
