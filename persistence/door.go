package persistence

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/cairndb/cairn/persistence/wal"
)

// Keys declares what a transaction may touch: all shards, or those of the
// named keys. A function that touches another key runs again with that one's
// too.
type Keys struct {
	Names [][]byte
	All   bool
}

// View runs fn with the declared keys locked. fn reads only. It may run more
// than once; only its last run counts.
func (s *Store) View(tx *Tx, keys Keys, fn func(*Tx) error) error {
	tx.write = false
	return s.run(tx, keys, fn)
}

// Update runs fn with the declared keys locked and makes its changes and
// effects final as one, also when fn returns an error of its own: what it did
// before stays, as in Redis. Only misses (fn runs again), ErrUndo, I/O errors and
// panics undo. The outcome may be shown once the log is durable up to
// tx.WaitOffset.
func (s *Store) Update(tx *Tx, keys Keys, fn func(*Tx) error) error {
	if err := s.log.Err(); err != nil && (!tx.Replay || tx.relays) {
		return fmt.Errorf("%w: %w", ErrLogFailed, err)
	}
	tx.write = true
	return s.run(tx, keys, fn)
}

func (s *Store) run(tx *Tx, keys Keys, fn func(*Tx) error) error {
	tx.declare(keys)
	tx.runs = 0
	err := tx.attempt(fn)
	if err != nil && tx.again != nil {
		return s.rerun(tx, fn, err)
	}
	return err
}

// rerun loads what was missing and runs fn again, until it has all it needs.
// What it loads stays in RAM meanwhile, so each run comes further than the one
// before.
func (s *Store) rerun(tx *Tx, fn func(*Tx) error, err error) error {
	var loaded []miss
	defer func() { unpin(loaded) }()
	for {
		switch {
		case tx.again == nil:
			return err
		case tx.again == errUndeclared:
			tx.widen()
		case tx.NoWait:
			return ErrWouldBlock
		case tx.again == errCrowded:
			s.reapNow()
		default:
			loaded = append(loaded, tx.misses...)
			if tx.MaxLoads > 0 && !tx.write && len(loaded) > tx.MaxLoads {
				giveUp(tx.misses)
				return ErrLarge
			}
			if err := s.load(tx.misses); err != nil {
				return err
			}
		}
		tx.runs++
		err = tx.attempt(fn)
	}
}

// widen declares the shard that a run has lacked, and after a few of them all:
// each costs a run.
func (tx *Tx) widen() {
	if tx.lacks < 0 || tx.widened == maxWidened {
		tx.all = true
		return
	}
	tx.widened++
	if i, found := slices.BinarySearch(tx.shards, uint8(tx.lacks)); !found {
		tx.shards = slices.Insert(tx.shards, i, uint8(tx.lacks))
	}
}

const maxWidened = 4

func (tx *Tx) declare(keys Keys) {
	tx.names, tx.spots, tx.shards = keys.Names, tx.spots[:0], tx.shards[:0]
	tx.all, tx.widened, tx.turn = keys.All, 0, 0
	tx.chance.seeded = false
	for i, name := range keys.Names {
		if i > 0 && bytes.Equal(name, keys.Names[i-1]) {
			tx.spots = append(tx.spots, tx.spots[i-1])
			continue
		}
		at := tx.store.spotOfKey(name)
		tx.spots = append(tx.spots, at)
		if len(keys.Names) == 1 {
			tx.shards = append(tx.shards, at.shard)
		} else if i, found := slices.BinarySearch(tx.shards, at.shard); !found {
			tx.shards = slices.Insert(tx.shards, i, at.shard)
		}
	}
}

// attempt runs fn once under the locks and commits or undoes it.
func (tx *Tx) attempt(fn func(*Tx) error) (err error) {
	tx.reset()
	tx.lock()
	done := false
	tx.asks, tx.inside = !tx.write, true
	defer func() {
		tx.inside = false
		if !done { // fn panicked
			tx.rollback()
			tx.abandon()
		}
		tx.unlock()
	}()
	tx.store.makeRoom(tx.holds)
	tx.attend()
	err = fn(tx)
	done = true
	if tx.again != nil {
		err = tx.again // also when fn made light of it
	} else if len(tx.effects.buf) > maxEffectBytes {
		err = ErrTooLarge
	} else if refusal := tx.allowed(); refusal != nil {
		err = refusal
	}
	if err != nil && undoes(err) {
		tx.rollback()
		if err == errMiss {
			tx.prefetch()
		} else {
			tx.abandon()
		}
		return err
	}
	tx.commit()
	tx.waitForOthers()
	tx.tell()
	return err
}

// undoes tells errors after which nothing of a transaction may stay.
func undoes(err error) bool {
	switch err {
	case errMiss, errUndeclared, errCrowded, errLong, ErrTooLarge, ErrUndo, ErrWouldBlock, ErrFollowing, errLeading:
		return true
	}
	var io *IOError
	return errors.As(err, &io)
}

// maxEffectBytes leaves room for MULTI, SELECT and EXEC around the effects.
var maxEffectBytes = wal.MaxAppendBytes - 1<<10

func (tx *Tx) reset() {
	tx.touches, tx.saved, tx.spent, tx.misses = tx.touches[:0], tx.saved[:0], tx.spent[:0], tx.misses[:0]
	tx.again = nil
	tx.patches = tx.patches[:0]
	tx.chance.rewound = false
	tx.used = 0
	tx.born = tx.born[:0]
	tx.effects.reset()
	tx.Expired, tx.Overdue, tx.Examined = tx.Expired[:0], tx.Overdue[:0], false
	tx.Hits, tx.Misses = 0, 0
	tx.WaitOffset = 0
	if cap(tx.saved) > maxKeptScratch {
		tx.saved = nil
	}
	if cap(tx.effects.buf) > maxKeptScratch {
		tx.effects.buf = nil
	}
}

const maxKeptScratch = 64 << 10

// waitForOthers: what fn saw may be the work of a transaction that is not
// durable yet, so its outcome has to wait for that one.
func (tx *Tx) waitForOthers() {
	if tx.all {
		tx.WaitOffset = tx.store.LogEnd()
		return
	}
	for _, no := range tx.shards {
		tx.WaitOffset = max(tx.WaitOffset, tx.store.shards[no].lastOffset)
	}
}

func (tx *Tx) lock() {
	if tx.all {
		tx.store.lockAll()
		return
	}
	for _, no := range tx.shards {
		tx.store.shards[no].mu.Lock()
	}
}

func (tx *Tx) unlock() {
	if tx.all {
		tx.store.unlockAll()
		return
	}
	for _, no := range tx.shards {
		tx.store.shards[no].mu.Unlock()
	}
}

func (s *Store) lockAll() {
	for i := range s.shards {
		s.shards[i].mu.Lock()
	}
}

func (s *Store) unlockAll() {
	for i := range s.shards {
		s.shards[i].mu.Unlock()
	}
}
