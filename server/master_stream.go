package server

import (
	"context"
	"errors"
)

// ready is a context that has ended: what can be read without waiting is.
var ready = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// stream sends the log from where the replica is, until its connection ends.
// The log is kept from what the replica has acknowledged on: if its connection
// breaks, what was on the way is not lost.
func (p *replica) stream() error {
	r, err := p.client.srv.store.Log().NewReader(p.at)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	for {
		rec, err := r.Next(p.ctx)
		for err == nil {
			if err = p.write(rec.Payload, rec.End()); err != nil || len(p.out.buf) > pieceBytes/2 {
				break
			}
			rec, err = r.Next(ready)
		}
		if err != nil && !(errors.Is(err, context.Canceled) && p.ctx.Err() == nil) {
			return err
		}
		if err := p.out.send(); err != nil {
			return err
		}
	}
}

// write gives bytes of the log, which end at an offset, to the courier.
func (p *replica) write(b []byte, end int64) error {
	if _, err := p.out.Write(b); err != nil {
		return err
	}
	p.client.srv.replicas.stats.sentBytes.Add(int64(len(b)))
	p.sentTo.Store(end)
	if p.mute {
		p.pin.Load().Move(end)
	}
	return nil
}
