package server

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"
)

// broadcasts tells clients of all changes of keys with some prefix, whatever
// they have read. Changes are collected while a loop's turn lasts, and told
// together: before any reply that shows one of them goes out.
type broadcasts struct {
	prefixes map[string]*prefix
	due      atomic.Bool // there is something to tell; to be asked without a lock
}

// prefix is one that somebody listens to.
type prefix struct {
	clients map[int64]bool
	changed map[string]int64 // keys, and the ids of those who changed them last; 0 if nobody did
}

// listen adds a client's prefixes. Needs the lock, as all of this does.
func (b *broadcasts) listen(id int64, names []string) {
	if b.prefixes == nil {
		b.prefixes = map[string]*prefix{}
	}
	for _, name := range names {
		p := b.prefixes[name]
		if p == nil {
			p = &prefix{clients: map[int64]bool{}, changed: map[string]int64{}}
			b.prefixes[name] = p
		}
		p.clients[id] = true
	}
}

// ignore takes them away again.
func (b *broadcasts) ignore(id int64, names []string) {
	for _, name := range names {
		if p := b.prefixes[name]; p != nil {
			delete(p.clients, id)
			if len(p.clients) == 0 {
				delete(b.prefixes, name)
			}
		}
	}
}

// collect notes a changed key.
func (b *broadcasts) collect(key []byte, origin int64) {
	for name, p := range b.prefixes {
		if strings.HasPrefix(string(key), name) {
			p.changed[string(key)] = origin
			b.due.Store(true)
		}
	}
}

// broadcast tells what was collected.
func (t *tracking) broadcast() {
	if !t.due.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.due.Store(false)
	for _, name := range slices.Sorted(maps.Keys(t.prefixes)) {
		if p := t.prefixes[name]; len(p.changed) > 0 {
			t.tellListeners(p)
			clear(p.changed)
		}
	}
}

func (t *tracking) tellListeners(p *prefix) {
	keys := slices.Sorted(maps.Keys(p.changed))
	all := keyList(keys...)
	for id := range p.clients {
		c, value := t.clients[id], all
		o := c.tracking.options.Load()
		if o.noLoop {
			if value = p.othersKeys(keys, id); value == nil {
				continue
			}
		}
		t.send(c, o, value, false)
	}
}

// othersKeys lists the keys that were not changed by a client itself, nil if
// there are none.
func (p *prefix) othersKeys(keys []string, id int64) []byte {
	others := slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return p.changed[key] == id })
	if len(others) == 0 {
		return nil
	}
	return keyList(others...)
}
