package server

import "sync"

// workers run detached commands. A goroutine that has finished one waits for
// the next, because a new one would first have to grow its stack to what a read
// from disk needs, which costs as much as the read's bookkeeping. There are as
// many as there are commands at one time; only a few are kept.
type workers struct {
	mu   sync.Mutex
	idle []chan *Call
}

const keptWorkers = 64

func (w *workers) run(call *Call) {
	w.mu.Lock()
	n := len(w.idle)
	if n == 0 {
		w.mu.Unlock()
		go w.work(call)
		return
	}
	next := w.idle[n-1]
	w.idle = w.idle[:n-1]
	w.mu.Unlock()
	next <- call
}

func (w *workers) work(call *Call) {
	more := make(chan *Call, 1)
	for call != nil {
		call.Client.runDetached(call)
		if !w.rest(more) {
			return
		}
		call = <-more
	}
}

// rest lists a worker as idle, unless enough are.
func (w *workers) rest(more chan *Call) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.idle) >= keptWorkers {
		return false
	}
	w.idle = append(w.idle, more)
	return true
}

// end lets the idle workers go.
func (w *workers) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, more := range w.idle {
		more <- nil
	}
	w.idle = nil
}
