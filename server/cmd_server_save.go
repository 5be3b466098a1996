package server

import (
	"fmt"
	"time"
)

func init() {
	bind("save", save).offLoop()
	bind("bgsave", bgSave)
	bind("bgrewriteaof", bgRewriteAOF)
}

// SAVE
//
// A checkpoint that is under way may not hold all that was written before this
// call, so another one follows it.
func save(c *Call) error {
	if _, err := c.Server.store.Checkpoint("SAVE"); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

// BGSAVE [SCHEDULE]
func bgSave(c *Call) error {
	schedule := len(c.Args) == 2 && isWord(c.Args[1], "schedule")
	if len(c.Args) > 1 && !schedule {
		return errSyntax
	}
	running := c.Server.store.LastCheckpoint().Running
	if running && !schedule {
		return errSaving
	}
	c.Server.store.RequestCheckpoint("BGSAVE")
	if running {
		c.Reply.Status("Background saving scheduled")
	} else {
		c.Reply.Status("Background saving started")
	}
	return nil
}

// BGREWRITEAOF
func bgRewriteAOF(c *Call) error {
	running := c.Server.store.LastCheckpoint().Running
	c.Server.store.RequestCheckpoint("BGREWRITEAOF")
	if running {
		c.Reply.Status("Background append only file rewriting scheduled")
	} else {
		c.Reply.Status("Background append only file rewriting started")
	}
	return nil
}

// savePoints starts the checkpoints that the save directive asks for.
type savePoints struct{ triedAt time.Time }

// retryAfter is the pause after a checkpoint that failed.
const retryAfter = 5 * time.Second

func (p *savePoints) look(s *Server) {
	last := s.store.LastCheckpoint()
	if last.Running || last.Err != nil && time.Since(p.triedAt) < retryAfter {
		return
	}
	if reason := s.savePointDue(); reason != "" {
		p.triedAt = time.Now()
		s.store.RequestCheckpoint(reason)
	}
}

func (s *Server) savePointDue() string {
	points := s.cfg.Save.Get()
	if len(points) == 0 {
		return ""
	}
	changes, age := s.store.Changes(), int64(time.Since(s.lastSave()).Seconds())
	for _, p := range points {
		if changes > 0 && changes >= p.Changes && age > p.Seconds {
			return fmt.Sprintf("%d changes in %d seconds", changes, age)
		}
	}
	return ""
}
