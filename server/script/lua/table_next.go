package lua

import "unsafe"

// Next returns the pair that follows a key, in the order of pairs; nil begins.
// ok is false if the key is not in the table. At the end the key is nil.
func (t *Table) Next(key Value) (k, v Value, ok bool) {
	i, ok := t.place(key)
	if !ok {
		return Nil, Nil, false
	}
	for ; i < len(t.array); i++ {
		if t.array[i].p != nil {
			return Number(float64(i + 1)), t.array[i], true
		}
	}
	for i -= len(t.array); i < len(t.nodes); i++ {
		if n := &t.nodes[i]; n.val.p != nil {
			return n.key, n.val, true
		}
	}
	return Nil, Nil, true
}

// place is the position behind a key.
func (t *Table) place(key Value) (int, bool) {
	if key.p == nil {
		return 0, true
	}
	if key.isNumber() {
		f := key.float()
		if i := int(f); float64(i) == f && uint(i-1) < uint(len(t.array)) {
			return i, true
		}
	}
	n := t.nodeOf(key)
	return len(t.array) + n + 1, n >= 0
}

// addressOf stands for an object among keys.
func addressOf(p *object) uint32 { return uint32(uintptr(unsafe.Pointer(p)) >> 4) }
