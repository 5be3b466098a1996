package server

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence/wal"
)

// replica is one that follows. What REPLCONF tells belongs to its client's loop,
// and after it has joined to nobody: it does not change.
type replica struct {
	client *Client

	// Told by REPLCONF, before it joins.
	port        int
	announced   string // address, "" if it is that of the connection
	takesMarked bool   // an RDB file whose end is marked, rather than its length told
	resumes     bool   // knows what to do when the history has another name
	onlyRDB     bool   // leaves when it has the file
	filter      rdbFilter

	mute   bool // it has asked with SYNC: it does not tell what it has
	at     int64
	pin    atomic.Pointer[wal.Pin] // of what it is to get
	out    courier
	work   *bulkWork       // making all that it gets
	ctx    context.Context // ends with its connection
	cancel context.CancelFunc
	begun  chan struct{} // told when it acknowledges for the first time
	ended  chan struct{} // closed when its goroutine is over

	state    atomic.Int32 // a replicaState
	ackedTo  atomic.Int64 // the log offset before which it has everything
	ackedMs  atomic.Int64 // when it said so
	syncedTo atomic.Int64 // the log offset before which it has everything on disk, as it says
	sentTo   atomic.Int64 // what was handed to its connection
	movedMs  atomic.Int64 // when its connection took something
	joinedAt atomic.Int64 // how far it was behind when it went online, in bytes
	overSoft int64        // since when it is too far behind, in ms; of the cron
}

// asReplica is what the client is as a replica, or may become.
func (c *Client) asReplica() *replica {
	if c.follows == nil {
		c.follows = &replica{client: c}
	}
	return c.follows
}

// isReplica tells whether the client follows. Safe from anywhere.
func (c *Client) isReplica() bool { return c.shared.replica.Load() != nil }

func (p *replica) isOnline() bool { return replicaState(p.state.Load()) == replicaOnline }

func (p *replica) info(nowMs int64) replicaInfo {
	return replicaInfo{
		IP: p.ip(), Port: p.port, State: replicaState(p.state.Load()),
		Offset: p.ackedTo.Load(), LagSecs: max(0, nowMs-p.ackedMs.Load()) / 1000,
	}
}

// ip is the address at which others find it.
func (p *replica) ip() string {
	if p.announced != "" {
		return p.announced
	}
	return hostOf(p.client.addr)
}

// join makes the client a replica. With a pin it gets the log from there on,
// without one all that there is. It runs on the client's loop.
func (p *replica) join(at int64, pin *wal.Pin) {
	c, s := p.client, p.client.srv
	p.at = at
	p.pin.Store(pin)
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.begun, p.ended = make(chan struct{}, 1), make(chan struct{})
	p.out = courier{client: c, taken: make(chan bool, 1), done: p.ctx.Done(), moved: &p.movedMs}
	p.ackedMs.Store(s.clock.ms())
	p.movedMs.Store(s.clock.ms())
	if pin != nil {
		p.goOnline()
	}
	s.replicas.add(p)
	c.shared.replica.Store(p)
	s.detached.Go(p.run)
}

// run is the replica's goroutine.
func (p *replica) run() {
	defer close(p.ended)
	err := p.serve()
	if pin := p.pin.Load(); pin != nil {
		pin.Release()
	}
	if err != nil && p.ctx.Err() == nil && !errors.Is(err, errClientGone) {
		p.client.srv.warnf("Replica %s is disconnected: %v", p.name(), err)
	}
	p.client.loop.post(p.client.close)
}

func (p *replica) serve() error {
	if err := p.out.begin(); err != nil {
		return err
	}
	if p.pin.Load() == nil {
		if err := p.sendAll(); err != nil {
			return err
		}
	}
	if p.onlyRDB {
		<-p.ctx.Done() // it hangs up
		return nil
	}
	return p.stream()
}

// goOnline: from here on it gets the stream.
func (p *replica) goOnline() {
	s := p.client.srv
	p.sentTo.Store(p.at)
	p.joinedAt.Store(s.store.LogEnd() - p.at)
	p.ackedMs.Store(s.clock.ms())
	p.state.Store(int32(replicaOnline))
	s.replicas.recount()
}

// leave ends a replica whose connection is closed. It runs on the client's loop.
func (r *replicas) leave(c *Client) {
	if p := c.shared.replica.Load(); p != nil {
		p.cancel()
		r.remove(p)
		r.recount()
		r.srv.logf("Connection with replica %s lost.", p.name())
	}
}

// name is how the log calls it.
func (p *replica) name() string { return joinHost(p.ip(), p.port) }
