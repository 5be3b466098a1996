package persistence

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/wal"
)

// follower is a store that is told what a trial's store logs.
type follower struct {
	t    *testing.T
	o    Options
	plug *plug
	s    *Store
	rng  *rand.Rand
}

func newFollower(t *testing.T, h *trial, policy wal.Policy) *follower {
	f := &follower{t: t, rng: h.rng, plug: newPlug(vfs.NewCrashableMem(), h.rng, 0.05, 3)}
	f.o = testOptions(f.plug.wrap(), h.clock)
	f.o.SegmentBytes, f.o.Policy, f.o.Follows = 8<<10, policy, true
	f.s = mustOpen(t, f.o)
	f.adopt(h.s.History())
	f.plug.take() // it was nobody's follower then
	t.Cleanup(func() { _ = f.s.Abandon() })
	return f
}

// adopt takes a master's history on, as after "+CONTINUE".
func (f *follower) adopt(h wal.History) {
	h.Followed = true
	if err := f.s.SetHistory(h); err != nil {
		f.t.Fatal(err)
	}
}

// catchUp reads the leader's log from where the follower is, and applies all of it in batches of any size.
func (f *follower) catchUp(leader *Store) {
	f.t.Helper()
	if err := leader.Log().Sync(leader.LogEnd()); err != nil {
		f.t.Fatal(err)
	}
	in, err := leader.Log().NewReader(f.s.LogEnd())
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var pending []byte
	for f.s.LogEnd() < leader.LogEnd() {
		if len(pending) == 0 {
			r, err := in.Next(context.Background())
			if err != nil {
				f.t.Fatal(err)
			}
			pending = append(pending, r.Payload...)
		}
		n := f.batch(pending)
		f.apply(pending[:n])
		pending = pending[n:]
		if f.rng.IntN(60) == 0 {
			if _, err := f.s.Checkpoint("test"); err != nil {
				f.t.Fatal(err)
			}
		}
		if f.rng.IntN(20) == 0 {
			f.s.EvictAll()
		}
	}
}

// batch is how much of some commands goes in next: whole commands, whole transactions.
func (f *follower) batch(pending []byte) (n int) {
	want := 1 + f.rng.IntN(8)
	multi := false
	for pos := 0; pos < len(pending) && want > 0; {
		args, size := parse(f.t, pending[pos:])
		pos += size
		switch string(args[0]) {
		case "MULTI":
			multi = true
		case "EXEC":
			multi = false
		}
		if !multi {
			n = pos
			want--
		}
	}
	return n
}

func parse(t *testing.T, b []byte) ([][]byte, int) {
	var p resp.Parser
	args, n, err := p.Next(b, resp.Limits{})
	if err != nil || n == 0 {
		t.Fatalf("not a command: %.60q: %v", b, err)
	}
	return args, n
}

func (f *follower) apply(payload []byte) {
	f.t.Helper()
	_, before := f.s.Log().Position()
	after := before
	for pos := 0; pos < len(payload); {
		args, n := parse(f.t, payload[pos:])
		if string(args[0]) == "SELECT" {
			after, _ = strconv.Atoi(string(args[1]))
		}
		pos += n
	}
	tx := f.s.Tx()
	tx.Verbatim(payload, after)
	err := f.s.Update(tx, Keys{All: true}, func(tx *Tx) error {
		tx.Select(max(before, 0))
		for pos := 0; pos < len(payload); {
			args, n := parse(f.t, payload[pos:])
			if err := relay(tx, args); err != nil {
				return err
			}
			pos += n
		}
		return nil
	})
	if err != nil {
		f.t.Fatalf("%.200q: %v", payload, err)
	}
}

func relay(tx *Tx, args [][]byte) error {
	switch string(args[0]) {
	case "SELECT":
		n, err := strconv.Atoi(string(args[1]))
		tx.Select(n)
		return err
	case "MULTI", "EXEC", "PING":
		return nil
	}
	return carryOut(tx, args)
}

// logOf reads a log's bytes between two offsets.
func logOf(t *testing.T, s *Store, from, to int64) []byte {
	t.Helper()
	if err := s.Log().Sync(s.LogEnd()); err != nil {
		t.Fatal(err)
	}
	in, err := s.Log().NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var b []byte
	for int64(len(b)) < to-from {
		r, err := in.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, r.Payload...)
	}
	return b[:to-from]
}

// TestFollow: whoever is told what a store logs has the same keys and the same log, and whatever a power cut leaves of
// him is a part of that, from where he can go on.
func TestFollow(t *testing.T) {
	for _, policy := range []wal.Policy{wal.Always, wal.EverySec, wal.No} {
		t.Run(policy.String(), func(t *testing.T) {
			h := newTrial(t, spread(50))
			f := newFollower(t, h, policy)
			for range 6 {
				for range shorter(150) {
					h.step()
				}
				f.catchUp(h.s)
				f.compare(h)
				for _, cut := range append(f.plug.take(), f.lastCut()) {
					f.resume(h, cut)
				}
				f.plug.set(0.05, 3)
			}
		})
	}
}

// lastCut is a power cut right now.
func (f *follower) lastCut() powerCut {
	f.plug.mu.Lock()
	f.plug.cutLocked("the end")
	f.plug.mu.Unlock()
	return f.plug.take()[0]
}

