package server

import "github.com/cairndb/cairn/server/config"

// look does what has to be done each second: it tells replicas that the server
// is there, and parts with those that are not.
func (r *replicas) look(second int) {
	now := r.srv.clock.ms()
	if period := int(r.srv.cfg.ReplPingSec.Get()); second%period == 0 {
		r.ping()
		r.keepWaiting()
	}
	for _, p := range r.all() {
		if why := p.overdue(now); why != "" {
			r.srv.warnf("Disconnecting %s: %s", why, p.name())
			p.client.loop.post(p.client.close)
		}
	}
	if full := r.srv.store.NearlyFull(); full != nil {
		r.makeRoom(full)
	}
	r.recount()
	r.settleWaits()
	r.send()
}

// keepWaiting sends a line break to those who wait for a snapshot: they would
// believe the server to be gone otherwise.
func (r *replicas) keepWaiting() {
	for _, p := range r.all() {
		c := p.client
		c.loop.post(func() {
			if !c.gone && replicaState(p.state.Load()) == replicaWaits && c.ready == len(c.reply.Buf) {
				c.reply.Buf = append(c.reply.Buf, '\n')
				c.ready++
				c.flush()
			}
		})
	}
}

// overdue is why the replica has to go, "" if it may stay.
func (p *replica) overdue(nowMs int64) string {
	timeout := p.client.srv.cfg.ReplTimeoutSec.Get() * 1000
	heard := max(p.ackedMs.Load(), p.client.shared.lastActive.Load())
	switch replicaState(p.state.Load()) {
	case replicaReceives:
		if nowMs-max(heard, p.movedMs.Load()) > timeout {
			return "timedout replica (full sync)"
		}
	case replicaOnline:
		if !p.mute && nowMs-heard > timeout {
			return "timedout replica (streaming sync)"
		}
		if p.tooFarBehind(nowMs, p.client.srv.cfg.OutputLimits.Get()[config.ReplicaClient]) {
			return "replica for overcoming of output buffer limits"
		}
	}
	return ""
}

// tooFarBehind tells whether the log has grown over the output limit since the
// replica went online, and it has not taken that. Those bytes are on disk, but
// they are kept for it alone. What it had to catch up with is not counted.
func (p *replica) tooFarBehind(nowMs int64, limit config.OutputLimit) bool {
	behind := p.client.srv.store.LogEnd() - p.sentTo.Load()
	grown := behind - p.joinedAt.Load()
	if behind < p.joinedAt.Load() {
		p.joinedAt.Store(behind)
	}
	if limit.HardBytes > 0 && grown > limit.HardBytes {
		return true
	}
	if limit.SoftBytes == 0 || grown <= limit.SoftBytes {
		p.overSoft = 0
		return false
	}
	if p.overSoft == 0 {
		p.overSoft = nowMs
	}
	return nowMs-p.overSoft > limit.SoftSeconds*1000
}

// recount counts the replicas that were heard of lately.
func (r *replicas) recount() {
	cfg, now := r.srv.cfg, r.srv.clock.ms()
	lag, n := cfg.MinReplicasMaxLagSec.Get(), int64(0)
	for _, p := range r.all() {
		if p.isOnline() && (now-p.ackedMs.Load())/1000 <= lag {
			n++
		}
	}
	r.good.Store(n)
}

// tooFew tells whether writes are refused because of min-replicas-to-write.
func (r *replicas) tooFew() bool {
	want := r.srv.cfg.MinReplicasToWrite.Get()
	return want > 0 && r.srv.upstream.now.Load() == nil && r.srv.cfg.MinReplicasMaxLagSec.Get() > 0 && r.good.Load() < want
}
