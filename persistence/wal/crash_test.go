package wal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// crashRig runs a random history on a crashable file system and cuts the power at every change that the log makes to it.
// What a crash leaves is opened, compared with the model, started, used and cut again.
type crashRig struct {
	t      *testing.T
	mem    *vfs.MemFS
	m      *model
	policy Policy

	mu        sync.Mutex
	rng       *rand.Rand // for the hook, which runs in any goroutine
	failUntil int        // changes fail until the count is used up
	life      int        // counts processes
	openedBy  int        // the process that the log is of
	flushed   int64      // must survive a kill
	killIn    int        // the process dies at this many changes from now; 0: not soon
	fs        *hookFS    // of the present one
	cutEvery  int
	changes   int
	cuts      []powerCut
	depth     int
}

// powerCut is what the disk had at one moment, and what had been promised by then.
type powerCut struct {
	disk         *vfs.MemFS
	m            *model
	acked, floor int64
	what         string
}

var errInjected = errors.New("injected")

// bury waits until nothing that the dead process began can reach the files any more.
func (c *crashRig) bury(l *Log) {
	c.fs.gate.Lock()
	c.mu.Lock()
	c.failUntil, c.killIn = 0, 0
	c.mu.Unlock()
	c.fs.gate.Unlock()
	go l.Close()
}

// dead says whether the process that opened the log last has been killed.
func (c *crashRig) dead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.life != c.openedBy
}

func (c *crashRig) before(life int, o op, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if life != c.life {
		return errKilled
	}
	c.changes++
	if c.changes%c.cutEvery == 0 {
		c.cutLocked(fmt.Sprintf("before change %d, op %d on %s", c.changes, o, name))
	}
	if c.killIn > 0 {
		c.killIn--
		if c.killIn == 0 {
			c.life++
			return errKilled
		}
	}
	if c.failUntil > 0 {
		c.failUntil--
		return errInjected
	}
	return nil
}

func (c *crashRig) cutLocked(what string) {
	// Order matters: what is promised by now must be on the disk of a moment later.
	cut := powerCut{acked: c.m.acked.Load(), floor: c.m.floor.Load(), what: what}
	keep := []int{0, 10, 50, 90, 100}[c.rng.IntN(5)]
	cut.disk = c.mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: keep, RNG: c.rng})
	cut.m = c.m.snapshot()
	c.cuts = append(c.cuts, cut)
}

func (c *crashRig) options() Options {
	c.mu.Lock()
	defer c.mu.Unlock()
	life := c.life
	c.openedBy = life
	c.fs = &hookFS{FS: c.mem, before: func(o op, name string) error { return c.before(life, o, name) }}
	o := testOptions(c.fs)
	o.Policy = c.policy
	o.SyncedFloor = c.m.floor.Load()
	return o
}

func (c *crashRig) fatal(format string, args ...any) {
	c.t.Helper()
	c.t.Fatalf("depth %d: "+format, append([]any{c.depth}, args...)...)
}

// open opens and starts the log, trying again while failures are injected.
func (c *crashRig) open() *Log {
	for {
		l := mustOpen(c.t, c.options())
		if err := c.m.check(l, max(c.m.acked.Load(), c.flushed)); err != nil {
			c.fatal("after reopen: %v", err)
		}
		if !l.Recovery().Empty {
			c.m.cutAt(l.Recovery().End)
		}
		c.m.db = -1
		err := l.Start(StartOptions{DB: -1})
		switch {
		case err == nil:
			return l
		case errors.Is(err, errKilled):
			c.bury(l)
		case !errors.Is(err, errInjected):
			c.fatal("start: %v", err)
		}
	}
}

// cutAt forgets what was appended and lost.
func (m *model) cutAt(end int64) {
	p := m.prefix(end)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stream, m.ends = p.stream, p.ends
}

// run does n random things to a log.
func (c *crashRig) run(rng *rand.Rand, n int) {
	l := c.open()
	for range n {
		l = c.act(rng, l)
		if c.dead() {
			c.bury(l)
			l = c.open()
		}
	}
	l.Close()
}

