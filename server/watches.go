package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence"
)

// watches knows which clients watch which keys. Whoever changes a key spoils
// the watches of it as the change commits, under the locks of the key; EXEC
// looks whether its watch is spoiled under the same locks.
type watches struct {
	store *persistence.Store
	mu    sync.Mutex
	keys  map[dbKey]map[*watch]*watchedKey
}

// watch is what a client has watched since its last EXEC, DISCARD or UNWATCH.
// The keys belong to the client.
type watch struct {
	spoiled atomic.Bool
	keys    map[dbKey]*watchedKey
}

// watchedKey tells what a key was like when it was watched, and so is like as
// long as nobody changes it.
type watchedKey struct {
	exists     bool
	expireAtMs int64 // 0: never
}

// add makes a watch watch one more key. Needs the key's lock.
func (ws *watches) add(w *watch, key dbKey, state watchedKey) {
	if w.keys[key] != nil {
		return
	}
	if w.keys == nil {
		w.keys = map[dbKey]*watchedKey{}
		ws.store.Attend(1)
	}
	w.keys[key] = &state
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.keys == nil {
		ws.keys = map[dbKey]map[*watch]*watchedKey{}
	}
	if ws.keys[key] == nil {
		ws.keys[key] = map[*watch]*watchedKey{}
	}
	ws.keys[key][w] = &state
}

// drop ends a watch.
func (ws *watches) drop(w *watch) {
	if w == nil || w.keys == nil {
		return
	}
	ws.mu.Lock()
	for key := range w.keys {
		delete(ws.keys[key], w)
		if len(ws.keys[key]) == 0 {
			delete(ws.keys, key)
		}
	}
	ws.mu.Unlock()
	w.keys = nil
	ws.store.Attend(-1)
}

// Committed implements persistence.Observer: it spoils the watches of what has
// changed.
func (ws *watches) Committed(_ *persistence.Tx, changes []persistence.Change) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if len(ws.keys) == 0 {
		return
	}
	for i := range changes {
		switch ch := &changes[i]; {
		case !ch.Modified:
		case ch.Whole:
			ws.spoilAll(ch.Database)
		default:
			ws.spoil(ch)
		}
	}
}

// spoil: that a key is deleted which had expired when it was watched changes
// nothing.
func (ws *watches) spoil(ch *persistence.Change) {
	for w, state := range ws.keys[dbKey{ch.Database, string(ch.Key)}] {
		if state.exists || ch.Class != persistence.EventExpired {
			w.spoiled.Store(true)
		}
	}
}

// spoilAll: a database was emptied or replaced. What did not exist still does
// not; but see Server.touchSwapped.
func (ws *watches) spoilAll(database int) {
	for key, list := range ws.keys {
		if key.database != database {
			continue
		}
		for w, state := range list {
			if state.exists {
				w.spoiled.Store(true)
			}
		}
	}
}

// missing lists watched keys of a database that did not exist when they were
// watched.
func (ws *watches) missing(database int) (names [][]byte) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for key, list := range ws.keys {
		if key.database != database {
			continue
		}
		for _, state := range list {
			if !state.exists {
				names = append(names, []byte(key.name))
				break
			}
		}
	}
	return names
}

// expired tells whether a key has expired since it was watched, deleted or not.
func (w *watch) expired(nowMs int64) bool {
	for _, state := range w.keys {
		if state.expireAtMs != 0 && state.expireAtMs <= nowMs {
			return true
		}
	}
	return false
}
