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
	loader *types.Loader
}

func (im *importer) intoStore(store *persistence.Store) {
	var tx *persistence.Tx
	if store != nil {
		tx, im.delay = store.Tx(), store.WriteDelay
	}
	o := types.LoadOptions{Replace: im.o.Replace, Limits: defaultLimits(), Pace: im.pace}
	im.to = &intoStore{im, types.NewLoader(store, tx, o)}
}

func (s *intoStore) key(k *rdb.Key, start int64) error {
	elements, err := s.loader.Load(k)
	if reason := refusal(err); reason != nil {
		s.im.skip(Skip{k.DB, slices.Clone(k.Name), reason.Error()})
		return nil
	}
	if err == nil {
		s.im.report.add(k.Type, elements, s.im.file.Offset()-start)
	}
	return err
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