func (c *crashRig) act(rng *rand.Rand, l *Log) *Log {
	switch p := rng.IntN(100); {
	case p < 60:
		maxBytes := []int{10, 200, 3000, 9000}[rng.IntN(4)]
		end := c.m.append(l, rng.IntN(3), randomPayload(rng, maxBytes))
		if c.policy == Always && rng.IntN(2) == 0 {
			l.Await(end, ackWaiter{c.m, end})
		}
	case p < 75:
		if upto := l.end.Load() - int64(rng.IntN(100)); l.Sync(upto) == nil {
			c.m.ack(upto)
		}
	case p < 85:
		if end := l.end.Load(); l.Flush() == nil {
			c.flushed = end
		}
	case p < 90:
		c.checkpoint(rng, l)
	case p < 92:
		c.mu.Lock()
		c.failUntil = 1 + rng.IntN(3)
		c.mu.Unlock()
	case p < 95:
		l.Retry()
	case p < 96:
		if rng.IntN(2) == 0 {
			l.SetHistory(History{ID: fmt.Sprint(rng.Uint64())})
		} else {
			l.SetPolicy(Policy(rng.IntN(3)))
		}
	case p < 97:
		l.Close()
		return c.open()
	case p < 98:
		c.mu.Lock()
		c.killIn = 1 + rng.IntN(8)
		c.mu.Unlock()
	default:
		l.Throttle(context.Background())
	}
	return l
}

// checkpoint moves the floor to a synced place, an arbitrary end of an Append, and trims.
func (c *crashRig) checkpoint(rng *rand.Rand, l *Log) {
	x := c.m.ends[rng.IntN(len(c.m.ends))]
	if x <= c.m.floor.Load() || x > l.Synced() {
		return
	}
	c.m.ack(x)
	c.m.floor.Store(x)
	l.Trim(x)
}

type ackWaiter struct {
	m    *model
	upto int64
}

func (a ackWaiter) Durable(err error) {
	if err == nil {
		a.m.ack(a.upto)
	}
}

// verify opens what each cut left. Some of it lives on as another store, and is cut in turn.
func (c *crashRig) verify() (points int) {
	for _, cut := range c.cuts {
		points++
		o := testOptions(cut.disk)
		o.SyncedFloor = cut.floor
		l, err := Open(o)
		if err != nil {
			c.fatal("%s: %v", cut.what, err)
		}
		if err := cut.m.check(l, cut.acked); err != nil {
			c.fatal("%s: %v", cut.what, err)
		}
		if c.depth < 2 && c.rng.IntN(20) == 0 {
			points += c.liveOn(cut, l.Recovery())
		}
	}
	return points
}

func (c *crashRig) liveOn(cut powerCut, r Recovery) int {
	next := &crashRig{
		t: c.t, mem: cut.disk, policy: Policy(c.rng.IntN(3)), rng: rand.New(rand.NewPCG(c.rng.Uint64(), 1)),
		m: cut.m.prefix(r.End), depth: c.depth + 1, cutEvery: 1,
	}
	next.m.floor.Store(cut.floor)
	next.m.ack(max(cut.acked, cut.floor))
	next.run(rand.New(rand.NewPCG(c.rng.Uint64(), 2)), 6)
	return next.verify()
}

func TestPowerCuts(t *testing.T) {
	for _, policy := range []Policy{Always, EverySec, No} {
		t.Run(policy.String(), func(t *testing.T) {
			t.Parallel()
			points := 0
			for seed := uint64(0); points < powerCutPoints; seed++ {
				mem := vfs.NewCrashableMem()
				rig := &crashRig{t: t, mem: mem, m: newModel(), policy: policy, cutEvery: 3,
					rng: rand.New(rand.NewPCG(seed, uint64(policy)))}
				rig.run(rand.New(rand.NewPCG(seed, 77)), 150)
				points += rig.verify()
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			t.Logf("%d power cuts", points)
		})
	}
}

// powerCutPoints is per policy.
const powerCutPoints = 1500
