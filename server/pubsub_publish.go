package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
)

// published is a message on its way: to whom, and what they read.
type published struct {
	to     *audience
	number int64
	kind   byte   // the first byte; 0 is that of a push, the only one in which protocols differ
	body   []byte // what follows it
}

// publish sends a message to the subscribers of a channel, and of the patterns
// that match it, and returns how many those are. It goes out when the log is
// durable up to the offset after. from is the loop that the caller runs on, nil
// off the loops: that one delivers when it is ready to; the others are woken.
func (p *pubsub) publish(from *loop, after int64, kind topicKind, channel, message []byte) (receivers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	if t := p.topics[kind][string(channel)]; t != nil {
		receivers += t.count
		p.send(t, from, after, 0, pushBody(kind.words().message, channel, message))
	}
	if kind != channelTopic {
		return receivers
	}
	for _, t := range p.patterns {
		if name := []byte(t.name); encoding.Match(name, channel, false) {
			receivers += t.count
			p.send(t, from, after, 0, pushBody(patternTopic.words().message, name, channel, message))
		}
	}
	return receivers
}

// receivers is how many subscribers a message would have.
func (p *pubsub) receivers(kind topicKind, channel []byte) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.topics[kind][string(channel)]; t != nil {
		n = t.count
	}
	if kind != channelTopic {
		return n
	}
	for _, t := range p.patterns {
		if encoding.Match([]byte(t.name), channel, false) {
			n += t.count
		}
	}
	return n
}

func (p *pubsub) send(t *topic, from *loop, after int64, kind byte, body []byte) {
	for _, a := range t.audiences {
		p.outbox.send(from, a.loop, after, published{a, p.last, kind, body})
	}
}

// pushBody builds a push of texts, except for its first byte.
func pushBody(word string, texts ...[]byte) []byte {
	w := resp.Writer{Buf: make([]byte, 0, 64)}
	w.Push(1 + len(texts))
	w.BulkString(word)
	for _, t := range texts {
		w.Bulk(t)
	}
	return w.Buf[1:]
}

// deliver hands a message to the subscribers on their loop.
func (m published) deliver() {
	a := m.to
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.list {
		if s.since < m.number {
			s.client.push(m.kind, m.body)
		}
	}
}
