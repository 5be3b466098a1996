package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("xinfo|stream", xinfoStream)
	bind("xinfo|groups", xinfoGroups)
	bind("xinfo|consumers", xinfoConsumers)
	bind("xinfo|help", help(xinfoHelp))
}

// XINFO STREAM key [FULL [COUNT count]]
//
// The key is looked at before the options.
func xinfoStream(c *Call) error {
	st, err := types.StreamStatusOf(c.Tx, c.Key(2))
	if err != nil {
		return err
	}
	full, count, err := c.xinfoOptions()
	if err != nil {
		return err
	}
	if full {
		c.Reply.Map(9)
		c.streamStatus(&st)
		return c.streamInFull(count)
	}
	c.Reply.Map(10)
	c.streamStatus(&st)
	c.intField("groups", st.Groups)
	if err := c.edgeEntry("first-entry", false); err != nil {
		return err
	}
	return c.edgeEntry("last-entry", true)
}

// xinfoOptions reads FULL [COUNT count].
func (c *Call) xinfoOptions() (full bool, count int64, err error) {
	const some = 10
	opts := c.Args[3:]
	switch {
	case len(opts) == 0:
		return false, 0, nil
	case len(opts) != 1 && len(opts) != 3, !isWord(opts[0], "full"), len(opts) == 3 && !isWord(opts[1], "count"):
		return false, 0, badSubcommand(c.Args)
	case len(opts) == 1:
		return true, some, nil
	}
	if count, err = intArg(opts[2]); count < 0 {
		count = some
	}
	return true, count, err
}

func (c *Call) streamStatus(st *types.StreamStatus) {
	c.intField("length", st.Len)
	c.intField("radix-tree-keys", st.TreeKeys)
	c.intField("radix-tree-nodes", st.TreeNodes)
	c.idField("last-generated-id", st.Last)
	c.idField("max-deleted-entry-id", st.MaxDeleted)
	c.intField("entries-added", st.Added)
	c.idField("recorded-first-entry-id", st.First)
}

func (c *Call) intField(name string, n int64) {
	c.Reply.BulkString(name)
	c.Reply.Int(n)
}

func (c *Call) idField(name string, id encoding.StreamID) {
	c.Reply.BulkString(name)
	c.streamID(id)
}

// edgeEntry adds the field of the first or the last entry.
func (c *Call) edgeEntry(name string, last bool) error {
	c.Reply.BulkString(name)
	entries, err := types.StreamRange(c.Tx, c.Key(2), types.StreamInterval{Last: encoding.MaxStreamID, Count: 1, Reverse: last})
	if err != nil {
		return err
	}
	if !entries.Next() {
		c.Reply.Null()
		return entries.Err()
	}
	c.streamEntry(entries.ID(), entries.Fields())
	return nil
}

// streamInFull adds entries and groups, with count of each list at most; 0 is
// all.
func (c *Call) streamInFull(count int64) error {
	c.Reply.BulkString("entries")
	entries, err := types.StreamRange(c.Tx, c.Key(2), types.StreamInterval{Last: encoding.MaxStreamID, Count: count})
	if err != nil {
		return err
	}
	if err := c.streamEntries(&entries); err != nil {
		return err
	}
	groups, err := types.StreamGroupsOf(c.Tx, c.Key(2))
	if err != nil {
		return err
	}
	c.Reply.BulkString("groups")
	c.Reply.Array(len(groups))
	for i := range groups {
		if err := c.groupInFull(&groups[i], count); err != nil {
			return err
		}
	}
	return nil
}

func (c *Call) groupInFull(g *types.StreamGroupStatus, count int64) error {
	c.Reply.Map(7)
	c.Reply.BulkString("name")
	c.Reply.Bulk(g.Name)
	c.groupProgress(g)
	c.intField("pel-count", g.Pending)
	c.Reply.BulkString("pending")
	list, err := g.Messages(count)
	if err != nil {
		return err
	}
	c.messages(list, true)
	members, err := g.Members()
	if err != nil {
		return err
	}
	c.Reply.BulkString("consumers")
	c.Reply.Array(len(members))
	for i := range members {
		if err := c.memberInFull(g, &members[i], count); err != nil {
			return err
		}
	}
	return nil
}

func (c *Call) memberInFull(g *types.StreamGroupStatus, m *types.StreamConsumerStatus, count int64) error {
	c.Reply.Map(4)
	c.Reply.BulkString("name")
	c.Reply.Bulk(m.Name)
	c.intField("seen-time", m.SeenMs)
	c.intField("pel-count", m.Pending)
	c.Reply.BulkString("pending")
	list, err := g.MessagesOf(m, count)
	if err == nil {
		c.messages(list, false)
	}
	return err
}

// messages lists pending messages, with or without whose they are.
func (c *Call) messages(list []types.StreamMessage, withConsumer bool) {
	c.Reply.Array(len(list))
	for i := range list {
		m := &list[i]
		if withConsumer {
			c.Reply.Array(4)
			c.streamID(m.ID)
			c.Reply.Bulk(m.Consumer)
		} else {
			c.Reply.Array(3)
			c.streamID(m.ID)
		}
		c.Reply.Int(m.DeliveredMs)
		c.Reply.Int(m.Count)
	}
}

// groupProgress adds the fields that tell how far a group has read.
func (c *Call) groupProgress(g *types.StreamGroupStatus) {
	c.idField("last-delivered-id", g.Last)
	c.knownField("entries-read", g.EntriesRead, g.EntriesRead != encoding.NotRead)
	c.knownField("lag", g.Lag, g.LagKnown)
}

func (c *Call) knownField(name string, n int64, known bool) {
	c.Reply.BulkString(name)
	if known {
		c.Reply.Int(n)
	} else {
		c.Reply.Null()
	}
}

// XINFO GROUPS key
func xinfoGroups(c *Call) error {
	groups, err := types.StreamGroupsOf(c.Tx, c.Key(2))
	if err != nil {
		return err
	}
	c.Reply.Array(len(groups))
	for i := range groups {
		g := &groups[i]
		c.Reply.Map(6)
		c.Reply.BulkString("name")
		c.Reply.Bulk(g.Name)
		c.intField("consumers", g.Consumers)
		c.intField("pending", g.Pending)
		c.groupProgress(g)
	}
	return nil
}

// XINFO CONSUMERS key group
func xinfoConsumers(c *Call) error {
	list, err := types.StreamConsumersOf(c.Tx, c.Key(2), c.Args[3])
	if err == types.ErrNoSuchGroup {
		return noGroupForKey(c.Args[3], c.Key(2))
	}
	if err != nil {
		return err
	}
	c.Reply.Array(len(list))
	for i := range list {
		c.Reply.Map(3)
		c.Reply.BulkString("name")
		c.Reply.Bulk(list[i].Name)
		c.intField("pending", list[i].Pending)
		c.intField("idle", max(0, c.NowMs()-list[i].SeenMs))
	}
	return nil
}

const xinfoHelp = `
CONSUMERS <key> <groupname>
    Show consumers of <groupname>.
GROUPS <key>
    Show the stream consumer groups.
STREAM <key> [FULL [COUNT <count>]
    Show information about the stream.
`
