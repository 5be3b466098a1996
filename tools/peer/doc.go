// Package peer talks to a running server, a redis-server or Cairn, as a client: what the tools need of one.
//
//	u, err := peer.ParseURL("redis://user:password@host:6379/2")
//	c, err := peer.Dial(ctx, u)
//	reply, err := c.Do("GET", "k")             one command, one reply
//	p := c.Pipeline(limit, heed)               many commands under way, replies heard by heed in their order
//
// The protocol is RESP2. A Conn is for one goroutine at a time; the end of Dial's context closes it.
package peer
