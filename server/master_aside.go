package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/wal"
)

// aside is what a master says to its replicas besides its effects: PING, so that
// they know that it is there; GETACK, so that they tell what they have; PUBLISH.
// It lies in the log like all of the stream, and changes nothing. A server that
// is a replica itself has nothing to say: the stream is its master's.
type aside struct {
	end     atomic.Int64 // of the last one in the log
	awaited atomic.Int64 // that the log was asked to sync

	mu     sync.Mutex
	silent int   // reasons to say nothing
	getAck int64 // end of the last GETACK
}

// hush adds a reason for the server to put nothing of its own into the stream,
// or takes one away, -1. When it returns nothing of that sort is on its way.
func (a *aside) hush(reason int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.silent += reason
}

// say appends a command to the log, if anybody follows. It goes out with the
// next write, or with send.
func (r *replicas) say(words ...[]byte) {
	if r.count() == 0 {
		return
	}
	r.aside.mu.Lock()
	defer r.aside.mu.Unlock()
	r.sayLocked(words...)
}

func (r *replicas) sayLocked(words ...[]byte) (end int64) {
	a := &r.aside
	if a.silent > 0 || r.srv.store.Log().Err() != nil {
		return 0
	}
	end = r.srv.store.Log().AppendAside(resp.AppendCommand(nil, words...))
	a.end.Store(end)
	return end
}

// ping tells that the server is there.
func (r *replicas) ping() { r.say([]byte("PING")) }

// askFor has the replicas tell what they have, if no question is on its way
// whose answer includes an offset.
func (r *replicas) askFor(offset int64) {
	if r.count() == 0 {
		return
	}
	r.aside.mu.Lock()
	if r.aside.getAck <= offset {
		if end := r.sayLocked([]byte("REPLCONF"), []byte("GETACK"), []byte("*")); end > 0 {
			r.aside.getAck = end
		}
	}
	r.aside.mu.Unlock()
	r.send()
}

// send lets what was said go out: so that it is written, and under appendfsync
// always synced. It waits for neither a client nor a sync.
func (r *replicas) send() {
	end, log := r.aside.end.Load(), r.srv.store.Log()
	if log.Policy() != wal.Always {
		if end > log.Written() {
			_ = log.Flush() // clients hear of a log that fails
		}
		return
	}
	if was := r.aside.awaited.Load(); end > was && r.aside.awaited.CompareAndSwap(was, end) {
		_, _ = log.Await(end, nobody{})
	}
}

// nobody waits for the log.
type nobody struct{}

func (nobody) Durable(error) {}
