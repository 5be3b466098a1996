package server

import (
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/persistence"
)

const cronInterval = 100 * time.Millisecond

// cron does what has to happen from time to time.
type cron struct {
	srv   *Server
	tx    *persistence.Tx
	slow  latencyWatch
	saves savePoints
}

func (s *Server) cron() {
	c := cron{srv: s, tx: s.store.Tx()}
	ticker := time.NewTicker(cronInterval)
	defer ticker.Stop()
	for ticks := 0; ; ticks++ {
		select {
		case <-s.done:
			return
		case <-ticker.C:
			c.tick(ticks)
		}
	}
}

func (c *cron) tick(ticks int) {
	s := c.srv
	s.clock.update()
	if !s.keepExpired.Load() && pauseMode(s.pause.mode.Load()) == pauseNothing {
		c.expire()
		s.waiters.wake(nil, nil)
	}
	s.outbox.hasten()
	s.tracking.broadcast()
	s.sampleRates()
	s.notePeak()
	c.slow.look(s)
	if ticks%int(time.Second/cronInterval) == 0 {
		c.saves.look(s)
	}
}

func (c *cron) expire() {
	start := time.Now()
	if c.srv.expireDue(c.tx) == 0 {
		return
	}
	took := time.Since(start)
	c.srv.stats.expireNanos.Add(int64(took))
	c.srv.observe("expire-cycle", took)
}

const dueBatch = 1000

// expireDue deletes keys whose time has come and that nobody asks for. It
// returns how many it looked at.
func (s *Server) expireDue(tx *persistence.Tx) int {
	now := time.Now().UnixMilli()
	due, err := s.store.DueKeys(now, dueBatch)
	if err != nil {
		s.warnf("looking for expired keys: %v", err)
	}
	for _, d := range due {
		tx.NowMs = now
		tx.Select(d.Database)
		err := s.store.Update(tx, persistence.Keys{Names: [][]byte{d.Name}}, func(tx *persistence.Tx) error {
			_, err := tx.Peek(d.Name)
			return err
		})
		if err != nil {
			s.warnf("expiring a key: %v", err)
			break
		}
		s.stats.expired.Add(int64(len(tx.Expired)))
	}
	return len(due)
}

func (s *Server) sampleRates() {
	s.stats.rates.sample(time.Now().UnixMilli(), [rateCount]int64{
		opsRate: s.commandsRun(),
		inRate:  s.total(func(l *loopStats) *atomic.Int64 { return &l.inBytes }),
		outRate: s.total(func(l *loopStats) *atomic.Int64 { return &l.outBytes }),
	})
}
