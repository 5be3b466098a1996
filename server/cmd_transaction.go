package server

import "github.com/cairndb/cairn/persistence"

func init() {
	bind("multi", startMulti).atOnce()
	bind("exec", exec).atOnce()
	bind("discard", discard).atOnce()
	bind("watch", watchKeys).atOnce()
	bind("unwatch", unwatch)
}

// MULTI
func startMulti(c *Call) error {
	if c.Client.multi != nil {
		return errNestedMulti
	}
	c.Client.multi = spareMultis.Get().(*multi)
	c.Client.shared.queued.Store(0)
	c.Reply.OK()
	return nil
}

// DISCARD
func discard(c *Call) error {
	if c.Client.multi == nil {
		return errDiscardWithoutMulti
	}
	m := c.Client.multi
	c.Client.discard()
	m.release()
	c.Reply.OK()
	return nil
}

// WATCH key [key ...]
func watchKeys(c *Call) error {
	if c.Client.multi != nil {
		return errWatchInMulti
	}
	states := make([]watchedKey, 0, len(c.Args)-1)
	for _, key := range c.Args[1:] {
		r, err := c.Tx.Examine(key)
		if err != nil {
			return err
		}
		states = append(states, watchedKey{exists: r.Exists(), expireAtMs: r.ExpireAtMs()})
	}
	c.Tx.Hits, c.Tx.Misses = 0, 0 // nobody has asked for them
	w := c.Client.shared.watch.Load()
	if w == nil {
		w = &watch{}
		c.Client.shared.watch.Store(w)
	}
	for i, key := range c.Args[1:] {
		c.Server.watches.add(w, c.dbKey(key), states[i])
	}
	c.Reply.OK()
	return nil
}

// UNWATCH
func unwatch(c *Call) error {
	c.Client.unwatch()
	c.Reply.OK()
	return nil
}

// EXEC
func exec(c *Call) error {
	m := c.Client.multi
	switch {
	case m == nil:
		return errExecWithoutMulti
	case m.failed:
		c.Client.discard()
		m.release()
		return errExecAbort
	case m.slow && c.Tx.NoWait:
		return persistence.ErrWouldBlock
	}
	x := &m.exec
	if x.call == nil {
		x.begin(c)
	}
	err := x.perform()
	if err == persistence.ErrWouldBlock {
		return err // and goes on off the loop
	}
	c.Client.discard()
	if err != nil {
		return x.failed(err)
	}
	x.reply(c)
	m.release()
	return nil
}
