package server

// makeRoom parts with the replica for which most of the log is kept, when that
// fills the disk: it can begin anew, while a log that cannot be written ends all
// writing. Where nobody keeps anything worth it, the room is taken by something
// else.
func (r *replicas) makeRoom(full error) {
	p, excess := r.greediest()
	if p == nil || excess < r.srv.cfg.LogSegmentBytes.Get() {
		return
	}
	r.srv.warnf("Disconnecting replica %s: %v, and %d MB of log are kept for it", p.name(), full, excess>>20)
	p.client.loop.post(p.client.close)
	r.srv.detached.Go(func() {
		<-p.ended
		r.srv.store.TrimLog()
	})
}

// greediest is the replica for which most of the log is kept, and how many
// bytes of it for nobody else.
func (r *replicas) greediest() (greedy *replica, most int64) {
	for _, p := range r.all() {
		if pin := p.pin.Load(); pin != nil {
			if n := r.srv.store.Excess(pin.Offset()); greedy == nil || n > most {
				greedy, most = p, n
			}
		}
	}
	return greedy, most
}
