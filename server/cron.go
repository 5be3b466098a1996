package server

import (
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/persistence"
)

const (
	cronInterval   = 100 * time.Millisecond
	ticksPerSecond = int(time.Second / cronInterval)
)

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
	if s.cronPaused.Load() {
		return
	}
	if !s.keepExpired.Load() && pauseMode(s.pause.mode.Load()) == pauseNothing {
		c.expire()
		s.waiters.wake(nil, nil)
	}
	s.outbox.hasten()
	s.tracking.broadcast()
	s.sampleRates()
	s.notePeak()
	c.slow.look(s)
	if ticks%ticksPerSecond == 0 {
		c.saves.look(s)
		s.trim()
		s.replicas.look(ticks / ticksPerSecond)
	}
}

// expireShare is how long a tick may delete expired keys: where many expire at
// one time, others get their turns too.
const expireShare = cronInterval / 4

func (c *cron) expire() {
	start := time.Now()
	n, more := c.srv.expireDue(c.tx)
	if n == 0 {
		return
	}
	for more && time.Since(start) < expireShare {
		_, more = c.srv.expireDue(c.tx)
	}
	took := time.Since(start)
	c.srv.stats.expireNanos.Add(int64(took))
	c.srv.observe("expire-cycle", took)
}

const dueBatch = 1000

// expireDue deletes keys whose time has come and that nobody asks for. It
// returns how many it looked at, and whether there may be more.
func (s *Server) expireDue(tx *persistence.Tx) (n int, more bool) {
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
			return len(due), false
		}
		s.stats.expired.Add(int64(len(tx.Expired)))
	}
	if err == nil {
		s.store.DueTouched()
	}
	return len(due), err == nil && len(due) == dueBatch
}

func (s *Server) sampleRates() {
	s.stats.rates.sample(time.Now().UnixMilli(), [rateCount]int64{
		opsRate: s.commandsRun(),
		inRate:  s.total(func(l *loopStats) *atomic.Int64 { return &l.inBytes }),
		outRate: s.total(func(l *loopStats) *atomic.Int64 { return &l.outBytes }),

		inReplRate: s.upstream.stats.readBytes.Load(), outReplRate: s.replicas.stats.sentBytes.Load(),
	})
}
