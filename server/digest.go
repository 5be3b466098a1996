package server

import (
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
	if !w.begun {
		w.begun = true
		w.sum.Database(w.tx.Database())
	}
	w.sum.Add(d)
	return nil
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
