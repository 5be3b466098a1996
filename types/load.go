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
	// Pace is called after each step, with no lock held; it may take its time. nil
	// is for hurrying.
	Pace func()
}

// Loader makes keys of those of an RDB file. A value comes from a file once, but
// a function behind a door may run again, and must not wait for a file: so
// elements are gathered outside and go in many at a time. Thus a collection of
// any size takes bounded memory, of streams all but the pending entries of one
// group; and others see a part of it until Load returns. Nothing is logged.
type Loader struct {
	r     restoring
	store *persistence.Store
	pace  func()
	batch batch
	begun bool // a part of the key is in

	builder streamBuilder
}

// NewLoader makes keys by a transaction, which is its own. Without a store it
// makes none, and only finds what is wrong with values.
func NewLoader(store *persistence.Store, tx *persistence.Tx, o LoadOptions) *Loader {
	if store == nil {
		tx = &persistence.Tx{}
	}
	tx.Replay = true
	l := &Loader{store: store, pace: o.Pace}
	l.r.tx, l.r.o = tx, RestoreOptions{Replace: o.Replace, Limits: o.Limits}
	return l
}

// Replace says from here on what happens to keys that are there. Replacing is
// quicker, if there are none: nobody has to look.
func (l *Loader) Replace(replace bool) { l.r.o.Replace = replace }

// Load makes a key and tells how many elements it has. If it fails there is no
// such key; unless it failed with ErrBusyKey, ErrNoDatabase or what k.Err says
// of a value that has not begun, one that was to be replaced has gone.
func (l *Loader) Load(k *rdb.Key) (elements int64, err error) {
	if l.store != nil && k.DB >= l.store.Databases() {
		return 0, ErrNoDatabase
	}
	l.begin(k)
	switch k.Type {
	case encoding.TypeString:
		err = l.string(&k.Value)
	case encoding.TypeStream:
		err = l.stream(&k.Value)
	default:
		err = l.collection(&k.Value)
	}
	if err != nil && l.begun && l.store != nil {
		return 0, errors.Join(err, l.discard())
	}
	return l.r.facts.Elements, err
}

func (l *Loader) begin(k *rdb.Key) {
	l.begun = false
	l.batch.reset()
	l.r.tx.Select(k.DB)
	l.r.key, l.r.o.ExpireAtMs, l.r.o.Usage = k.Name, k.ExpireAtMs, k.Usage
	l.r.facts = rdb.Facts{Integers: k.Type == encoding.TypeSet, Packed: k.Packed()}
}

// put runs fn behind the door. Of an fn that fails nothing stays.
func (l *Loader) put(fn func() error) error {
	if l.store != nil {
		if err := l.tryPut(fn); err != nil {
			return err
		}
	}
	l.begun = true
	if l.pace != nil {
		l.pace()
	}
	return nil
}

func (l *Loader) tryPut(fn func() error) (failed error) {
	err := l.update(func(tx *persistence.Tx) error {
		if failed = l.attempt(fn); failed != nil && !tx.Stops(failed) {
			return persistence.ErrUndo
		}
		return failed
	})
	if err == persistence.ErrUndo {
		return failed
	}
	return err
}

func (l *Loader) attempt(fn func() error) error {
	if !l.begun {
		if err := MayRestore(l.r.tx, l.r.key, l.r.o.Replace); err != nil {
			return err
		}
	}
	return fn()
}

func (l *Loader) update(fn func(tx *persistence.Tx) error) error {
	return l.store.Update(l.r.tx, persistence.Keys{Names: [][]byte{l.r.key}}, fn)
}

// discard deletes a key of which only a part can be had.
func (l *Loader) discard() error {
	return l.update(func(tx *persistence.Tx) error {
		_, err := tx.Delete(l.r.key)
		return err
	})
}

func (l *Loader) string(v *rdb.Value) error {
	b := v.Bytes()
	l.r.facts.Elements = 1
	return l.put(func() error {
		if err := l.r.string(b); err != nil {
			return err
		}
		return l.r.noteUsage()
	})
}
