package server

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/server/config"
)

// failover hands the part of the master over to a replica. Writes wait
// meanwhile; the replica gets to the end of the log; then this server follows
// it, and asks it, by PSYNC, to lead. Nobody can write in between: the log ends
// where the replica's does, and so no write is lost.
type failover struct {
	srv   *Server
	state atomic.Int32 // a failoverState

	mu     sync.Mutex
	cancel context.CancelFunc // of the one under way
}

type failoverState int32

const (
	failoverNone failoverState = iota
	failoverWaits
	failoverHands
)

// String returns the state's name in INFO.
func (s failoverState) String() string {
	return [...]string{"no-failover", "waiting-for-sync", "failover-in-progress"}[s]
}

func (f *failover) now() failoverState { return failoverState(f.state.Load()) }

// failoverOptions are those of FAILOVER.
type failoverOptions struct {
	to      config.Master // nobody: any that is in sync
	force   bool          // when the time is over, even if it is not
	timeout time.Duration // 0: no limit
}

// begin starts a failover.
func (f *failover) begin(o failoverOptions) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.srv
	switch {
	case f.now() != failoverNone:
		return errFailoverAlready
	case s.upstream.now.Load() != nil:
		return errFailoverReplica
	case s.replicas.count() == 0:
		return errFailoverAlone
	case o.force && (o.timeout == 0 || o.to.IsNobody()):
		return errFailoverForce
	}
	if !o.to.IsNobody() {
		if err := s.replicas.mayLead(o.to); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.state.Store(int32(failoverWaits))
	s.pause.freeze()
	s.logf("FAILOVER requested to %s.", nameOr(o.to, "any replica"))
	s.detached.Go(func() {
		defer cancel()
		f.run(ctx, o)
	})
	return nil
}

func nameOr(m config.Master, other string) string {
	if m.IsNobody() {
		return other
	}
	return joinHost(m.Host, m.Port)
}

// abort ends the failover under way.
func (f *failover) abort() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now() == failoverNone {
		return errNoFailover
	}
	f.cancel()
	return nil
}

// run waits for a replica, and makes it the master.
func (f *failover) run(ctx context.Context, o failoverOptions) {
	s := f.srv
	defer s.pause.thaw()
	defer f.state.Store(int32(failoverNone))
	s.replicas.askFor(s.store.LogEnd())
	s.replicas.aside.hush(1)
	defer s.replicas.aside.hush(-1)
	waiting := ctx
	if o.timeout > 0 {
		var cancel context.CancelFunc
		waiting, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	to, ok := f.awaitSync(waiting, o.to)
	switch {
	case ctx.Err() != nil || s.ends():
		s.warnf("Failover aborted while waiting for a replica.")
		return
	case !ok && !o.force:
		s.warnf("Failover aborted: Replica never caught up before timeout.")
		return
	case !ok:
		to = o.to
		s.logf("Failover to %s time out exceeded, failing over.", nameOr(to, ""))
	default:
		s.logf("Failover target %s is synced, failing over.", nameOr(to, ""))
	}
	f.state.Store(int32(failoverHands))
	h := &handover{to: to, force: !ok, done: make(chan error, 1)}
	s.upstream.pursue(to, h)
	f.awaitAnswer(ctx, h)
}

// awaitAnswer returns when the other leads, or this server does again.
func (f *failover) awaitAnswer(ctx context.Context, h *handover) {
	s := f.srv
	var err error
	select {
	case err = <-h.done:
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.done:
		return
	}
	if err == nil {
		s.logf("Failover to %s is complete.", nameOr(h.to, ""))
		return
	}
	s.warnf("Failover to %s is aborted: %v", nameOr(h.to, ""), err)
	if err := s.upstream.lead(); err != nil {
		s.warnf("leading again: %v", err)
	}
}

// failoverPoll is how often it is looked who has acknowledged what.
const failoverPoll = 5 * time.Millisecond

// awaitSync returns a replica that has everything, false if the context ends
// before there is one. to is the one that it has to be, or nobody.
func (f *failover) awaitSync(ctx context.Context, to config.Master) (config.Master, bool) {
	tick := time.NewTicker(failoverPoll)
	defer tick.Stop()
	for {
		if m, ok := f.srv.replicas.inSync(to, f.srv.store.LogEnd()); ok {
			return m, true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return to, false
		case <-f.srv.done:
			return to, false
		}
	}
}

func (s *Server) ends() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// handover is what the link to the new master has to bring about first.
type handover struct {
	to    config.Master
	force bool
	done  chan error // told once
}

// ready waits until the other has what this server wrote until it began to
// follow: commands that had begun when the failover did. If it goes before it
// has, the failover is over.
func (h *handover) ready(ctx context.Context, s *Server) error {
	if h.force {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(s.cfg.ReplTimeoutSec.Get())*time.Second)
	defer cancel()
	if _, ok := s.failover.awaitSync(ctx, h.to); !ok {
		return errHandoverLate
	}
	return nil
}

// mayLead tells why a replica cannot take over.
func (r *replicas) mayLead(m config.Master) error {
	for _, p := range r.all() {
		if p.is(m) {
			if !p.isOnline() {
				return errFailoverOffline
			}
			return nil
		}
	}
	return errFailoverStranger
}

func (p *replica) is(m config.Master) bool { return p.ip() == m.Host && p.port == m.Port }

// inSync finds a replica that has acknowledged everything before an offset.
func (r *replicas) inSync(m config.Master, offset int64) (config.Master, bool) {
	for _, p := range r.all() {
		if p.isOnline() && p.ackedTo.Load() == offset && p.port != 0 && (m.IsNobody() || p.is(m)) {
			return config.Master{Host: p.ip(), Port: p.port}, true
		}
	}
	return m, false
}
