package server

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

func init() {
	bind("subscribe", subscribe(channelTopic)).whileListening()
	bind("psubscribe", subscribe(patternTopic)).whileListening()
	bind("ssubscribe", subscribe(shardTopic)).whileListening()
	bind("unsubscribe", unsubscribe(channelTopic)).whileListening()
	bind("punsubscribe", unsubscribe(patternTopic)).whileListening()
	bind("sunsubscribe", unsubscribe(shardTopic)).whileListening()
	bind("publish", publish(channelTopic)).repeatable()
	bind("spublish", publish(shardTopic)).repeatable()
}

// topicWords are what clients read about a kind of topic.
type topicWords struct {
	subscribe, unsubscribe, message string
	publish                         []byte
}

var publishWord, shardPublishWord = []byte("PUBLISH"), []byte("SPUBLISH")

func (k topicKind) words() topicWords {
	return [topicKinds]topicWords{
		channelTopic: {"subscribe", "unsubscribe", "message", publishWord},
		patternTopic: {"psubscribe", "punsubscribe", "pmessage", nil},
		shardTopic:   {"ssubscribe", "sunsubscribe", "smessage", shardPublishWord},
	}[k]
}

// SUBSCRIBE channel [channel ...]
// PSUBSCRIBE pattern [pattern ...]
// SSUBSCRIBE shardchannel [shardchannel ...]
func subscribe(kind topicKind) Handler {
	return func(c *Call) error {
		if c.mayNotWait && kind == shardTopic {
			return mayNotBlock(c.Spec)
		}
		for _, name := range c.Args[1:] {
			c.Client.subscribe(kind, string(name))
			c.confirm(kind.words().subscribe, kind, name)
		}
		c.asPush = true
		return nil
	}
}

// UNSUBSCRIBE [channel ...]
// PUNSUBSCRIBE [pattern ...]
// SUNSUBSCRIBE [shardchannel ...]
func unsubscribe(kind topicKind) Handler {
	return func(c *Call) error {
		names := c.Args[1:]
		if len(names) == 0 {
			names = c.Client.subscribed(kind)
		}
		word := kind.words().unsubscribe
		for _, name := range names {
			c.Client.unsubscribe(kind, string(name))
			c.confirm(word, kind, name)
		}
		if len(names) == 0 {
			c.confirm(word, kind, nil)
		}
		c.asPush = true
		return nil
	}
}

// confirm tells of one subscription made or ended, and how many of its sort
// the client has now. name is nil if there was none.
func (c *Call) confirm(word string, kind topicKind, name []byte) {
	c.Reply.Push(3)
	c.Reply.BulkString(word)
	if name == nil {
		c.Reply.Null()
	} else {
		c.Reply.Bulk(name)
	}
	c.Reply.Int(c.Client.subscriptionCount(kind))
}

// PUBLISH channel message
// SPUBLISH shardchannel message
//
// Replicas pass it on to their own subscribers: it is part of the stream, if
// anybody follows.
func publish(kind topicKind) Handler {
	return func(c *Call) error {
		c.Reply.Int(int64(c.publish(kind, c.Args[1], c.Args[2])))
		return nil
	}
}

// publish sends a message, and returns how many receive it. A client that
// publishes to itself reads the message before the reply. A message follows what
// its sender has written before: it does not go out sooner than the reply to that.
// One that is part of a transaction goes out with the whole, and follows its
// reply: Redis puts it into the middle of that, where no client looks for it.
func (c *Call) publish(kind topicKind, channel, message []byte) int {
	if c.inner == nil {
		n := c.say(0, kind, channel, message)
		if on := c.onLoop(); on != nil {
			on.deliverPushes()
		}
		return n
	}
	channel, message = bytes.Clone(channel), bytes.Clone(message)
	c.inner.then = append(c.inner.then, func(after int64) { c.say(after, kind, channel, message) })
	return c.Server.pubsub.receivers(kind, channel)
}

// say sends a message once the log is durable up to an offset.
func (c *Call) say(after int64, kind topicKind, channel, message []byte) int {
	on := c.onLoop()
	if on != nil {
		after = max(after, c.Client.waitOffset)
	}
	c.Server.replicas.say(kind.words().publish, channel, message)
	return c.Server.pubsub.publish(on, after, kind, channel, message)
}

// subscribe does nothing if the client is subscribed already.
func (c *Client) subscribe(kind topicKind, name string) {
	if c.subs == nil {
		c.subs = &subscriptions{}
	}
	if c.subs[kind] == nil {
		c.subs[kind] = map[string]*subscription{}
	}
	if c.subs[kind][name] == nil {
		c.subs[kind][name] = c.srv.pubsub.add(c, kind, name)
		c.shared.subs[kind].Add(1)
		c.boundNames(len(name) + subscriptionBytes)
	}
}

// subscriptionBytes is about what a subscription takes besides its name.
const subscriptionBytes = 256

// boundNames closes a client that has named more than it may have sent ahead:
// nothing else bounds how much it has the server remember.
func (c *Client) boundNames(more int) {
	c.namedBytes += int64(more)
	if c.namedBytes > c.srv.cfg.QueryBufferLimitBytes.Get() {
		c.loop.post(c.overLimit)
	}
}

// unsubscribe does nothing if the client is not subscribed.
func (c *Client) unsubscribe(kind topicKind, name string) {
	if c.subs == nil || c.subs[kind][name] == nil {
		return
	}
	c.srv.pubsub.remove(c.subs[kind][name])
	delete(c.subs[kind], name)
	c.shared.subs[kind].Add(-1)
	c.namedBytes -= int64(len(name) + subscriptionBytes)
	if !c.isSubscriber() {
		c.subs = nil
	}
}

// unsubscribeAll ends all subscriptions without telling the client.
func (c *Client) unsubscribeAll() {
	for kind := range topicKinds {
		for _, name := range c.subscribed(kind) {
			c.unsubscribe(kind, string(name))
		}
	}
}

// subscribed lists what the client is subscribed to, in the order in which it
// subscribed, which Redis keeps of patterns.
func (c *Client) subscribed(kind topicKind) [][]byte {
	if c.subs == nil {
		return nil
	}
	subs := c.subs[kind]
	names := slices.SortedFunc(maps.Keys(subs), func(a, b string) int { return cmp.Compare(subs[a].no, subs[b].no) })
	list := make([][]byte, len(names))
	for i, name := range names {
		list[i] = []byte(name)
	}
	return list
}

// subscriptionCount is what confirmations show: those to channels and patterns
// are counted together.
func (c *Client) subscriptionCount(kind topicKind) int64 {
	n := &c.shared.subs
	if kind == shardTopic {
		return int64(n[shardTopic].Load())
	}
	return int64(n[channelTopic].Load() + n[patternTopic].Load())
}

// isSubscriber tells whether the client has subscriptions. Safe from anywhere.
func (c *Client) isSubscriber() bool {
	return c.subscriptionCount(channelTopic)+c.subscriptionCount(shardTopic) > 0
}

// onlyListens tells that the client has subscriptions under RESP2, which has no
// way to tell a message from a reply: so it may not ask for much.
func (c *Client) onlyListens() bool { return c.subs != nil && c.reply.Proto != 3 }
