package server

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/server/command"
)

// stats counts what INFO tells.
type stats struct {
	inBytes, outBytes             atomic.Int64
	connections, refused, expired atomic.Int64
	commands                      []commandStats // by the row's ID
	mu                            sync.Mutex
	errors                        map[string]int64 // by code
}

type commandStats struct {
	calls, micros, nanos, rejects, fails atomic.Int64
}

func (s *stats) init() {
	s.commands = make([]commandStats, command.IDs())
	s.errors = map[string]int64{}
}

// ran counts a command that was carried out.
func (s *stats) ran(c *Client, call *Call, tookNs int64, err error) {
	st := &s.commands[call.Spec.ID]
	st.calls.Add(1)
	st.nanos.Add(tookNs)
	if err != nil {
		st.fails.Add(1)
	}
	if n := len(call.Tx.Expired); n > 0 {
		s.expired.Add(int64(n))
	}
	c.shared.lastCommand.Store(call.Spec)
	if slower := c.srv.cfg.SlowlogSlowerThanUs.Get(); slower >= 0 && tookNs >= slower*1000 {
		c.srv.slowlog.add(c, call, tookNs)
	}
}

func (s *stats) rejected(spec *command.Spec) { s.commands[spec.ID].rejects.Add(1) }

// failed counts an error and returns its text.
func (s *stats) failed(err error) string {
	text := errorText(err)
	code, _, _ := strings.Cut(text, " ")
	s.mu.Lock()
	if len(s.errors) < maxErrorCodes || s.errors[code] > 0 {
		s.errors[code]++
	}
	s.mu.Unlock()
	return text
}

const maxErrorCodes = 128
