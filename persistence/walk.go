package persistence

import "github.com/cairndb/cairn/encoding"

// A Tx walks over the database that it has selected. Outside of its doors what
// it meets is locked a step at a time, and with NoWait set ErrWouldBlock is the
// answer where the disk would have to be read; for the inside see insideAll.

// Scan is Store.Scan.
func (tx *Tx) Scan(from encoding.Place, count int) (list []Entry, next encoding.Place, done bool, err error) {
	k, err := tx.scope()
	if err != nil {
		return nil, 0, false, err
	}
	return tx.store.scan(k, from, count)
}

// Random is Store.Random. What the running function has changed itself is left
// out of account.
func (tx *Tx) Random() (e Entry, ok bool, err error) {
	k, err := tx.scope()
	if err != nil {
		return e, false, err
	}
	return tx.store.random(k)
}

// KeyCount is how many keys there are.
func (tx *Tx) KeyCount() (int64, error) {
	switch inside, err := tx.insideAll(); {
	case err != nil:
		return 0, err
	case inside:
		return tx.keyCountInside()
	}
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

func (tx *Tx) scope() (scope, error) {
	inside, err := tx.insideAll()
	return scope{database: tx.database, noWait: tx.NoWait, locked: inside}, err
}

// SawAll makes the outcome wait for everything that was written until now: a
// walk may have met it.
func (tx *Tx) SawAll() { tx.WaitOffset = tx.store.LogEnd() }
