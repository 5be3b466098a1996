package server

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// tracking tells clients that keep copies of what they have read when those are
// out of date. A client that reads a key is entered here as its transaction
// ends, behind the key's door, and whoever changes the key looks here behind the
// same door: so a change is either in what was read, or finds its reader.
//
// As in Redis keys are told apart by name only, not by database; a reader is
// told once and forgotten; and a change that is not durable yet may be told of,
// for it shows nothing: what is read next waits for the log.
//
// Locks: tracking.mu is taken under those of keys, and takes that of the
// server's clients and of loops' queues.
type tracking struct {
	srv *Server

	mu      sync.Mutex
	clients map[int64]*Client  // who tracks, by id
	readers map[string][]int64 // ids, ascending, by name of key; some may be gone
	items   int                // in readers
	broadcasts
}

// tracked is what a client has asked for with CLIENT TRACKING. It never changes.
type tracked struct {
	redirect  int64 // the id of the client that is told instead; 0 for itself
	broadcast bool
	prefixes  []string // of keys; ascending; with broadcast
	optIn     bool     // only what follows CLIENT CACHING YES counts
	optOut    bool     // what follows CLIENT CACHING NO does not count
	noLoop    bool     // not told of its own changes
}

// trackedShared is what others see of a client's tracking.
type trackedShared struct {
	options atomic.Pointer[tracked] // nil if it does not track
	broken  atomic.Bool             // the client to be told instead is gone
}

// enable makes a client track, or changes how it does.
func (t *tracking) enable(c *Client, options tracked) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if old := c.tracking.options.Load(); old == nil {
		if t.clients == nil {
			t.clients, t.readers = map[int64]*Client{}, map[string][]int64{}
		}
		t.clients[c.id] = c
		t.srv.store.Attend(1)
	} else {
		options.prefixes = append(options.prefixes, old.prefixes...)
	}
	slices.Sort(options.prefixes)
	options.prefixes = slices.Compact(options.prefixes)
	t.listen(c.id, options.prefixes)
	c.tracking.broken.Store(false)
	c.tracking.options.Store(&options)
}

// disable ends a client's tracking. Its entries go when their keys change, or
// with the last client.
func (t *tracking) disable(c *Client) {
	options := c.tracking.options.Load()
	if options == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ignore(c.id, options.prefixes)
	delete(t.clients, c.id)
	if len(t.clients) == 0 {
		t.forgetReaders()
	}
	t.srv.store.Attend(-1)
	c.namedBytes -= int64(options.prefixBytes())
	c.caching = false
	c.tracking.broken.Store(false)
	c.tracking.options.Store(nil)
}

// prefixBytes is about what the prefixes take.
func (o *tracked) prefixBytes() (n int) {
	if o == nil {
		return 0
	}
	for _, p := range o.prefixes {
		n += len(p) + subscriptionBytes
	}
	return n
}

// remembers tells whether what the client reads now counts.
func (o *tracked) remembers(caching bool) bool {
	return !o.broadcast && (!o.optIn || caching) && (!o.optOut || !caching)
}

// remember says which keys a call has read. It runs behind their door, as often
// as the call does; what counts is what the transaction has done when it commits.
func (c *Call) remember() {
	options := c.Client.tracking.options.Load()
	if options == nil || !c.Spec.Flags.Has(command.ReadOnly) || !options.remembers(c.Client.caching) || c.Spec.Group == "scripting" {
		return
	}
	for _, key := range c.Client.appendKeys(nil, c.Spec, c.Args) {
		c.Tx.HasRead(key)
	}
}

// hasRead enters a reader.
func (t *tracking) hasRead(key []byte, id int64) {
	ids := t.readers[string(key)]
	at, found := slices.BinarySearch(ids, id)
	if found {
		return
	}
	t.readers[string(key)] = slices.Insert(ids, at, id)
	t.items++
	t.limitLocked()
}

// limit keeps no more keys than tracking-table-max-keys allows. Those that go
// count as changed.
func (t *tracking) limit() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.limitLocked()
}

func (t *tracking) limitLocked() {
	most := t.srv.cfg.TrackingTableMaxKeys.Get()
	if most == 0 || int64(len(t.readers)) <= most {
		return
	}
	for key := range t.readers { // in no order
		if int64(len(t.readers)) <= most {
			return
		}
		t.tellReaders([]byte(key), 0)
	}
}

// Committed implements persistence.Observer.
func (t *tracking) Committed(tx *persistence.Tx, changes []persistence.Change) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.clients) == 0 {
		return
	}
	flushed := false
	for i := range changes {
		switch ch := &changes[i]; {
		case ch.Read:
			t.hasRead(ch.Key, tx.Origin)
		case !ch.Modified:
		case ch.Whole:
			flushed = true
			t.forgetReaders()
		default:
			t.changed(ch, tx.Origin)
		}
	}
	if flushed {
		t.tellAll(tx.Origin)
	}
}

// changed: origin is the id of the client that made the change, 0 if none did.
func (t *tracking) changed(ch *persistence.Change, origin int64) {
	if ch.Class == persistence.EventExpired {
		t.collect(ch.Key, 0) // that a key expires is nobody's doing
	} else {
		t.collect(ch.Key, origin)
	}
	t.tellReaders(ch.Key, origin)
}

// tellReaders tells those who have read a key, and forgets them.
func (t *tracking) tellReaders(key []byte, origin int64) {
	ids := t.readers[string(key)]
	if ids == nil {
		return
	}
	delete(t.readers, string(key))
	t.items -= len(ids)
	value := keyList(string(key))
	for _, id := range ids {
		c := t.clients[id]
		if c == nil {
			continue
		}
		if o := c.tracking.options.Load(); !o.broadcast && (!o.noLoop || id != origin) {
			t.send(c, o, value, id == origin)
		}
	}
}

// tellAll tells everybody that all keys are gone.
func (t *tracking) tellAll(origin int64) {
	for _, id := range slices.Sorted(maps.Keys(t.clients)) {
		c := t.clients[id]
		t.send(c, c.tracking.options.Load(), nil, id == origin)
	}
}

func (t *tracking) forgetReaders() { t.readers, t.items = map[string][]int64{}, 0 }

// counts are what INFO tells.
func (t *tracking) counts() (clients, keys, items, prefixes int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.clients), len(t.readers), t.items, len(t.prefixes)
}
