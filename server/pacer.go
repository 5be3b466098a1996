package server

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// pacer keeps bulk work, full syncs and backups, from taking the processors away
// from clients. The system would share these evenly among all who want them, and
// a file for a replica, which nobody is in a hurry for, would cost the clients
// a third of their rate. So bulk work is done in slices, and after each it rests:
// not at all while the loops have little to do for other clients, and the longer
// the more they have. A share of the processors is left to it at any load, so
// that it ends.
//
// What a loop has to do is what it does, and what it would do if others did not
// have the processors: so bulk work gives way also on a machine that is busy
// with something else. All of it shares what the pacer grants.
type pacer struct {
	srv *Server

	mu      sync.Mutex
	restsTo int64 // nanos: until then all work so far has to rest
	looked  int64 // nanos: when the loops were looked at, last
	was     loopTimes
	wanted  float64 // the part of time for which loops want to run, as is believed
	share   float64
}

// loopTimes is what loops have spent time with, in nanoseconds since the start.
type loopTimes struct {
	serving int64 // clients that do no bulk work
	awake   int64 // all together
	delayed int64 // waiting for a processor
}

// since is what was spent since an earlier time.
func (t loopTimes) since(was loopTimes) loopTimes {
	return loopTimes{t.serving - was.serving, t.awake - was.awake, t.delayed - was.delayed}
}

// wanted is how long the loops wanted to serve clients: of what they have waited
// for a processor, as large a part was for that as of what they have done.
func (t loopTimes) wanted() float64 {
	return float64(t.serving) * (1 + max(0, float64(t.delayed))/float64(max(1, t.awake)))
}

const (
	// The part of time that loops want to run for, up to which bulk work runs
	// freely, and from which on it gets no more than leastShare.
	calm      = 0.3
	crowded   = 0.6
	lookEvery = 20 * time.Millisecond
	// calming is the part by which what is believed of the loops comes near to
	// what is seen, if that is less: work that takes turns with its clients, or has
	// starved them, is not to be taken for calm.
	calming = 0.1
	// maxRest bounds one rest, so that the other side does not take it for the end.
	maxRest = time.Second
)

// leastShare is the part of time for which bulk work runs while loops are busy:
// a sixteenth of the machine.
var leastShare = min(1, float64(runtime.NumCPU())/16)

// shareAt is the part of time for which bulk work may run while loops want to
// run for a part of it.
func shareAt(wanted float64) float64 {
	crowd := min(max((wanted-calm)/(crowded-calm), 0), 1)
	return leastShare + (1-crowd)*(1-leastShare)
}

// now is the share of now.
func (p *pacer) now() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lookLocked(nanos())
}

func (p *pacer) lookLocked(now int64) float64 {
	past := now - p.looked
	if past < int64(lookEvery) && p.looked > 0 {
		return p.share
	}
	t := p.times()
	wanted := t.since(p.was).wanted() / float64(past*int64(len(p.srv.loops)))
	if p.looked == 0 || past > int64(time.Second) { // that was before there was bulk work
		wanted = crowded
	}
	p.wanted = max(wanted, p.wanted-(p.wanted-wanted)*calming)
	p.looked, p.was, p.share = now, t, shareAt(p.wanted)
	return p.share
}

func (p *pacer) times() (t loopTimes) {
	for _, l := range p.srv.loops {
		t.serving += l.work.serving.Load()
		t.awake += l.work.awake.Load()
		t.delayed += delayOf(int(l.thread.Load()))
	}
	return t
}

// delayOf is how long a thread has waited for a processor, in nanoseconds; 0 if
// that cannot be told. (Linux, Documentation/scheduler/sched-stats.rst.)
func delayOf(thread int) (ns int64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/schedstat", thread))
	if err != nil {
		return 0
	}
	if fields := strings.Fields(string(text)); len(fields) == 3 {
		ns, _ = strconv.ParseInt(fields[1], 10, 64)
	}
	return ns
}

// restFor says how long to rest after work that took so long.
func (p *pacer) restFor(workedNs int64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := nanos()
	share := p.lookLocked(now)
	p.restsTo = max(p.restsTo, now) + int64(float64(workedNs)*(1-share)/share)
	p.restsTo = min(p.restsTo, now+int64(maxRest))
	return time.Duration(p.restsTo - now)
}

// bulkWork is work in slices, of one goroutine.
type bulkWork struct {
	pacer *pacer
	done  <-chan struct{} // ends a rest
	since int64           // nanos: when the slice has begun
}

// begin begins bulk work, with a slice. Whoever waits for it to end closes done.
func (p *pacer) begin(done <-chan struct{}) *bulkWork {
	return &bulkWork{pacer: p, done: done, since: nanos()}
}

// rest ends a slice and rests; the next one begins.
func (w *bulkWork) rest() {
	if d := w.pacer.restFor(nanos() - w.since); d > 0 {
		t := time.NewTimer(d)
		select {
		case <-t.C:
		case <-w.done:
			t.Stop()
		}
	}
	w.resume()
}

// resume begins a slice anew: what has passed was no work.
func (w *bulkWork) resume() { w.since = nanos() }

// pacedWriter passes on what bulk work writes. That rests before each write;
// waiting for whoever takes the bytes is no work.
type pacedWriter struct {
	work *bulkWork
	w    io.Writer
}

// Write implements io.Writer.
func (p pacedWriter) Write(b []byte) (int, error) {
	p.work.rest()
	n, err := p.w.Write(b)
	p.work.resume()
	return n, err
}

// loopWork adds up what a loop spends time with. The loop writes, anybody reads.
type loopWork struct{ serving, awake atomic.Int64 }

// did adds a turn that has begun at a time, and tells whether it has served a
// client that does no bulk work.
func (w *loopWork) did(since int64, serves bool) {
	took := nanos() - since
	w.awake.Add(took)
	if serves {
		w.serving.Add(took)
	}
}
