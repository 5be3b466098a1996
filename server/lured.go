package server

import (
	"sync/atomic"
	"time"
)

// A web page can make a browser send an HTTP request to any local port. Its
// lines would be taken for commands, and its body for more of them. Redis and
// Cairn have no commands POST and Host:, so whoever sends these is cut off.

// isHTTP tells whether a command's name begins an HTTP request's line.
func isHTTP(name []byte) bool { return isWord(name, "post") || isWord(name, "host:") }

// luredAt is when the last one was logged, in Unix seconds.
type luredAt struct{ sec atomic.Int64 }

const luredInterval = 60

// cutOff ends a connection that a browser was lured to, and says so in the log
// once a minute at most.
func (c *Client) cutOff() {
	now := time.Now().Unix()
	if last := c.srv.lured.sec.Load(); now-last >= luredInterval && c.srv.lured.sec.CompareAndSwap(last, now) {
		c.srv.warnf("Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands. "+
			"This is likely due to an attacker attempting to use Cross Protocol Scripting. Connection from %s aborted.", c.addr)
	}
	c.close()
}
