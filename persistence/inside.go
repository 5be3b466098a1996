package persistence

import (
	"bytes"
	"cmp"
)

// A function behind a door may carry out several commands: a transaction of
// clients, a script. Each of them is as if it were alone, except for what this
// file is about.

// Stops tells errors after which a function has to return at once, because
// nothing of its run stays: it may run again.
func (tx *Tx) Stops(err error) bool { return tx.again != nil || undoes(err) }

// Inside tells whether a function runs behind the transaction's door.
func (tx *Tx) Inside() bool { return tx.inside }

// Asks says whether what comes next reads: what it finds and misses counts. A View
// begins with true, an Update with false.
func (tx *Tx) Asks(yes bool) { tx.asks = yes }

// Next begins the next of a function's commands, one that reads or not. What the
// command before has opened is closed: the memory of its words may have others in
// it by now.
func (tx *Tx) Next(reads bool) {
	tx.used = 0
	tx.Asks(reads)
}

// Turn says which of the declared keys, the ith, the function works on next. It
// need not be told, but saves looking for it.
func (tx *Tx) Turn(i int) { tx.turn = i }

// Apart begins the ith of a function's commands that share a door and nothing
// else: each works on the key that was declared at its place, and the log gets
// what it has done as if it had come alone. The keys' memory stays as it is until
// the last of them has ended.
func (tx *Tx) Apart(i int) {
	tx.Turn(i)
	if i > 0 && !bytes.Equal(tx.names[i], tx.names[i-1]) {
		tx.used = 0
	}
	tx.effects.apart()
}

// insideAll tells whether a walk runs behind its transaction's own door, where
// it takes part in what that has changed. That needs all locks, and is the one
// case in which the tables are read under them: what the walk shows and what the
// transaction does must be of one moment.
func (tx *Tx) insideAll() (bool, error) {
	switch {
	case !tx.inside:
		return false, nil
	case !tx.all:
		return false, tx.undeclared(-1)
	default:
		return true, nil
	}
}

// keyCountInside counts the keys of the selected database as the running
// function has left them. Needs all locks.
func (tx *Tx) keyCountInside() (int64, error) {
	d := tx.db()
	n, _ := d.counts()
	open := tx.store.listOpen(d)
	for i := range tx.touches {
		t := &tx.touches[i]
		if t.table != &d.keys[t.shard.no] {
			continue
		}
		before, after := tx.before(t), t.shard.at(t.ref)
		n += int64(boolInt(after.live()) - boolInt(before.p != nil && before.live()))
		if after.has(flagUnknown) && t.table.unresolved == 0 { // else it is listed
			if open == nil {
				open = &openWrites{db: d, tables: tx.store.tables.NewSnapshot()}
			}
			open.list = append(open.list, tx.store.unresolved(after))
		}
	}
	if open == nil {
		return n, nil
	}
	if tx.NoWait {
		return 0, cmp.Or(open.tables.Close(), ErrWouldBlock)
	}
	twice, _, err := open.count()
	return n - twice, err
}
