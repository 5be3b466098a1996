package server

import "github.com/cairndb/cairn/server/acl"

func init() {
	bind("acl|log", aclLog)
}

// aclLogDefault is how many entries ACL LOG shows.
const aclLogDefault = 10

// ACL LOG [count | RESET]
func aclLog(c *Call) error {
	log, n := &c.Server.users.Log, int64(aclLogDefault)
	switch {
	case len(c.Args) > 3:
		return badSubcommand(c.Args)
	case len(c.Args) == 3 && isWord(c.Args[2], "reset"):
		log.Reset()
		c.Reply.OK()
		return nil
	case len(c.Args) == 3:
		var err error
		if n, err = intArg(c.Args[2]); err != nil {
			return err
		}
	}
	entries := log.Newest(int(max(n, 0)))
	c.Reply.Array(len(entries))
	for i := range entries {
		c.refusal(&entries[i])
	}
	return nil
}

func (c *Call) refusal(e *acl.Entry) {
	c.Reply.Map(7)
	c.intPair("count", e.Count)
	c.pair("reason", e.Reason)
	c.pair("context", e.Context)
	c.pair("object", e.Object)
	c.pair("username", e.User)
	c.Reply.BulkString("age-seconds")
	c.Reply.Double(float64(c.Server.clock.ms()-e.AtMs) / 1000)
	c.pair("client-info", e.Client)
}
