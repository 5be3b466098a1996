package persistence

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/cairndb/cairn/persistence/wal"
)

// plug pulls the plug: ahead of any call that changes the disk it may keep a
// copy of what a power cut would leave there.
type plug struct {
	fs    *vfs.MemFS
	acked atomic.Int64 // offset that somebody was told is durable

	mu     sync.Mutex
	rng    *rand.Rand
	chance float64 // of a cut ahead of a call
	limit  int     // how many cuts are wanted at the most
	calls  int
	cuts   []powerCut
}

// powerCut is what is left on a disk.
type powerCut struct {
	fs    *vfs.MemFS
	acked int64 // everything before this must be there
	at    string
}

func newPlug(fs *vfs.MemFS, rng *rand.Rand, chance float64, limit int) *plug {
	return &plug{fs: fs, rng: rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())), chance: chance, limit: limit}
}

func (p *plug) wrap() vfs.FS {
	return errorfs.Wrap(p.fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite && op.Kind != errorfs.OpFileClose {
			p.maybeCut(op)
		}
		return nil
	}))
}

func (p *plug) maybeCut(op errorfs.Op) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	if len(p.cuts) < p.limit && p.rng.Float64() < p.chance {
		p.cutLocked(fmt.Sprintf("call %d, of kind %d on %s", p.calls, op.Kind, op.Path))
	}
}

func (p *plug) cutLocked(at string) {
	acked := p.acked.Load()
	survives := []int{0, 0, 10, 50, 90, 100}[p.rng.IntN(6)]
	fs := p.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: survives, RNG: p.rng})
	p.cuts = append(p.cuts, powerCut{fs: fs, acked: acked, at: fmt.Sprintf("%s, %d%% of what was not synced survives", at, survives)})
}

func (p *plug) set(chance float64, limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chance, p.limit = chance, limit
}

// take returns the cuts made so far.
func (p *plug) take() []powerCut {
	p.mu.Lock()
	defer p.mu.Unlock()
	cuts := p.cuts
	p.cuts = nil
	return cuts
}

// journal lists the transactions that are in a log, with where each one ends.
type journal struct {
	mu   sync.Mutex
	list []journalEntry
}

type journalEntry struct {
	x   *transaction
	end int64
}

// until is the model after everything before an offset.
func (j *journal) until(end int64) (*model, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	m := newModel()
	i, found := slices.BinarySearchFunc(j.list, end, func(e journalEntry, end int64) int { return int(e.end - end) })
	if !found && end != 0 {
		return nil, fmt.Errorf("the log ends at %d, inside a transaction", end)
	}
	for _, e := range j.list[:min(i+1, len(j.list))] {
		if e.end <= end {
			e.x.model(m)
		}
	}
	return m, nil
}

// crashTrial is a history on a disk whose plug is pulled.
type crashTrial struct {
	*trial
	plug    *plug
	journal journal
}

func newCrashTrial(t *testing.T, rng *rand.Rand, policy wal.Policy) *crashTrial {
	return newCrashTrialOn(t, newPlug(vfs.NewCrashableMem(), rng, 0.2, 12), rng, policy)
}

func newCrashTrialOn(t *testing.T, p *plug, rng *rand.Rand, policy wal.Policy) *crashTrial {
	h := &trial{t: t, rng: rng, clock: newTestClock(), m: newModel()}
	c := &crashTrial{trial: h, plug: p}
	h.o = testOptions(c.plug.wrap(), h.clock)
	h.o.SegmentBytes, h.o.Policy = 8<<10, policy
	h.gen = &generator{rng: rng, names: spread(10 + rng.IntN(60)), clock: h.clock, rare: 60}
	h.open()
	return c
}

// run makes a history of n transactions.
func (c *crashTrial) run(n int) {
	for range n {
		c.transact()
		switch c.rng.IntN(40) {
		case 0, 1:
			c.startCheckpoint()
		case 2:
			c.s.EvictAll()
		case 3:
			c.expire()
		case 4:
			if c.rng.IntN(5) == 0 {
				c.rest()
				c.trial.reopen()
			}
		}
	}
	c.rest()
}

// startCheckpoint takes one, half of the time beside the transactions.
func (c *crashTrial) startCheckpoint() {
	c.rest()
	if c.rng.IntN(2) == 0 {
		c.checkpoint()
		return
	}
	s, beside := c.s, &companion{stop: make(chan struct{})}
	c.helper = beside
	beside.done.Go(func() { _, beside.err = s.Checkpoint("beside") })
}

// transact runs a transaction, notes it and, sometimes, has it acknowledged.
func (c *crashTrial) transact() {
	c.steps++
	x := c.gen.transaction()
	start := c.s.LogEnd()
	got := x.run(c.s, c.tx)
	if d := x.difference(got, x.model(c.m)); d != "" {
		c.fatalf("%s", d)
	}
	end := c.s.LogEnd()
	if end == start {
		return
	}
	c.journal.add(x, end)
	if c.rng.IntN(4) == 0 {
		if err := c.s.Log().Sync(end); err != nil {
			c.fatalf("%v", err)
		}
		c.plug.acked.Store(end)
	}
	c.clock.tick(c.rng, 20)
}

