package server

import (
	"testing"
	"time"
)

// pacedServer is a server with one loop that nobody runs. It serves clients for
// as much of the time as is said.
func pacedServer(t *testing.T, serves float64) *pacer {
	s := &Server{loops: []*loop{{}}}
	s.pacer.srv = s
	done := make(chan struct{})
	go func() {
		defer close(done)
		for was := time.Now(); t.Context().Err() == nil; time.Sleep(time.Millisecond) {
			now := time.Now()
			s.loops[0].work.awake.Add(int64(now.Sub(was)))
			s.loops[0].work.serving.Add(int64(serves * float64(now.Sub(was))))
			was = now
		}
	}()
	t.Cleanup(func() { <-done })
	return &s.pacer
}

// ranFor works in slices for a while and returns the part of it for which it did.
func ranFor(w *bulkWork, d time.Duration) float64 {
	worked := time.Duration(0)
	start := time.Now()
	for time.Since(start) < d {
		from := time.Now()
		for time.Since(from) < time.Millisecond {
		}
		worked += time.Since(from)
		w.rest()
	}
	return worked.Seconds() / time.Since(start).Seconds()
}

// TestPacerRunsFreely: while the loops have little to do, bulk work does not rest.
func TestPacerRunsFreely(t *testing.T) {
	p := pacedServer(t, 0.1)
	w := p.begin(nil)
	ranFor(w, 600*time.Millisecond) // it does not know yet
	if share := ranFor(w, 200*time.Millisecond); share < 0.8 {
		t.Errorf("it works for %.2f of the time", share)
	}
}

// TestPacerGivesWay: while the loops are busy, all bulk work together gets what
// is left to it, and no more.
func TestPacerGivesWay(t *testing.T) {
	p := pacedServer(t, 0.9)
	const workers = 3
	shares := make(chan float64)
	for range workers {
		go func() { shares <- ranFor(p.begin(nil), 600*time.Millisecond) }()
	}
	total := 0.0
	for range workers {
		total += <-shares
	}
	if total < leastShare/4 || total > 1.3*leastShare {
		t.Errorf("bulk work has %.3f of the time, %.3f is granted", total, leastShare)
	}
}

// TestPacerFollowsTheLoad: the share falls with the time for which loops are
// busy.
func TestPacerFollowsTheLoad(t *testing.T) {
	for _, c := range []struct{ wanted, from, to float64 }{
		{-1, 1, 1}, {0, 1, 1}, {0.3, 1, 1}, {0.45, leastShare, 1}, {0.6, leastShare, leastShare}, {1.5, leastShare, leastShare},
	} {
		if got := shareAt(c.wanted); got < c.from || got > c.to {
			t.Errorf("wanted for %.2f of the time: share %.3f", c.wanted, got)
		}
	}
}

// TestDelayedLoops: loops that do not get the processors they want are no less
// busy, but not so if it is bulk work that they want them for.
func TestDelayedLoops(t *testing.T) {
	for _, c := range []struct {
		spent loopTimes
		want  float64
	}{
		{loopTimes{}, 0},
		{loopTimes{serving: 200, awake: 200}, 200},
		{loopTimes{serving: 200, awake: 200, delayed: 300}, 500},
		{loopTimes{serving: 10, awake: 100, delayed: 300}, 40},
		{loopTimes{awake: 100, delayed: 800}, 0},
		{loopTimes{serving: 100, awake: 100, delayed: -50}, 100}, // it has moved to another thread
	} {
		if got := c.spent.wanted(); got != c.want {
			t.Errorf("%+v: wanted for %.0f", c.spent, got)
		}
	}
}

// TestRestEnds: nobody who ends the work waits for its rest.
func TestRestEnds(t *testing.T) {
	p := pacedServer(t, 0.9)
	done := make(chan struct{})
	w := p.begin(done)
	w.since -= int64(time.Hour)
	if d := p.restFor(nanos() - w.since); d > maxRest {
		t.Errorf("a rest of %v", d)
	}
	close(done)
	start := time.Now()
	w.rest()
	if took := time.Since(start); took > maxRest/2 {
		t.Errorf("it rests for %v", took)
	}
}
