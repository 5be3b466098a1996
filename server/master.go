package server

import (
	"slices"
	"sync"
	"sync/atomic"
)

// A master is followed by others: replicas. The log is the stream that they
// get, and each has a goroutine that reads it for them, at their pace: what one
// has not taken yet lies on disk, not in memory. Their connections are those of
// clients like any other, which send REPLCONF ACK now and then.
//
//	master.go           who follows
//	master_replica.go   the life of one of them
//	master_full.go      how it gets all that there is
//	master_stream.go    how it gets what comes after that
//	master_courier.go   how bytes reach its connection
//	master_aside.go     what is put into the stream that is nobody's write
//	master_acks.go      who waits for what they have
//	master_cron.go      what is looked at each second
//	master_room.go      who has to go before the disk is full
//	master_failover.go  how one of them takes over
//	master_goodbye.go   how they get the rest before the server ends
//	cmd_psync, cmd_replconf, cmd_wait, cmd_failover

// replicas is the registry of those who follow. A replica has followers too.
//
// Locks: mu; nothing else is locked under it but the log's own.
type replicas struct {
	srv *Server

	// Of those in the list, to be asked without a lock.
	attached atomic.Int32
	good     atomic.Int64 // heard of lately, see tooFew

	mu    sync.Mutex
	list  []*replica // in the order in which they came
	waits []*ackWait

	aside aside
	stats replicaStats
}

// replicaStats counts what INFO tells.
type replicaStats struct{ full, partial, refused, sentBytes atomic.Int64 }

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
	list := r.all()
	infos := make([]replicaInfo, len(list))
	for i, p := range list {
		infos[i] = p.info(nowMs)
	}
	return infos
}

// all are the replicas of now.
func (r *replicas) all() []*replica {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// count is how many follow, in any state.
func (r *replicas) count() int { return int(r.attached.Load()) }

// hadAny tells whether anybody has followed since the start.
func (r *replicas) hadAny() bool { return r.stats.full.Load()+r.stats.partial.Load() > 0 }

// acked is how many have acknowledged everything before an offset.
func (r *replicas) acked(offset int64) (n int64) {
	for _, p := range r.all() {
		if p.isOnline() && p.ackedTo.Load() >= offset {
			n++
		}
	}
	return n
}

// synced is how many have said that everything before an offset is on their
// disks.
func (r *replicas) synced(offset int64) (n int64) {
	for _, p := range r.all() {
		if p.isOnline() && p.syncedTo.Load() >= offset {
			n++
		}
	}
	return n
}

func (r *replicas) add(p *replica) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, p)
	r.attached.Store(int32(len(r.list)))
}

func (r *replicas) remove(p *replica) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = slices.DeleteFunc(r.list, func(q *replica) bool { return p == q })
	r.attached.Store(int32(len(r.list)))
}

// drop ends the connections of all replicas, and returns when nothing reads the
// log for them any more. They come back and ask whether they may go on: what
// they follow has another name now, or another content. Not to be called on a
// loop.
func (r *replicas) drop() {
	for _, p := range r.all() {
		p.client.loop.post(p.client.close)
		p.cancel()
		<-p.ended
	}
}
