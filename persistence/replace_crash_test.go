package persistence

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/cairndb/cairn/persistence/wal"
)

// cut keeps what a power cut would leave now.
func (p *plug) cut(at string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutLocked(at)
}

// newData is content of a master on its way into a store of a trial.
func (c *crashTrial) newData() (*Replacement, *model) {
	r, err := c.s.BeginReplacement()
	if err != nil {
		c.fatalf("%v", err)
	}
	return r, c.give(r.Bulk, 100, true)
}

// TestReplacementPowerCut cuts the power at every call while new content takes the place of the old one, and after
// that: either is there, whole, with its own log, and what was acknowledged in that.
func TestReplacementPowerCut(t *testing.T) {
	long(t)
	rng := newRand(t)
	for range max(1, shorter(3)) {
		p := newPlug(vfs.NewCrashableMem(), rng, 0, 10_000)
		c := newCrashTrialOn(t, p, rng, wal.Always)
		for range 40 {
			c.transact()
		}
		r, m := c.newData()
		c.checkpoint()
		c.transact()
		offset := c.s.LogEnd() + 1000
		states := map[int64]*model{offset: m.clone()}
		p.set(1, 10_000)
		if err := r.Commit(offset, 1, otherHistory); err != nil {
			t.Fatal(err)
		}
		p.acked.Store(offset)
		c.m = m
		for range 6 {
			c.transact()
			states[c.s.LogEnd()] = c.m.clone()
		}
		c.checkpoint()
		c.end((*Store).Abandon)
		outcomes := map[uint64]int{}
		for _, cut := range p.take() {
			o := c.o
			o.FS = cut.fs
			s, err := openStore(o)
			if err != nil {
				t.Fatalf("%s: %v", cut.at, err)
			}
			outcomes[s.logEpoch]++
			if err := errors.Join(c.verifyEither(s, cut, offset, states), checkAll(s), s.Abandon()); err != nil {
				t.Fatalf("%s: log %d: %v", cut.at, s.logEpoch, err)
			}
			if names := logsOf(t, o.FS); len(names) != 1 {
				t.Fatalf("%s: there are the logs %v", cut.at, names)
			}
		}
		t.Logf("power cuts by the log found: %v", outcomes)
		if outcomes[0] < 5 || outcomes[1] < 5 {
			t.Errorf("%v", outcomes)
		}
	}
}

func logsOf(t *testing.T, fs vfs.FS) []string {
	t.Helper()
	names, err := fs.List(testDir)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return !isLogName(name) })
}

func (c *crashTrial) verifyEither(s *Store, cut powerCut, offset int64, states map[int64]*model) error {
	if s.logEpoch == 0 {
		return c.verify(s, cut, s.LogEnd())
	}
	end := s.LogEnd()
	switch want := states[end]; {
	case want == nil:
		return fmt.Errorf("the log ends at %d, which is none of %v", end, slices.Sorted(maps.Keys(states)))
	case cut.acked >= offset && end < cut.acked:
		return fmt.Errorf("the log ends at %d, everything before %d was acknowledged", end, cut.acked)
	case end == offset && s.History().ID != otherHistory.ID && s.History().PrevID != otherHistory.ID:
		return fmt.Errorf("the history is %+v", s.History())
	default:
		return want.compare(s, 0)
	}
}

// ofLogs tells calls that change files of logs, or their directories.
func ofLogs(op errorfs.Op) bool {
	return op.Kind.ReadOrWrite() == errorfs.OpIsWrite && op.Kind != errorfs.OpFileClose && strings.Contains(op.Path, testDir+"/log")
}

// TestReplacementFailsAnywhere lets every call fail in turn that a replacement makes to write tables or a log. The old
// content is still there then, what is changed in it is not lost, and another try succeeds.
func TestReplacementFailsAnywhere(t *testing.T) {
	long(t)
	rng := newRand(t)
	outcomes := map[string]int{}
	for failAt := 0; ; failAt++ {
		p := newPlug(vfs.NewCrashableMem(), rng, 0, 10_000)
		c := newCrashTrialOn(t, p, rng, wal.Always)
		outcome := c.replaceFailingAt(failAt)
		if outcomes[outcome]++; outcome == "ended" {
			break
		}
	}
	t.Logf("%v", outcomes)
	if outcomes["failed"] < 10 {
		t.Errorf("%v", outcomes)
	}
}

// replaceFailingAt lets one call fail. It tells whether the replacement failed by that, could do without, or had ended
// before.
func (c *crashTrial) replaceFailingAt(failAt int) (outcome string) {
	c.t.Helper()
	w := c.insert()
	for range 10 {
		c.transact()
	}
	r, m := c.newData()
	c.heal() // nothing is under way in the log
	calls, outcome := 0, "ended"
	var mu sync.Mutex // tables are written side by side
	w.set(func(op errorfs.Op) error {
		if !ofCheckpoint(op) && !ofLogs(op) {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls-1 == failAt {
			outcome = "went on"
			return errDiskFull
		}
		return nil
	})
	offset := c.s.LogEnd() + 1000
	err := r.Commit(offset, 1, otherHistory)
	w.set(nil)
	c.heal()
	if err == nil {
		c.m, c.changed, c.mapped = m, map[string]int64{}, 0
		for range 10 {
			c.step()
		}
		c.compare()
		c.check()
		c.finish()
		return outcome
	}
	if outcome == "ended" {
		c.fatalf("%v", err)
	}
	if c.rng.IntN(2) == 0 {
		if err := r.Abort(); err != nil {
			c.fatalf("%v", err)
		}
	}
	c.compare()
	c.check()
	for range 3 {
		c.transact()
	}
	c.heal() // and acknowledges
	c.plug.cut(fmt.Sprintf("after call %d has failed", failAt))
	c.recoverAll(c.plug.take(), c.rng)
	return "failed"
}

// TestReplacementOfAFailingLog: new content also comes with a new log, whatever the old one suffers from.
func TestReplacementOfAFailingLog(t *testing.T) {
	rng := newRand(t)
	c := newCrashTrial(t, rng, wal.Always)
	w := c.insert()
	c.run(20)
	if err := c.s.Log().Sync(c.s.LogEnd()); err != nil {
		t.Fatal(err)
	}
	r, m := c.newData()
	if err := r.build(); err != nil {
		t.Fatal(err)
	}
	// A mark or a ping fails when the last effect has been synced already.
	w.set(func(op errorfs.Op) error {
		if strings.Contains(op.Path, testDir+"/log/") && op.Kind == errorfs.OpFileWriteAt {
			return errDiskFull
		}
		return nil
	})
	log, err := c.s.prepareLog(c.s.LogEnd()+1000, 1, otherHistory)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.put(c.s.LogEnd()+1000, 1); err != nil {
		t.Fatal(err)
	}
	c.s.log.AppendAside([]byte("*1\r\n$4\r\nPING\r\n"))
	if err := c.s.log.Flush(); err == nil {
		t.Fatal("the log can be written")
	}
	c.s.forgetOffsets()
	c.s.logEpoch++
	if err := c.s.log.Succeed(log); err != nil {
		t.Fatal(err)
	}
	c.m, c.changed, c.mapped = m, map[string]int64{}, 0
	for range 10 {
		c.step()
	}
	if err := c.s.Log().Sync(c.s.LogEnd()); err != nil {
		t.Fatal(err)
	}
	w.set(nil)
	c.end((*Store).Abandon)
	c.open()
	c.compare()
	c.check()
}
