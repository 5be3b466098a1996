package server

import "sync"

// pubsub knows who listens to what. A topic is a channel, a pattern of
// channels, or a channel of a shard. Its subscribers are kept by loop: who
// publishes hands the message once to each loop that has some, and the loop
// hands it to them (push.go). So what a publisher pays does not depend on
// where the subscribers are, and no client is touched from another loop.
//
// A message reaches those who were subscribed when it was published: messages
// are numbered, and a subscription knows the last one before it. All
// subscribers of a channel receive its messages in the same order.
//
// Locks: that of pubsub; then that of an audience, or of the outbox.
type pubsub struct {
	outbox *outbox

	mu       sync.Mutex
	last     int64 // number of the newest message
	made     int64 // subscriptions so far
	topics   [topicKinds]map[string]*topic
	patterns []*topic // those of patternTopic
}

type topicKind uint8

const (
	channelTopic topicKind = iota
	patternTopic
	shardTopic
	topicKinds
)

// topic is something that has subscribers.
type topic struct {
	kind      topicKind
	name      string
	audiences []*audience
	count     int // subscribers
	at        int // in pubsub.patterns
}

// audience is the subscribers of a topic on one loop. Only their own loop, or
// what runs for them off it, changes it.
type audience struct {
	topic *topic
	loop  *loop

	mu   sync.Mutex
	list []*subscription
}

// subscription is a client's to a topic.
type subscription struct {
	client   *Client
	audience *audience
	at       int   // in audience.list
	since    int64 // the last message that is not for it
	no       int64 // the later, the greater
}

// subscriptions of a client, by topic.
type subscriptions [topicKinds]map[string]*subscription

// add subscribes a client, whose subscription to the topic is new.
func (p *pubsub) add(c *Client, kind topicKind, name string) *subscription {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.topics[kind][name]
	if t == nil {
		t = p.open(kind, name)
	}
	t.count++
	a := t.audienceOf(c.loop)
	p.made++
	s := &subscription{client: c, audience: a, since: p.last, no: p.made}
	a.mu.Lock()
	s.at = len(a.list)
	a.list = append(a.list, s)
	a.mu.Unlock()
	return s
}

// open makes a topic that nobody has subscribed to so far.
func (p *pubsub) open(kind topicKind, name string) *topic {
	t := &topic{kind: kind, name: name}
	if p.topics[kind] == nil {
		p.topics[kind] = map[string]*topic{}
	}
	p.topics[kind][name] = t
	if kind == patternTopic {
		t.at = len(p.patterns)
		p.patterns = append(p.patterns, t)
	}
	return t
}

// audienceOf finds the topic's subscribers on a loop, which may be none yet.
func (t *topic) audienceOf(l *loop) *audience {
	for _, a := range t.audiences {
		if a.loop == l {
			return a
		}
	}
	a := &audience{topic: t, loop: l}
	t.audiences = append(t.audiences, a)
	return a
}

// remove ends a subscription, and with the last one its topic.
func (p *pubsub) remove(s *subscription) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := s.audience.topic
	if s.audience.remove(s) == 0 {
		t.dismiss(s.audience)
	}
	if t.count--; t.count == 0 {
		p.close(t)
	}
}

// remove returns how many are left.
func (a *audience) remove(s *subscription) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := len(a.list) - 1
	a.list[s.at] = a.list[n]
	a.list[s.at].at = s.at
	a.list[n] = nil
	a.list = a.list[:n]
	return n
}

func (t *topic) dismiss(a *audience) {
	n := len(t.audiences) - 1
	for i, other := range t.audiences {
		if other == a {
			t.audiences[i] = t.audiences[n]
			t.audiences[n] = nil
			t.audiences = t.audiences[:n]
			return
		}
	}
}

func (p *pubsub) close(t *topic) {
	delete(p.topics[t.kind], t.name)
	if t.kind == patternTopic {
		n := len(p.patterns) - 1
		p.patterns[t.at] = p.patterns[n]
		p.patterns[t.at].at = t.at
		p.patterns[n] = nil
		p.patterns = p.patterns[:n]
	}
}

// count is how many topics of a kind have subscribers.
func (p *pubsub) count(kind topicKind) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.topics[kind])
}

// subscribers is how many a topic has.
func (p *pubsub) subscribers(kind topicKind, name []byte) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.topics[kind][string(name)]; t != nil {
		return t.count
	}
	return 0
}

// names lists the topics of a kind that have subscribers.
func (p *pubsub) names(kind topicKind) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]string, 0, len(p.topics[kind]))
	for name := range p.topics[kind] {
		list = append(list, name)
	}
	return list
}
