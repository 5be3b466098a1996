package server

import (
	"errors"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// digest is the signature of all data, in hexadecimal: the number that DEBUG
// DIGEST of Redis has for the same data. Keys are read one after the other, so
// it means something only while nobody writes. Needs to be outside of any door.
func (s *Server) digest() (string, error) {
	w := digestWalk{srv: s, tx: s.store.Tx()}
	if !s.store.Follows() { // what is only hidden there is in the data nevertheless
		w.tx.NowMs = time.Now().UnixMilli()
	}
	if cold, err := s.mostlyCold(); err != nil {
		return "", err
	} else if cold {
		err := w.snapshot()
		sum := w.sum.Sum()
		return sum.String(), err
	}
	for n := range s.store.Databases() {
		if err := w.database(n); err != nil {
			return "", err
		}
	}
	sum := w.sum.Sum()
	return sum.String(), nil
}

// digestWalk adds up the digests of all keys.
type digestWalk struct {
	srv   *Server
	tx    *persistence.Tx
	sum   types.DatasetDigest
	begun bool // the database has had a key
}

const digestBatch = 1024

func (w *digestWalk) database(n int) error {
	w.tx.Select(n)
	w.begun = false
	for from, done := encoding.Place(0), false; !done; {
		var list []persistence.Entry
		var err error
		list, from, done, err = w.srv.store.Scan(n, from, digestBatch)
		if err != nil {
			return err
		}
		for i := range list {
			if err := w.key(list[i].Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostlyCold tells whether most of the data is not in RAM: then it is read in the
// order in which it lies on disk, which makes a checkpoint worth while.
func (s *Server) mostlyCold() (bool, error) {
	total := int64(0)
	for n := range s.store.Databases() {
		keys, _, err := s.store.Keys(n)
		if err != nil {
			return false, err
		}
		total += keys
	}
	return total > 10_000 && s.store.HotTier().Keys < total/2, nil
}

// snapshot adds up the keys of a snapshot.
func (w *digestWalk) snapshot() (err error) {
	store := w.srv.store
	n, err := store.Snapshot("DEBUG DIGEST")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	for _, database := range n.Databases() {
		w.tx.Select(database)
		w.begun = false
		err := n.Walk(database, func(k *persistence.StoredKey) error {
			if at := k.Record.ExpireAtMs; at != 0 && at <= w.tx.NowMs {
				return nil
			}
			var d types.Digest
			err := store.ViewStored(w.tx, k, func(tx *persistence.Tx) (err error) {
				d, _, err = types.DigestKey(tx, k.Name)
				return err
			})
			if err == nil {
				w.add(d)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// key adds a key, if it has not gone or expired.
func (w *digestWalk) key(name []byte) error {
	var d types.Digest
	exists := false
	err := w.srv.store.View(w.tx, persistence.Keys{Names: [][]byte{name}}, func(tx *persistence.Tx) (err error) {
		d, exists, err = types.DigestKey(tx, name)
		return err
	})
	if err != nil || !exists {
		return err
	}
	w.add(d)
	return nil
}

func (w *digestWalk) add(d types.Digest) {
	if !w.begun {
		w.begun = true
		w.sum.Database(w.tx.Database())
	}
	w.sum.Add(d)
}

// digestValues are the signatures of keys' values, in hexadecimal: what DEBUG
// DIGEST-VALUE of Redis has for the same values.
func (c *Call) digestValues(names [][]byte) (sums []string, err error) {
	err = c.Server.store.View(c.Tx, persistence.Keys{Names: names}, func(tx *persistence.Tx) error {
		sums = sums[:0]
		for _, name := range names {
			d, err := types.DigestValue(tx, name)
			if err != nil {
				return err
			}
			sums = append(sums, d.String())
		}
		return nil
	})
	return sums, err
}
