package server

import (
	"fmt"
	"sync"
	"time"
)

// slowlog remembers the newest slow commands.
type slowlog struct {
	mu      sync.Mutex
	nextID  int64
	entries []slowEntry // oldest first
}

type slowEntry struct {
	id, atSec, micros int64
	args              [][]byte
	addr, name        string
}

// Bounds of what an entry keeps of a command.
const (
	slowMaxArgs     = 32
	slowMaxArgBytes = 128
)

func (l *slowlog) add(c *Client, call *Call, tookNs int64) {
	e := slowEntry{atSec: time.Now().Unix(), micros: tookNs / 1000, addr: c.addr, name: text(&c.shared.name), args: shortened(call.Args)}
	l.mu.Lock()
	defer l.mu.Unlock()
	e.id = l.nextID
	l.nextID++
	l.entries = append(l.entries, e)
	l.trim(int(c.srv.cfg.SlowlogMaxLen.Get()))
}

func (l *slowlog) trim(n int) {
	if over := len(l.entries) - n; over > 0 {
		l.entries = append([]slowEntry(nil), l.entries[over:]...)
	}
}

// shortened copies a command's arguments within the bounds of the slow log.
func shortened(args [][]byte) [][]byte {
	n := min(len(args), slowMaxArgs)
	out := make([][]byte, 0, n)
	for i, a := range args[:n] {
		switch {
		case i == slowMaxArgs-1 && len(args) > slowMaxArgs:
			out = append(out, fmt.Appendf(nil, "... (%d more arguments)", len(args)-slowMaxArgs+1))
		case len(a) > slowMaxArgBytes:
			out = append(out, fmt.Appendf(nil, "%s... (%d more bytes)", a[:slowMaxArgBytes], len(a)-slowMaxArgBytes))
		default:
			out = append(out, append([]byte(nil), a...))
		}
	}
	return out
}
