package persistence

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/pprof"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// bounded ends the process with all stacks if a test takes too long: then
// somebody waits for ever, or turns in circles.
func bounded(t *testing.T, limit time.Duration) {
	timer := time.AfterFunc(limit, func() {
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
		panic(t.Name() + " hangs")
	})
	t.Cleanup(func() { timer.Stop() })
}

// crew is a number of goroutines; the first error of one ends the others.
type crew struct {
	t    *testing.T
	done sync.WaitGroup // of those who have an end
	rest sync.WaitGroup // of those who work until those are done
	stop chan struct{}
	once sync.Once
	err  error
}

func newCrew(t *testing.T) *crew { return &crew{t: t, stop: make(chan struct{})} }

func (c *crew) failed(err error) bool {
	if err == nil {
		return false
	}
	c.once.Do(func() { c.err = err })
	return true
}

// work runs fn so many times.
func (c *crew) work(n int, fn func(*rand.Rand) error) {
	rng := rand.New(rand.NewPCG(rand.Uint64(), 0))
	c.done.Go(func() {
		for range n {
			if c.failed(fn(rng)) {
				return
			}
		}
	})
}

// beside runs fn again and again until the work is done.
func (c *crew) beside(pause time.Duration, fn func(*rand.Rand) error) {
	rng := rand.New(rand.NewPCG(rand.Uint64(), 0))
	c.rest.Go(func() {
		for {
			select {
			case <-c.stop:
				return
			case <-time.After(time.Duration(rng.Int64N(int64(pause)))):
			}
			if c.failed(fn(rng)) {
				return
			}
		}
	})
}

func (c *crew) wait() {
	c.t.Helper()
	c.done.Wait()
	close(c.stop)
	c.rest.Wait()
	if c.err != nil {
		c.t.Fatal(c.err)
	}
}

const (
	accounts = 24
	opening  = 1000
)

// bank is a set of counters in database 0, whose sum never changes.
type bank struct {
	s     *Store
	clock *testClock
	names [][]byte
}

