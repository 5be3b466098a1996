package server

import "sync/atomic"

// replica is one that follows.
type replica struct {
	client *Client

	// Told by REPLCONF, before it joins.
	port      int
	announced string // address, "" if it is that of the connection

	state   atomic.Int32 // a replicaState
	ackedTo atomic.Int64 // the log offset before which it has everything
	ackedMs atomic.Int64 // when it said so
}

func (p *replica) isOnline() bool { return replicaState(p.state.Load()) == replicaOnline }

func (p *replica) info(nowMs int64) replicaInfo {
	return replicaInfo{
		IP: p.ip(), Port: p.port, State: replicaState(p.state.Load()),
		Offset: p.ackedTo.Load(), LagSecs: max(0, nowMs-p.ackedMs.Load()) / 1000,
	}
}

// ip is the address at which others find it.
func (p *replica) ip() string {
	if p.announced != "" {
		return p.announced
	}
	return hostOf(p.client.addr)
}