func (j *journal) add(x *transaction, end int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.list = append(j.list, journalEntry{x, end})
}

// expire follows DueKeys, transactions of its own.
func (c *crashTrial) expire() {
	due := c.dueKeys(20)
	for _, d := range due {
		start := c.s.LogEnd()
		x := &transaction{write: true, nowMs: c.clock.ms.Load(), keys: Keys{Names: [][]byte{d.Name}},
			actions: []action{{what: actPeek, db: d.Database, name: d.Name}}}
		x.run(c.s, c.tx)
		x.model(c.m)
		if end := c.s.LogEnd(); end > start {
			c.journal.add(x, end)
		}
	}
	c.s.DueTouched()
}

// recover starts a store on what a power cut has left, and checks everything.
// While that goes on the power may fail again.
func (c *crashTrial) recover(cut powerCut, rng *rand.Rand, depth int) error {
	p := newPlug(cut.fs, rng, 0.05, 1)
	p.acked.Store(cut.acked)
	o := c.o
	o.FS = p.wrap()
	s, err := openStore(o)
	if err != nil {
		return fmt.Errorf("%s: %w", cut.at, err)
	}
	end := s.LogEnd()
	p.acked.Store(end) // a start syncs what it has found
	err = c.verify(s, cut, end)
	if err == nil && rng.IntN(4) == 0 {
		err = c.goOn(s, p)
	}
	if abandoned := s.Abandon(); err == nil {
		err = abandoned
	}
	for _, again := range p.take() {
		if err == nil && depth < 3 {
			err = c.recover(again, rng, depth+1)
		}
	}
	if err != nil {
		return fmt.Errorf("%s:\n%w", cut.at, err)
	}
	return nil
}

func (c *crashTrial) verify(s *Store, cut powerCut, end int64) error {
	if end < cut.acked {
		return fmt.Errorf("the log ends at %d, everything before %d was acknowledged", end, cut.acked)
	}
	m, err := c.journal.until(end)
	if err != nil {
		return err
	}
	if err := m.compare(s, 0); err != nil {
		return fmt.Errorf("after recovery up to %d: %w", end, err)
	}
	return checkAll(s)
}

// goOn checks that a recovered store works: a checkpoint, and all is still there.
func (c *crashTrial) goOn(s *Store, p *plug) error {
	p.set(0.1, 1)
	if _, err := s.Checkpoint("test"); err != nil {
		return err
	}
	s.EvictAll()
	m, err := c.journal.until(s.LogEnd())
	if err != nil {
		return err
	}
	if err := m.compare(s, 0); err != nil {
		return fmt.Errorf("after a checkpoint: %w", err)
	}
	return checkAll(s)
}

// recoverAll tries all power cuts of a history.
func (c *crashTrial) recoverAll(cuts []powerCut, rng *rand.Rand) {
	c.t.Helper()
	for _, cut := range cuts {
		if err := c.recover(cut, rng, 0); err != nil {
			c.t.Fatalf("%v", err)
		}
	}
}

// TestPowerCut cuts the power at a thousand calls of random histories, also
// within the first start, checkpoints, trims and recoveries. Everything that
// was acknowledged is there afterwards, nothing of a transaction is there in
// half, and the store is whole.
func TestPowerCut(t *testing.T) {
	for _, v := range []struct {
		policy    wal.Policy
		histories int
	}{{wal.Always, 22}, {wal.EverySec, 6}, {wal.No, 3}} {
		t.Run(v.policy.String(), func(t *testing.T) {
			rng := newRand(t)
			cuts := 0
			for range max(1, shorter(v.histories)) {
				c := newCrashTrial(t, rng, v.policy)
				c.plug.set(0.15, 60)
				c.run(150)
				list := c.plug.take()
				cuts += len(list)
				c.end((*Store).Abandon)
				c.recoverAll(list, rng)
			}
			t.Logf("%d power cuts", cuts)
		})
	}
}

// TestPowerCutEverywhere cuts the power ahead of every single call of a short
// history: the very first start, segments that fill up, checkpoints, what they
// trim, another start.
func TestPowerCutEverywhere(t *testing.T) {
	rng := newRand(t)
	p := newPlug(vfs.NewCrashableMem(), rng, 1, 10_000)
	c := newCrashTrialOn(t, p, rng, wal.Always)
	for range 3 {
		for range 15 {
			c.transact()
		}
		c.checkpoint()
	}
	c.end((*Store).Abandon)
	c.open()
	c.transact()
	c.checkpoint()
	cuts := p.take()
	t.Logf("%d power cuts", len(cuts))
	if testing.Short() {
		cuts = slices.DeleteFunc(cuts, func(powerCut) bool { return rng.IntN(10) > 0 })
	}
	c.recoverAll(cuts, rng)
}
