package persistence

import "container/heap"

// expiryHint says where a key may be found whose time comes. It is only a
// hint: the record decides.
type expiryHint struct {
	atMs  int64
	order uint64
	tag   uint32
	db    int32
}

// expiryHeap orders a shard's hints by time. It holds the hints of keys
// changed since the last checkpoint; the store has those of all others.
type expiryHeap []expiryHint

func (h expiryHeap) Len() int           { return len(h) }
func (h expiryHeap) Less(i, j int) bool { return h[i].atMs < h[j].atMs }
func (h expiryHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push and Pop serve container/heap.
func (h *expiryHeap) Push(x any) { *h = append(*h, x.(expiryHint)) }

// Pop removes the last.
func (h *expiryHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// hint adds a hint for a changed key, unless one that comes in time is there
// already: a hint that comes early finds the later time and is renewed then,
// so a key whose time moves on and on has one hint.
func (sh *shard) hint(before, after block) {
	at := after.expireAt()
	if at == 0 || !after.live() {
		return
	}
	if after.has(flagHinted) && before.p != nil && before.expireAt() != 0 && before.expireAt() <= at {
		return
	}
	if len(sh.hints) >= max(minHints, sh.hintLimit) {
		sh.pruneHints()
	}
	*after.flags() |= flagHinted
	sh.pushHint(sh.hintOf(after))
}

func (sh *shard) hintOf(b block) expiryHint {
	p := sh.store.spotOf(b)
	return expiryHint{atMs: b.expireAt(), order: p.order, tag: p.tag, db: int32(b.db())}
}

func (sh *shard) pushHint(h expiryHint) { heap.Push(&sh.hints, h) }

// pruneHints makes the heap anew: a key whose expire time was taken away and
// given back again and again has had a hint each time.
func (sh *shard) pruneHints() {
	sh.hints = sh.hints[:0]
	for _, d := range sh.store.physicals {
		if d == nil || d.dropped {
			continue
		}
		for _, state := range []word{sh.current, sh.sealed()} {
			sh.eachIn(&d.keys[sh.no], state, func(_ segment, w *word) {
				if b := sh.at(w.ref()); b.live() && b.expireAt() != 0 {
					sh.hints = append(sh.hints, sh.hintOf(b))
				}
			})
		}
	}
	heap.Init(&sh.hints)
	sh.hintLimit = 2 * len(sh.hints)
}

// minHints are never too many.
const minHints = 1024
