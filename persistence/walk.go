package persistence

import "github.com/cairndb/cairn/encoding"

// A Tx walks over the database that it has selected, outside of its doors: what
// it meets is locked a step at a time. With NoWait set, ErrWouldBlock is the
// answer where the disk would have to be read.

// Scan is Store.Scan.
func (tx *Tx) Scan(from encoding.Place, count int) (list []Entry, next encoding.Place, done bool, err error) {
	return tx.store.scan(tx.scope(), from, count)
}

// Random is Store.Random.
func (tx *Tx) Random() (e Entry, ok bool, err error) { return tx.store.random(tx.scope()) }

// KeyCount is how many keys there are.
func (tx *Tx) KeyCount() (int64, error) {
	if !tx.NoWait {
		n, _, err := tx.store.Keys(tx.database)
		return n, err
	}
	tx.store.lockAll()
	defer tx.store.unlockAll()
	d := tx.db()
	for i := range d.keys {
		if d.keys[i].unresolved != 0 {
			return 0, ErrWouldBlock
		}
	}
	n, _ := d.counts()
	return n, nil
}

func (tx *Tx) scope() scope { return scope{database: tx.database, noWait: tx.NoWait} }

// SawAll makes the outcome wait for everything that was written until now: a
// walk may have met it.
func (tx *Tx) SawAll() { tx.WaitOffset = tx.store.LogEnd() }
