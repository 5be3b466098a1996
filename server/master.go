package server

import (
	"slices"
	"sync"
)

// A master is followed by others: replicas. The log is the stream that they
// get, and each has a goroutine that reads it for them, at their pace: what one
// has not taken yet lies on disk, not in memory. Their connections are those of
// clients like any other, which send REPLCONF ACK now and then.
//
//	master.go         who follows
//	cmd_replconf.go   what they tell
//	cmd_psync.go      how they begin

// replicas is the registry of those who follow. A replica has followers too.
//
// Lock: mu is taken under no other lock but that of nothing, and none is taken
// under it.
type replicas struct {
	mu   sync.Mutex
	list []*replica // in the order in which they came
}

// replicaState is how far a replica has come.
type replicaState int32

const (
	replicaWaits    replicaState = iota // for its snapshot
	replicaReceives                     // the snapshot
	replicaOnline                       // gets the stream
)

// String returns the state's name in INFO.
func (s replicaState) String() string {
	return [...]string{"wait_bgsave", "send_bulk", "online"}[s]
}

// replicaInfo is what INFO and ROLE tell of a replica.
type replicaInfo struct {
	IP      string // announced, or that of the connection
	Port    int    // at which it listens, 0 if it has not said so
	State   replicaState
	Offset  int64 // acknowledged
	LagSecs int64 // since it did so
}

// infos tells of all replicas, in the order in which they came.
func (r *replicas) infos(nowMs int64) []replicaInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]replicaInfo, len(r.list))
	for i, p := range r.list {
		list[i] = p.info(nowMs)
	}
	return list
}

// count is how many follow, in any state.
func (r *replicas) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.list)
}

// acked is how many have acknowledged everything before an offset.
func (r *replicas) acked(offset int64) (n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.list {
		if p.isOnline() && p.ackedTo.Load() >= offset {
			n++
		}
	}
	return n
}

func (r *replicas) add(p *replica) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, p)
}

func (r *replicas) remove(p *replica) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = slices.DeleteFunc(r.list, func(q *replica) bool { return p == q })
}