func openBank(t *testing.T, o Options, clock *testClock) *bank {
	b := &bank{s: mustOpen(t, o), clock: clock}
	for i := range accounts {
		b.names = append(b.names, []byte("{"+strconv.Itoa(i%5)+"}account"+strconv.Itoa(i)))
	}
	tx := b.s.Tx()
	err := b.s.Update(tx, Keys{Names: b.names}, func(tx *Tx) error {
		for _, name := range b.names {
			if err := setCounter(tx, name, opening); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func setCounter(tx *Tx, name []byte, n int64) error {
	value := number(n)
	if err := tx.Put(name, stringKind, value, 0); err != nil {
		return err
	}
	tx.Log(wordSet, name, value, number(0))
	return nil
}

func counter(tx *Tx, name []byte) (int64, error) {
	r, err := tx.Get(name)
	if err != nil {
		return 0, err
	}
	if !r.Exists() {
		return 0, fmt.Errorf("account %q is gone", name)
	}
	return strconv.ParseInt(string(r.Value()), 10, 64)
}

// transfer moves money between two accounts, often with some of the keys
// undeclared, and sometimes stops between the two changes.
func (b *bank) transfer(rng *rand.Rand) error {
	from, to := b.names[rng.IntN(accounts)], b.names[rng.IntN(accounts)]
	keys := Keys{Names: [][]byte{from, to}}
	if rng.IntN(20) == 0 {
		keys.Names = keys.Names[:1]
	}
	amount, stops := rng.Int64N(50), rng.IntN(20) == 0
	tx := b.s.Tx()
	tx.NowMs = b.clock.ms.Load()
	tx.NoWait = rng.IntN(4) == 0
	defer func() {
		if r := recover(); r != nil && r != errCommand {
			panic(r)
		}
	}()
	err := b.s.Update(tx, keys, func(tx *Tx) error {
		n, err := counter(tx, from)
		if err != nil {
			return err
		}
		if err := setCounter(tx, from, n-amount); err != nil {
			return err
		}
		if stops {
			panic(errCommand) // between the changes
		}
		if n, err = counter(tx, to); err != nil {
			return err
		}
		return setCounter(tx, to, n+amount)
	})
	if errors.Is(err, ErrWouldBlock) {
		return nil
	}
	return err
}

// audit adds all accounts up.
func (b *bank) audit(rng *rand.Rand) error {
	tx := b.s.Tx()
	tx.NowMs = b.clock.ms.Load()
	sum := int64(0)
	keys := Keys{Names: b.names, All: rng.IntN(5) == 0}
	err := b.s.View(tx, keys, func(tx *Tx) error {
		sum = 0
		for _, name := range b.names {
			n, err := counter(tx, name)
			if err != nil {
				return err
			}
			sum += n
		}
		return nil
	})
	if err == nil && sum != accounts*opening {
		err = fmt.Errorf("the accounts add up to %d, not to %d", sum, accounts*opening)
	}
	return err
}

// bystanders do everything else that a store can do.
func (b *bank) bystanders(c *crew) {
	s := b.s
	c.beside(2*time.Millisecond, func(*rand.Rand) error { _, err := s.Checkpoint("test"); return err })
	c.beside(time.Millisecond, func(*rand.Rand) error { s.EvictAll(); return nil })
	c.beside(time.Millisecond, func(*rand.Rand) error { evacuateAll(s); return nil })
	c.beside(time.Millisecond, b.visit)
	c.beside(time.Millisecond, b.mayfly)
	c.beside(time.Millisecond, b.reaper)
	c.beside(2*time.Millisecond, b.upheaval)
}

// visit counts, walks and draws.
func (b *bank) visit(rng *rand.Rand) error {
	if keys, _, err := b.s.Keys(0); err != nil || keys < accounts {
		return fmt.Errorf("database 0 has %d keys: %w", keys, err)
	}
	seen, err := walk(b.s, 0, 1+rng.IntN(20))
	if err != nil {
		return err
	}
	for _, name := range b.names {
		if _, ok := seen[string(name)]; !ok {
			return fmt.Errorf("the walk did not meet %q", name)
		}
	}
	_, _, err = b.s.Random(0)
	return err
}

// mayfly writes a key that lives for a moment, in the accounts' shards.
func (b *bank) mayfly(rng *rand.Rand) error {
	tx := b.s.Tx()
	tx.NowMs = b.clock.ms.Add(1)
	name := []byte("{" + strconv.Itoa(rng.IntN(5)) + "}mayfly" + strconv.Itoa(rng.IntN(50)))
	at := tx.NowMs + 1 + rng.Int64N(20)
	return b.s.Update(tx, Keys{Names: [][]byte{name}}, func(tx *Tx) error {
		tx.Log(wordSet, name, nil, number(at))
		return tx.Put(name, stringKind, nil, at)
	})
}

// reaper follows DueKeys.
func (b *bank) reaper(*rand.Rand) error {
	tx := b.s.Tx()
	tx.NowMs = b.clock.ms.Load()
	due, err := b.s.DueKeys(tx.NowMs, 20)
	if err != nil {
		return err
	}
	for _, d := range due {
		tx.Select(d.Database)
		err := b.s.Update(tx, Keys{Names: [][]byte{d.Name}}, func(tx *Tx) error {
			_, err := tx.Peek(d.Name)
			return err
		})
		if err != nil {
			return err
		}
	}
	b.s.DueTouched()
	return nil
}

// upheaval flushes and swaps the other databases.
func (b *bank) upheaval(rng *rand.Rand) error {
	tx := b.s.Tx()
	tx.NowMs = b.clock.ms.Load()
	tx.Select(1)
	name := []byte("guest" + strconv.Itoa(rng.IntN(100)))
	return b.s.Update(tx, Keys{Names: [][]byte{name}, All: true}, func(tx *Tx) error {
		tx.Log(wordSet, name, name, number(0))
		if err := tx.Put(name, stringKind, name, 0); err != nil {
			return err
		}
		switch rng.IntN(3) {
		case 0:
			tx.Log(wordFlush)
			return tx.Flush(1)
		case 1:
			tx.Log(wordSwap, number(1), number(2))
			return tx.Swap(1, 2)
		}
		return nil
	})
}

// TestTransfers moves money between few accounts from many goroutines, while
// checkpoints, eviction, expiry, walks, flushes and swaps go on: it neither
// appears nor vanishes, nor does anybody wait for ever.
func TestTransfers(t *testing.T) {
	for _, memory := range []int64{64 << 20, 1} {
		t.Run(fmt.Sprintf("%d bytes", memory), func(t *testing.T) {
			bounded(t, 2*time.Minute)
			clock := newTestClock()
			o := testOptions(vfs.NewMem(), clock)
			o.MemoryBytes = memory
			b := openBank(t, o, clock)
			c := newCrew(t)
			for range 8 {
				c.work(shorter(25_000), b.transfer)
			}
			c.work(shorter(10_000), b.audit)
			b.bystanders(c)
			c.wait()
			b.settle(t, o)
		})
	}
}

// settle audits at the end, and after a recovery.
func (b *bank) settle(t *testing.T, o Options) {
	t.Helper()
	rng := rand.New(rand.NewPCG(0, 0))
	for range 2 {
		if err := b.audit(rng); err != nil {
			t.Fatal(err)
		}
		mustCheck(t, b.s)
		if err := b.s.Abandon(); err != nil {
			t.Fatal(err)
		}
		b.s = mustOpen(t, o)
	}
	if err := b.s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestWideTransactions reads and writes many cold keys of few shards at once,
// with next to no memory: each transaction comes to its end, although whatever
// it loads is over the limit.
func TestWideTransactions(t *testing.T) {
	bounded(t, time.Minute)
	clock := newTestClock()
	o := testOptions(vfs.NewMem(), clock)
	s := mustOpen(t, o)
	var names [][]byte
	for i := range 400 {
		names = append(names, []byte("{"+strconv.Itoa(i%3)+"}"+strconv.Itoa(i)))
	}
	write := func(tx *Tx) error {
		for _, name := range names {
			if err := setCounter(tx, name, opening); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.Update(s.Tx(), Keys{Names: names}, write); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Checkpoint("test"); err != nil {
		t.Fatal(err)
	}
	s.SetMemory(1)
	c := newCrew(t)
	for range 6 {
		c.work(shorter(50), func(rng *rand.Rand) error {
			some := make([][]byte, 40)
			for i := range some {
				some[i] = names[rng.IntN(len(names))]
			}
			return s.Update(s.Tx(), Keys{Names: some}, func(tx *Tx) error {
				for _, name := range some {
					n, err := counter(tx, name)
					if err != nil {
						return err
					}
					if err := setCounter(tx, name, n); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	c.beside(5*time.Millisecond, func(*rand.Rand) error { _, err := s.Checkpoint("test"); return err })
	c.beside(time.Millisecond, func(*rand.Rand) error { s.EvictAll(); return nil })
	c.wait()
	mustCheck(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestColdReaders reads keys of a few shards, many more than fit, from many
// goroutines at once: those that wait for the disk must not keep the hot tier
// from making room.
func TestColdReaders(t *testing.T) {
	bounded(t, time.Minute)
	const keys, valueBytes = 30_000, 400
	clock := newTestClock()
	o := testOptions(vfs.NewMem(), clock)
	s := mustOpen(t, o)
	defer func() { _ = s.Abandon() }()
	name := func(i int) []byte { return []byte("{" + strconv.Itoa(i%2) + "}" + strconv.Itoa(i)) }
	tx := s.Tx()
	for i := range keys {
		err := s.Update(tx, Keys{Names: [][]byte{name(i)}}, func(tx *Tx) error {
			return tx.Put(name(i), stringKind, make([]byte, valueBytes), 0)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Checkpoint("test"); err != nil {
		t.Fatal(err)
	}
	s.EvictAll()
	s.SetMemory(4 << 20)
	limit := s.hotBytes.Load()
	c := newCrew(t)
	for range 64 {
		c.work(shorter(1500), func(rng *rand.Rand) error {
			tx := s.Tx()
			key := name(rng.IntN(keys))
			return s.View(tx, Keys{Names: [][]byte{key}}, func(tx *Tx) error {
				_, err := tx.Get(key)
				return err
			})
		})
	}
	most := int64(0)
	c.beside(time.Millisecond, func(*rand.Rand) error {
		most = max(most, s.arena.Used())
		return nil
	})
	c.wait()
	t.Logf("hot tier: %d bytes at the most, limit %d, all keys take %d", most, limit, keys*(valueBytes+40))
	if most > limit*3/2 {
		t.Errorf("the hot tier grew to %d bytes, the limit is %d", most, limit)
	}
	mustCheck(t, s)
}