// resume starts a follower from what a power cut has left, and lets it go on.
func (f *follower) resume(h *trial, cut powerCut) {
	f.t.Helper()
	again := &follower{t: f.t, o: f.o, plug: newPlug(cut.fs, f.rng, 0, 0), rng: f.rng}
	again.o.FS = cut.fs
	again.s = mustOpen(f.t, again.o)
	defer func() { _ = again.s.Abandon() }()
	if id := again.s.History().ID; id != h.s.History().ID {
		f.t.Fatalf("after %s the history is %q", cut.at, id)
	}
	again.catchUp(h.s)
	again.compare(h)
}

// compare holds a follower against the leader's model and log.
func (f *follower) compare(h *trial) {
	f.t.Helper()
	if err := h.m.compare(f.s, 0); err != nil {
		f.t.Fatal(err)
	}
	mustCheck(f.t, f.s)
	from := max(h.s.Log().Stats().First, f.s.Log().Stats().First)
	end := h.s.LogEnd()
	if !bytes.Equal(logOf(f.t, h.s, from, end), logOf(f.t, f.s, from, end)) {
		f.t.Fatalf("the logs differ between %d and %d", from, end)
	}
}

// TestFollowerAddsNothing: what a follower is asked to do by others fails, and what has expired stays.
func TestFollowerAddsNothing(t *testing.T) {
	h := newTrial(t, spread(10))
	h.put(0, "dies", "v", h.clock.ms.Load()+10)
	f := newFollower(t, h, wal.EverySec)
	f.catchUp(h.s)
	h.clock.ms.Add(100)
	end := f.s.LogEnd()
	tx := f.s.Tx()
	tx.NowMs = h.clock.ms.Load()
	for name, change := range map[string]func(*Tx) error{
		"SET": func(tx *Tx) error {
			tx.Log(wordSet, []byte("a"), []byte("b"), []byte("0"))
			return tx.Put([]byte("a"), stringKind, []byte("b"), 0)
		},
		"FLUSHDB": func(tx *Tx) error { tx.Log(wordFlush); return tx.Flush(0) },
	} {
		if err := f.s.Update(tx, Keys{All: true}, change); !errors.Is(err, ErrFollowing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	see := func(wantErr error, want bool) {
		t.Helper()
		err := f.s.Update(tx, Keys{All: true}, func(tx *Tx) error {
			if r, err := tx.Get([]byte("dies")); r.Exists() != want || err != nil {
				t.Errorf("the expired key: exists %v, %v", r.Exists(), err)
			}
			return nil
		})
		if err != wantErr {
			t.Error(err)
		}
	}
	see(nil, false)
	if due, err := f.s.DueKeys(tx.NowMs, 100); len(due) > 0 || err != nil {
		t.Errorf("due are %v, %v", due, err)
	}
	if f.s.LogEnd() != end {
		t.Errorf("the log has grown from %d to %d", end, f.s.LogEnd())
	}
	if err := h.m.compare(f.s, 0); err != nil { // it is still there
		t.Error(err)
	}
	if err := f.s.Lead(); err != nil {
		t.Fatal(err)
	}
	see(nil, false)
	if f.s.LogEnd() == end {
		t.Error("the expired key's DEL is not logged")
	}
	tx = f.s.Tx()
	tx.Verbatim([]byte("*1\r\n$4\r\nPING\r\n"), 0)
	if err := f.s.Update(tx, Keys{}, func(*Tx) error { return nil }); err != errLeading {
		t.Errorf("a master's words after the end of following: %v", err)
	}
}

// TestHistoryOfAFollower: the name of a followed log is kept as long as it is followed, and never by who goes on alone.
func TestHistoryOfAFollower(t *testing.T) {
	h := newTrial(t, spread(10))
	master := h.s.History()
	reopen := func(f *follower, follows bool, how func(*Store) error) wal.History {
		t.Helper()
		if err := how(f.s); err != nil {
			t.Fatal(err)
		}
		f.o.Follows = follows
		f.s = mustOpen(t, f.o)
		return f.s.History()
	}
	for _, how := range []func(*Store) error{(*Store).Close, (*Store).Abandon} {
		f := newFollower(t, h, wal.EverySec)
		h.put(0, "key", "v", 0)
		f.catchUp(h.s)
		end := f.s.LogEnd()
		if got := reopen(f, true, how); got.ID != master.ID || !got.Followed || f.s.LogEnd() != end {
			t.Errorf("it goes on following: %+v", got)
		}
		alone := reopen(f, false, how)
		if alone.ID == master.ID || alone.PrevID != master.ID || alone.PrevEnd != end || alone.Followed {
			t.Errorf("it goes on alone: %+v", alone)
		}
		if got := reopen(f, false, how); got != alone {
			t.Errorf("its own history does not stay: %+v", got)
		}
		f.s.Follow()
		if got := f.s.History(); got != alone {
			t.Errorf("it follows, but whom it does not know: %+v", got)
		}
		f.adopt(master)
		if err := f.s.Lead(); err != nil {
			t.Fatal(err)
		}
		if got := f.s.History(); got.PrevID != master.ID || got.PrevEnd != f.s.LogEnd() || got.Followed {
			t.Errorf("promoted: %+v", got)
		}
		if err := f.s.Abandon(); err != nil {
			t.Fatal(err)
		}
		f.s = mustOpen(t, f.o) // for the cleanup
	}
}
