package server

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/server/command"
)

func init() {
	bind("monitor", monitor)
}

// monitorFeed shows to the clients that said MONITOR every command that is run,
// as subscribers of a channel that has no name.
type monitorFeed struct {
	count  atomic.Int32 // of those clients
	pubsub pubsub
}

// MONITOR
func monitor(c *Call) error {
	if c.mayNotWait {
		return errMonitorInside
	}
	if c.Client.monitor != nil {
		c.asPush = true // Redis does not reply either
		return nil
	}
	c.Client.monitor = c.Server.feed.pubsub.add(c.Client, channelTopic, "")
	c.Client.shared.monitor.Store(true)
	c.Server.feed.count.Add(1)
	c.Reply.OK()
	return nil
}

func (c *Client) stopMonitor() {
	if c.monitor == nil {
		return
	}
	c.srv.feed.pubsub.remove(c.monitor)
	c.srv.feed.count.Add(-1)
	c.monitor = nil
	c.shared.monitor.Store(false)
}

// isPushedTo tells whether the client receives what it does not ask for one by
// one, besides messages of channels. Safe from anywhere.
func (c *Client) isPushedTo() bool {
	return c.shared.monitor.Load() || c.tracking.options.Load() != nil
}

// show feeds a call to those who watch, once it has run. What administrates the
// server is not for their eyes, nor is what shows itself at a better time.
func (c *Call) show() {
	if c.Server.feed.count.Load() > 0 && !c.shown && c.Spec.Flags&(command.Admin|command.SkipMonitor) == 0 {
		c.feed(c.Client.monitorName())
	}
}

// feed shows a call, whoever made it.
func (c *Call) feed(who string) {
	c.shown = true
	now := time.Now()
	line := strconv.AppendInt(make([]byte, 0, 128), now.Unix(), 10)
	line = append(line, '.')
	line = appendMicros(line, now.Nanosecond()/1000)
	line = append(line, " ["...)
	line = strconv.AppendInt(line, int64(c.Tx.Database()), 10)
	line = append(append(append(line, ' '), who...), ']')
	for _, arg := range c.withoutSecrets() {
		line = resp.AppendQuoted(append(line, ' '), arg)
	}
	c.Server.feed.say(c.onLoop(), append(line, "\r\n"...))
}

func appendMicros(dst []byte, n int) []byte {
	for unit := 100_000; unit > 1 && n < unit; unit /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// say sends a line, complete but for its first byte.
func (f *monitorFeed) say(from *loop, line []byte) {
	p := &f.pubsub
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.topics[channelTopic][""]; t != nil {
		p.last++
		p.send(t, from, 0, resp.KindStatus, line)
	}
}

// monitorName is how MONITOR names a client.
func (c *Client) monitorName() string {
	if c.unix {
		return "unix:" + c.srv.cfg.UnixSocket.Get()
	}
	return c.addr
}
