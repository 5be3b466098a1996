package persistence

import (
	"slices"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// A segment lies in no order of places, so a walk in small steps would put the
// same hundreds of names in order again with each step. It reads ahead instead,
// and the store keeps what the last few walks have read. What is kept serves
// until the shard changes; nobody may count on it.

// window is all that a shard has of a database between two places, at a version
// of the shard. It never changes.
type window struct {
	db          *db
	shard       uint8
	version     uint64
	first, next encoding.Place // next is the first place after it
	entries     []Entry
}

const (
	windowsKept  = 8
	windowAhead  = 16   // times as many entries are read as a step asks for,
	windowLength = 1024 // but no more ahead than this
	windowBytes  = 1 << 20
)

// window returns one that begins at or before a place, and reaches beyond it.
func (sh *shard) window(k scope, from encoding.Place, count int) (*window, error) {
	ahead := max(count, min(count*windowAhead, windowLength))
	w, ram, it, err := sh.openWindow(k, from, ahead)
	if err != nil || ram == nil && it == nil {
		return w, err
	}
	if err := w.fill(ram, it, ahead); err != nil {
		return nil, err
	}
	if len(w.entries) > count && !k.locked {
		sh.store.windows.keep(w)
	}
	return w, nil
}

// openWindow finds a window that is kept, or begins one and returns what is to
// fill it.
func (sh *shard) openWindow(k scope, from encoding.Place, ahead int) (*window, []ramEntry, *pebble.Iterator, error) {
	s := sh.store
	k.lock(sh)
	defer k.unlock(sh)
	w := &window{db: s.logical(k.database), shard: sh.no, version: sh.version, first: from}
	if kept := s.windows.find(w); kept != nil && !k.locked {
		return kept, nil, nil, nil
	}
	if k.noWait && !w.db.keys[sh.no].complete() {
		return nil, nil, nil, ErrWouldBlock
	}
	ram, it, err := sh.readRAM(w, ahead)
	return w, ram, it, err
}

// part returns about count entries of the window from a place on, and the place
// to go on from. A place's entries come together.
func (w *window) part(from encoding.Place, count int) ([]Entry, encoding.Place) {
	i, _ := slices.BinarySearchFunc(w.entries, from, func(e Entry, p encoding.Place) int {
		return comparePlaces(&e, &Entry{Place: p})
	})
	list := w.entries[i:]
	if len(list) <= count {
		return list, w.next
	}
	n := count
	for n < len(list) && list[n].Place == list[n-1].Place {
		n++
	}
	if n == len(list) {
		return list, w.next
	}
	return list[:n:n], list[n-1].Place + 1
}

// windows are those read last.
type windows struct {
	mu   sync.Mutex
	list [windowsKept]*window
	hand int
}

// find returns a window of the same version that covers the first place of
// another.
func (ws *windows) find(want *window) *window {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, w := range ws.list {
		if w != nil && w.db == want.db && w.shard == want.shard && w.version == want.version &&
			w.first <= want.first && want.first < w.next {
			return w
		}
	}
	return nil
}

// keep puts a window in the place of one of the same walk, or of the oldest.
func (ws *windows) keep(w *window) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for i, old := range ws.list {
		if old != nil && old.db == w.db && old.shard == w.shard && old.first <= w.first && w.first <= old.next {
			ws.list[i] = w
			return
		}
	}
	ws.list[ws.hand] = w
	ws.hand = (ws.hand + 1) % windowsKept
}
