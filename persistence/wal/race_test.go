package wal

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// orderWaiter checks that waiters are released in the order of their offsets, and only when durable.
type orderWaiter struct {
	l    *Log
	upto int64
	last *int64 // shared; the syncer alone uses it
	bad  *atomic.Pointer[string]
	done chan error
}

func (w *orderWaiter) Durable(err error) {
	if err == nil && w.l.Synced() < w.upto {
		w.bad.Store(new("released before it was synced"))
	}
	if err == nil && w.upto < *w.last {
		w.bad.Store(new(fmt.Sprintf("%d released after %d", w.upto, *w.last)))
	}
	if err == nil {
		*w.last = w.upto
	}
	w.done <- err
}

// Everyone at once: appenders that await, flush or sync, readers, trims, policy changes, failures that heal.
func TestEverybodyAtOnce(t *testing.T) {
	for _, policy := range []Policy{Always, EverySec, No} {
		t.Run(policy.String(), func(t *testing.T) { everybodyAtOnce(t, policy) })
	}
}

func everybodyAtOnce(t *testing.T, policy Policy) {
	const appenders, appendsEach = 8, 300
	mem := vfs.NewMem()
	f := newFailing(mem, opSync)
	o := testOptions(f)
	o.Policy = policy
	o.KeepBytes = 1 << 40
	l := openStarted(t, o)
	m := newModel()
	stop := make(chan struct{})
	var clients, others sync.WaitGroup
	var last int64
	var bad atomic.Pointer[string]
	for i := range appenders {
		clients.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 9))
			w := &orderWaiter{l: l, last: &last, bad: &bad, done: make(chan error, 1)}
			for range appendsEach {
				w.upto = m.append(l, rng.IntN(3), randomPayload(rng, 200))
				switch rng.IntN(4) {
				case 0:
					if durable, err := l.Await(w.upto, w); !durable && err == nil {
						<-w.done
					}
				case 1:
					l.Sync(w.upto)
				case 2:
					if l.Flush() == nil && l.Written() < w.upto {
						bad.Store(new("flush has not written"))
					}
				}
				l.Throttle(context.Background())
			}
		})
	}
	for range 3 {
		others.Go(func() { followToEnd(t, l, m, stop) })
	}
	others.Go(func() {
		rng := rand.New(rand.NewPCG(1, 10))
		for {
			select {
			case <-stop:
				return
			default:
			}
			switch rng.IntN(6) {
			case 0:
				f.breakWith(errInjected)
			case 1:
				l.Stats()
			case 2:
				l.Trim(l.Synced())
			case 3:
				l.SetPolicy(policy)
			case 4:
				l.SetHistory(History{})
			}
			f.repair()
			l.Retry()
		}
	})
	clients.Wait()
	l.Retry()
	mustSync(t, l)
	close(stop)
	others.Wait()
	if s := bad.Load(); s != nil {
		t.Fatal(*s)
	}
	l.Close()
	o.FS = mem
	if err := m.check(mustOpen(t, o), m.end()); err != nil {
		t.Fatal(err)
	}
}

// followToEnd reads the log from its beginning until stop is closed and everything is read.
func followToEnd(t *testing.T, l *Log, m *model, stop chan struct{}) {
	r, err := l.NewReader(0)
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-stop; cancel() }()
	var got []byte
	for {
		rec, err := r.Next(ctx)
		if err != nil && (ctx.Err() == nil || r.Offset() == l.Synced()) {
			if ctx.Err() == nil {
				t.Error(err)
			}
			break
		}
		got = append(got, rec.Payload...)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if want := slices.Clone(m.stream); !bytes.Equal(got, want) {
		t.Errorf("reader got %d bytes, want %d", len(got), len(want))
	}
}

// Awaiting costs no allocation once the queue has its size.
func TestAwaitDoesNotAllocate(t *testing.T) {
	w := make(chanWaiter, 1)
	var q waiterQueue
	allocs := testing.AllocsPerRun(1000, func() {
		q.mu.Lock()
		q.incoming = append(q.incoming, waiting{5, w})
		q.mu.Unlock()
		q.collect()
		q.release(5)
		<-w
	})
	if allocs > 0 {
		t.Fatalf("%v allocations", allocs)
	}
}

func TestWaitersAreReleasedInOrder(t *testing.T) {
	var q waiterQueue
	var order []int64
	for _, upto := range []int64{5, 3, 9, 3, 7, 1} {
		q.incoming = append(q.incoming, waiting{upto, recordingWaiter{&order, upto}})
	}
	q.collect()
	q.release(6)
	if !slices.Equal(order, []int64{1, 3, 3, 5}) || q.count() != 2 || !q.any(6) || q.any(9) {
		t.Fatalf("released %v", order)
	}
	q.fail(errInjected)
	if len(order) != 6 || q.count() != 0 {
		t.Fatalf("released %v", order)
	}
}

type recordingWaiter struct {
	order *[]int64
	upto  int64
}

func (w recordingWaiter) Durable(error) { *w.order = append(*w.order, w.upto) }
