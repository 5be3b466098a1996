package server

import "strconv"

func init() {
	bind("role", role)
}

// ROLE
func role(c *Call) error {
	if p := c.Server.upstream.now.Load(); p != nil {
		c.roleOfReplica(p)
		return nil
	}
	c.Reply.Array(3)
	c.Reply.BulkString("master")
	c.Reply.Int(c.Server.store.LogEnd())
	list := c.Server.replicas.infos(c.NowMs())
	online := list[:0]
	for _, r := range list {
		if r.State == replicaOnline {
			online = append(online, r)
		}
	}
	c.Reply.Array(len(online))
	for _, r := range online {
		c.Reply.Array(3)
		c.Reply.BulkString(r.IP)
		c.Reply.BulkString(strconv.Itoa(r.Port))
		c.Reply.BulkString(strconv.FormatInt(r.Offset, 10))
	}
	return nil
}

func (c *Call) roleOfReplica(p *pursuit) {
	c.Reply.Array(5)
	c.Reply.BulkString("slave")
	c.Reply.BulkString(p.master.Host)
	c.Reply.Int(int64(p.master.Port))
	state, offset := linkState(p.state.Load()), int64(-1)
	c.Reply.BulkString(state.String())
	if state == linkConnected {
		offset = c.Server.store.LogEnd()
	}
	c.Reply.Int(offset)
}
