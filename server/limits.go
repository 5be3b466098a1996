package server

import "github.com/cairndb/cairn/server/config"

// checkOutput closes a client whose pending replies are over its hard limit,
// or over its soft one for too long.
func (c *Client) checkOutput() {
	n, limit := c.shared.outBytes.Load(), c.outputLimit()
	if limit.HardBytes > 0 && n > limit.HardBytes {
		c.overLimit()
		return
	}
	if limit.SoftBytes == 0 || n <= limit.SoftBytes {
		c.shared.softSince.Store(0)
		return
	}
	now := c.srv.clock.ms() / 1000
	since := c.shared.softSince.Load()
	switch {
	case since == 0:
		c.shared.softSince.Store(now)
	case now-since > limit.SoftSeconds:
		c.overLimit()
	}
}

// bounded tells whether pending replies have a limit.
func (c *Client) bounded() bool {
	limit := c.outputLimit()
	return limit.HardBytes > 0 || limit.SoftBytes > 0
}

// outputLimit is that of the client's class. Where that is none, and the client
// is pushed what grows without its doing, that of subscribers counts.
func (c *Client) outputLimit() config.OutputLimit {
	if c.isReplica() {
		return config.OutputLimit{} // what it has not taken is in the log: see replica.tooFarBehind
	}
	limits := c.srv.cfg.OutputLimits.Get()
	limit := limits[config.NormalClient]
	if c.isSubscriber() || c.isPushedTo() && limit == (config.OutputLimit{}) {
		return limits[config.PubSubClient]
	}
	return limit
}

func (c *Client) overLimit() {
	if c.gone {
		return
	}
	c.srv.warnf("Client %s closed for overcoming of output buffer limits.", c.describe())
	c.close()
}

// isPatient tells that the client waits for what others do, so that it may well
// be silent for long.
func (c *Client) isPatient() bool {
	return c.isSubscriber() || c.isReplica() || c.shared.monitor.Load() || c.waits != nil || c.postponed != nil
}

// checkLimits runs once a second for every client of the loop.
func (c *Client) checkLimits(nowSec int64) {
	if c.busy {
		return
	}
	c.publish()
	timeout := c.srv.cfg.IdleTimeoutSec.Get()
	if timeout > 0 && !c.isPatient() && nowSec-c.shared.lastActive.Load()/1000 > timeout {
		c.srv.verbosef("Closing idle client")
		c.close()
		return
	}
	if c.shared.outBytes.Load() > 0 {
		c.checkOutput()
	}
}
