package tools

import (
	"errors"
	"slices"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// intoStore is the destination of an import into a store; nil only looks for what is wrong.
type intoStore struct {
	im     *importer
	store  *persistence.Store
	loader *types.Loader
	fresh  map[int]int64 // of databases that were empty: the keys without an expire time that they have been given
}

func (im *importer) intoStore(store *persistence.Store) {
	var tx *persistence.Tx
	if store != nil {
		tx, im.delay = store.Tx(), store.WriteDelay
	}
	o := types.LoadOptions{Replace: im.o.Replace, Limits: defaultLimits(), Pace: im.pace}
	im.to = &intoStore{im, store, types.NewLoader(store, tx, o), map[int]int64{}}
}

func (s *intoStore) key(k *rdb.Key, start int64) error {
	fresh, err := s.isFresh(k.DB)
	if err != nil {
		return err
	}
	s.loader.Replace(s.im.o.Replace || fresh)
	elements, err := s.loader.Load(k)
	if reason := refusal(err); reason != nil {
		s.im.skip(Skip{k.DB, slices.Clone(k.Name), reason.Error()})
		return nil
	}
	if err == nil {
		s.im.report.add(k.Type, elements, s.im.file.Offset()-start)
		if fresh && k.ExpireAtMs == 0 {
			s.fresh[k.DB]++
		}
	}
	return err
}

// isFresh tells whether a database had no keys when the first one came for it. Then nobody has to look whether a key is
// there, which in a store larger than memory costs more than all the rest.
func (s *intoStore) isFresh(database int) (bool, error) {
	if s.store == nil || database >= s.store.Databases() {
		return false, nil
	}
	if n, known := s.fresh[database]; known {
		return n >= 0, nil
	}
	keys, _, err := s.store.Keys(database)
	s.fresh[database] = 0
	if keys > 0 {
		s.fresh[database] = -1
	}
	return keys == 0, err
}

// end finds keys that came twice to a database in which nobody has looked. What expires may have gone meanwhile.
func (s *intoStore) end() error {
	for database, given := range s.fresh {
		if given <= 0 {
			continue
		}
		keys, expires, err := s.store.Keys(database)
		if err != nil {
			return err
		}
		for range given - (keys - expires) {
			s.im.skip(Skip{Reason: "a key that comes twice: the last one counts"})
		}
	}
	return nil
}

func (s *intoStore) library(code string) error {
	o := &s.im.o
	var broken *persistence.IOError
	if o.LoadLibrary != nil {
		if err := o.LoadLibrary(code, o.Replace); errors.As(err, &broken) {
			return err
		} else if err != nil {
			s.im.skip(Skip{Reason: "a library of functions: " + err.Error()})
			return nil
		}
	}
	s.im.report.Libraries++
	return nil
}

// refusals are errors that concern one key only.
var refusals = []error{
	types.ErrBusyKey, types.ErrNoDatabase, types.ErrEmptyCollection, types.ErrElementTwice, types.ErrFieldExpires,
	persistence.ErrKeyTooLong,
}

// refusal is the reason that an error gives why a key cannot be taken, nil if it says something else.
func refusal(err error) error {
	for _, reason := range refusals {
		if errors.Is(err, reason) {
			return reason
		}
	}
	return nil
}
