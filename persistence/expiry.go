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
	*after.flags() |= flagHinted
	p := sh.store.spotOf(after)
	sh.pushHint(expiryHint{atMs: at, order: p.order, tag: p.tag, db: int32(after.db())})
}

func (sh *shard) pushHint(h expiryHint) { heap.Push(&sh.hints, h) }
