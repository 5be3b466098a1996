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
	e := slowEntry{atSec: time.Now().Unix(), micros: tookNs / 1000, addr: c.addr, name: text(&c.shared.name),
		args: shortened(call.withoutSecrets())}
	if call.inScript() {
		e.addr, e.name = "?:0", "" // the script's own client, which has neither
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e.id = l.nextID
	l.nextID++
	l.entries = append(l.entries, e)
	l.trimLocked(c.srv.cfg.SlowlogMaxLen.Get())
}

// trim forgets the oldest entries beyond n.
func (l *slowlog) trim(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trimLocked(n)
}

func (l *slowlog) trimLocked(n int64) {
	if over := int64(len(l.entries)) - n; over > 0 {
		clear(l.entries[:over]) // what append leaves behind must not keep the arguments alive
		l.entries = l.entries[over:]
	}
}

// newest copies up to n entries, the newest first; all if n is negative.
func (l *slowlog) newest(n int64) []slowEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := int64(len(l.entries))
	if n < 0 || n > size {
		n = size
	}
	out := make([]slowEntry, 0, n)
	for i := size - 1; i >= size-n; i-- {
		out = append(out, l.entries[i])
	}
	return out
}

func (l *slowlog) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
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
