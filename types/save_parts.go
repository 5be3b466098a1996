package types

import (
	"errors"
	"sync"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/sched"
)

// Where a key stands in a file means nothing, so parts of it can be made side by
// side. One goroutine reads records, a batch at a time; workers make of each
// batch a part of the file, and bring them into the file in the order of the
// batches. A part that becomes large (a huge collection) waits for its turn, and
// then goes into the file as it comes.

const (
	batchBytes = 256 << 10
	partBytes  = 1 << 20 // of a part that waits for its turn
)

// saver writes the keys of a database.
type saver struct {
	store    *persistence.Store
	file     *rdb.Writer // who has the turn may use it
	o        SaveOptions
	database int

	mu   sync.Mutex
	turn sync.Cond
	next int   // the number of the batch whose turn it is
	err  error // the first one; then all others end, too
}

type numberedBatch struct {
	*persistence.StoredBatch
	number int
}

func (s *saver) save(n *persistence.Snapshot) error {
	s.turn.L = &s.mu
	batches := make(chan numberedBatch)
	var busy sync.WaitGroup
	for range max(1, s.o.Workers) {
		busy.Add(1)
		go func() {
			defer busy.Done()
			defer sched.Patient()()
			s.work(batches)
		}()
	}
	number := 0
	err := n.WalkBatches(s.database, batchBytes, func(b *persistence.StoredBatch) error {
		batches <- numberedBatch{b, number}
		number++
		return s.failure()
	})
	close(batches)
	busy.Wait()
	return errors.Join(s.failure(), err)
}

func (s *saver) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// await waits for the turn of a batch.
func (s *saver) await(number int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.next != number && s.err == nil {
		s.turn.Wait()
	}
	return s.err
}

// done gives the turn to the next batch.
func (s *saver) done(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	if s.err == nil {
		s.err = err
	}
	s.turn.Broadcast()
}

// savedPart is what a worker makes of a batch.
type savedPart struct {
	s      *saver
	tx     *persistence.Tx
	out    *rdb.Writer
	number int
	buf    []byte
	direct bool // it is the part's turn, and buf is in the file
	wrote  []wroteKey
	at     int64 // where in out the last key ended
}

type wroteKey struct {
	t               encoding.Type
	elements, bytes int64
}

func (s *saver) work(batches <-chan numberedBatch) {
	p := &savedPart{s: s, tx: s.store.Tx()}
	p.tx.Select(s.database)
	p.out = s.file.Part(p)
	for b := range batches {
		if s.o.Rest != nil {
			s.o.Rest()
		}
		p.number, p.buf, p.direct, p.wrote = b.number, p.buf[:0], false, p.wrote[:0]
		err := b.Each(p.key)
		s.done(errors.Join(err, p.end(err)))
	}
}

// Write takes what the part's writer gives.
func (p *savedPart) Write(b []byte) (int, error) {
	if !p.direct && len(p.buf)+len(b) <= partBytes {
		p.buf = append(p.buf, b...)
		return len(b), nil
	}
	if err := p.goDirect(); err != nil {
		return 0, err
	}
	return len(b), p.s.file.Raw(b)
}

func (p *savedPart) goDirect() error {
	if p.direct {
		return nil
	}
	if err := p.s.await(p.number); err != nil {
		return err
	}
	p.direct = true
	return p.s.file.Raw(p.buf)
}

// end brings the rest of the part into the file. It returns only when its turn
// has come.
func (p *savedPart) end(failed error) error {
	if failed != nil {
		return p.s.await(p.number)
	}
	if err := p.out.Flush(); err != nil {
		return errors.Join(err, p.s.await(p.number))
	}
	if err := p.goDirect(); err != nil {
		return err
	}
	if p.s.o.Wrote != nil {
		for _, k := range p.wrote {
			p.s.o.Wrote(k.t, k.elements, k.bytes)
		}
	}
	return nil
}

// key writes a key into the part.
func (p *savedPart) key(k *persistence.StoredKey) error {
	expireAtMs := k.Record.ExpireAtMs
	if expireAtMs != 0 && expireAtMs <= p.s.o.NowMs {
		return nil
	}
	if err := p.out.Key(k.Name, rdb.Attributes{ExpireAtMs: expireAtMs}); err != nil {
		return err
	}
	err := p.s.store.ViewStored(p.tx, k, func(tx *persistence.Tx) error {
		_, err := Dump(tx, k.Name, &p.out.ValueWriter)
		return err
	})
	if err == nil && p.s.o.Wrote != nil {
		at := p.out.Offset()
		p.wrote = append(p.wrote, wroteKey{k.Record.Kind.Type(), StoredElements(k), at - p.at})
		p.at = at
	}
	return err
}
