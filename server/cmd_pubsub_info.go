package server

import "github.com/cairndb/cairn/encoding"

func init() {
	bind("pubsub|channels", pubsubChannels(channelTopic))
	bind("pubsub|shardchannels", pubsubChannels(shardTopic))
	bind("pubsub|numsub", pubsubNumSub(channelTopic))
	bind("pubsub|shardnumsub", pubsubNumSub(shardTopic))
	bind("pubsub|numpat", pubsubNumPat)
	bind("pubsub|help", help(pubsubHelp))
}

// PUBSUB CHANNELS [pattern]
// PUBSUB SHARDCHANNELS [pattern]
func pubsubChannels(kind topicKind) Handler {
	return func(c *Call) error {
		if len(c.Args) > 3 {
			return badSubcommand(c.Args)
		}
		var list []string
		for _, name := range c.Server.pubsub.names(kind) {
			if len(c.Args) == 2 || encoding.Match(c.Args[2], []byte(name), false) {
				list = append(list, name)
			}
		}
		c.Reply.Array(len(list))
		for _, name := range list {
			c.Reply.BulkString(name)
		}
		return nil
	}
}

// PUBSUB NUMSUB [channel ...]
// PUBSUB SHARDNUMSUB [shardchannel ...]
func pubsubNumSub(kind topicKind) Handler {
	return func(c *Call) error {
		channels := c.Args[2:]
		c.Reply.Array(2 * len(channels))
		for _, name := range channels {
			c.Reply.Bulk(name)
			c.Reply.Int(int64(c.Server.pubsub.subscribers(kind, name)))
		}
		return nil
	}
}

// PUBSUB NUMPAT
func pubsubNumPat(c *Call) error {
	c.Reply.Int(int64(c.Server.pubsub.count(patternTopic)))
	return nil
}

const pubsubHelp = `
CHANNELS [<pattern>]
    Return the currently active channels matching a <pattern> (default: '*').
NUMPAT
    Return number of subscriptions to patterns.
NUMSUB [<channel> ...]
    Return the number of subscribers for the specified channels, excluding
    pattern subscriptions(default: no channels).
SHARDCHANNELS [<pattern>]
    Return the currently active shard level channels matching a <pattern> (default: '*').
SHARDNUMSUB [<shardchannel> ...]
    Return the number of subscribers for the specified shard level channel(s)
`
