package server

import (
	"time"

	"github.com/cairndb/cairn/persistence/wal"
	"github.com/cairndb/cairn/replication/link"
)

// talkEvery is how often there may be something to tell.
const talkEvery = 200 * time.Millisecond

// keepTalking tells the master what this replica has, at least each second, or,
// as long as the link is not up, that it is alive, until stop. A master that has
// written its file straight to the link sends nothing before it has heard of its
// arrival, and may not listen to that at once: until the stream flows it is told
// again and again.
func (p *pursuit) keepTalking(l *link.Link) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(talkEvery)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			if n%int(time.Second/talkEvery) > 0 && (p.flows.Load() || !p.isUp()) {
				continue
			}
			if p.talk(l) != nil {
				_ = l.Close() // who reads hears of it
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

func (p *pursuit) talk(l *link.Link) error {
	switch linkState(p.state.Load()) {
	case linkConnected:
		return p.ack(l)
	case linkSync:
		return l.KeepAlive()
	}
	return nil
}

// ack tells what this replica has: what is on its disk, unless appendfsync no
// says that nobody cares.
func (p *pursuit) ack(l *link.Link) error {
	log := p.srv.store.Log()
	synced := log.Synced()
	has := synced
	if log.Policy() == wal.No {
		has = log.Written()
	}
	return l.AckSynced(has, synced)
}

// answer is the reply to GETACK: somebody waits, so everything goes to the disk
// first.
func (p *pursuit) answer(l *link.Link) error {
	log := p.srv.store.Log()
	err := log.Flush()
	if err == nil && log.Policy() != wal.No {
		err = log.Sync(p.srv.store.LogEnd())
	}
	if err != nil {
		return nil // it has what it has; the log's failure is told elsewhere
	}
	return p.ack(l)
}
