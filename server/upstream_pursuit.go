package server

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/server/config"
)

// pursuit is following one master, from the REPLICAOF that names it to the next
// one. One goroutine does it all but the acknowledgements: it connects, asks to
// go on from where the log ends, and repeats what comes; when the link breaks it
// begins again. What goes wrong is never a reason to give up, nor to change what
// is there: the data stay as they are until the master can be had again.
type pursuit struct {
	srv    *Server
	master config.Master
	ctx    context.Context
	cancel context.CancelFunc
	ended  chan struct{}
	player *player

	handover *handover // what the first link has to bring about; nil: nothing

	// For those who ask.
	state     atomic.Int32 // a linkState
	heardMs   atomic.Int64 // of the master, last
	downMs    atomic.Int64 // since when the link is down; 0: it has never been up
	transfer  atomic.Pointer[transfer]
	flows     atomic.Bool // something has come through the link since it is up
	lastError string      // so that the same is not said each second
}

// linkState is how far the link to the master has come.
type linkState int32

const (
	linkConnect linkState = iota // waits to be tried again
	linkConnecting
	linkHandshake
	linkSync // receives all there is
	linkConnected
)

// String returns the state's name in ROLE.
func (s linkState) String() string {
	return [...]string{"connect", "connecting", "handshake", "sync", "connected"}[s]
}

func newPursuit(s *Server, m config.Master) *pursuit {
	p := &pursuit{srv: s, master: m, ended: make(chan struct{}), player: newPlayer(s)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

func (p *pursuit) start() {
	p.srv.logf("Connecting to MASTER %s:%d", p.master.Host, p.master.Port)
	go p.run()
}

// stop ends it. When it returns, nothing of the master is on its way any more.
func (p *pursuit) stop() {
	p.cancel()
	<-p.ended
}

func (p *pursuit) isUp() bool { return linkState(p.state.Load()) == linkConnected }

func (p *pursuit) enter(s linkState) { p.state.Store(int32(s)) }

// How long to wait before the next attempt: not long after a link that was up,
// for most cuts are short; then longer, for the master may be gone.
const (
	firstRetry = 50 * time.Millisecond
	lastRetry  = time.Second
)

func (p *pursuit) run() {
	defer close(p.ended)
	for wait := firstRetry; p.ctx.Err() == nil; wait = min(2*wait, lastRetry) {
		err := p.attempt()
		if p.isUp() {
			p.downMs.Store(p.srv.clock.ms())
			wait = firstRetry
		}
		p.enter(linkConnect)
		p.tell(err)
		select {
		case <-p.ctx.Done():
		case <-time.After(wait):
		}
	}
}

// tell logs why the link is down.
func (p *pursuit) tell(err error) {
	if p.ctx.Err() != nil || err == nil || err.Error() == p.lastError {
		return
	}
	p.lastError = err.Error()
	if errors.Is(err, link.ErrLater) {
		p.srv.logf("MASTER <-> REPLICA sync: %v; trying again", err)
		return
	}
	p.srv.warnf("MASTER <-> REPLICA sync: %v; trying again", err)
}

// attempt is one link, from its beginning to its end.
func (p *pursuit) attempt() error {
	o, err := p.options()
	if err != nil {
		return err
	}
	if h := p.handover; h != nil {
		if err := h.ready(p.ctx, p.srv); err != nil {
			p.handover = nil
			h.done <- err
			return err
		}
	}
	p.enter(linkConnecting)
	p.flows.Store(false)
	l, err := link.Dial(p.ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	p.enter(linkHandshake)
	p.hear()
	stop := p.keepTalking(l)
	defer stop()
	store := p.srv.store
	a, err := p.ask(l)
	if err != nil {
		return err
	}
	if a.Full {
		err = p.takeOver(l, a)
	} else {
		err = p.resume(a)
	}
	if err != nil {
		return err
	}
	p.player = newPlayer(p.srv)
	_, p.player.database = store.Log().Position()
	p.player.introduce(l)
	defer p.srv.upstream.line.Store(nil)
	p.enter(linkConnected)
	p.lastError = ""
	return p.repeat(l)
}

// ask asks the master to go on from where the log ends, and, at the end of a
// failover, to become the master first. If it does not want to, that is over.
func (p *pursuit) ask(l *link.Link) (link.Answer, error) {
	store, h := p.srv.store, p.handover
	if h == nil {
		return l.PSync(p.knownAs(), store.LogEnd())
	}
	a, err := l.PSyncFailover(store.History().ID, store.LogEnd())
	var refused *link.RefusedError
	if err == nil || errors.As(err, &refused) {
		p.handover = nil
		h.done <- err
	}
	return a, err
}

// knownAs is the name of the history under which others know the place where it
// ends. A name that was taken after a crash is no use as long as nobody has been
// told of it and nothing was added.
func (p *pursuit) knownAs() string {
	h := p.srv.store.History()
	if h.PrevID != "" && h.PrevEnd == p.srv.store.LogEnd() && !p.srv.replicas.hadAny() {
		return h.PrevID
	}
	return h.ID
}

// resume: the master goes on where the log ends, perhaps under a new name.
func (p *pursuit) resume(a link.Answer) error {
	s := p.srv
	h, was := s.store.History(), s.store.History()
	if a.ID != h.ID {
		h.ID, h.PrevID, h.PrevEnd = a.ID, h.ID, s.store.LogEnd()
		s.logf("Master replication ID changed to %s", a.ID)
	}
	h.Followed = true
	if h != was {
		if err := s.store.SetHistory(h); err != nil {
			return err
		}
	}
	if h.ID != was.ID {
		s.replicas.drop()
	}
	s.logf("MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization from offset %d", a.Offset)
	return nil
}

func (p *pursuit) hear() { p.heardMs.Store(p.srv.clock.ms()) }
