package lua

import "math/bits"

const maxNodes = 1 << 26

// insert adds a key that is not in the table.
func (t *Table) insert(r *Runtime, key, val Value) {
	if len(t.nodes) == 0 {
		t.rehash(r, key)
		t.Set(r, key, val)
		return
	}
	main := t.mainPosition(key)
	at := main
	if t.nodes[main].val.p != nil {
		free := t.takeFree()
		if free < 0 {
			t.rehash(r, key)
			t.Set(r, key, val)
			return
		}
		at = t.displace(main, free)
	}
	n := &t.nodes[at]
	n.key, n.val = key, val
}

// takeFree returns a node that was never used since the last rehash, from the
// end downwards; -1 if none is left.
func (t *Table) takeFree() int {
	for t.lastFree > 0 {
		t.lastFree--
		if t.nodes[t.lastFree].key.p == nil {
			return t.lastFree
		}
	}
	return -1
}

// displace resolves a collision at main and returns the node for the new key.
// Who sits at main without belonging there moves to the free node; otherwise
// the new key goes to the free node, and into main's chain.
func (t *Table) displace(main, free int) int {
	n := &t.nodes[main]
	if other := t.mainPosition(n.key); other != main {
		for other+int(t.nodes[other].next) != main {
			other += int(t.nodes[other].next)
		}
		t.nodes[other].next = int32(free - other)
		t.nodes[free] = *n
		if n.next != 0 {
			t.nodes[free].next += int32(main - free)
		}
		n.next, n.val = 0, Nil
		return main
	}
	if n.next != 0 {
		t.nodes[free].next = int32(main + int(n.next) - free)
	}
	n.next = int32(free - main)
	return free
}

// rehash resizes both parts for what is there and one more key: the array gets
// the largest power of two of which more than half is in use.
func (t *Table) rehash(r *Runtime, extra Value) {
	var counts [maxBits + 1]int // counts[b]: indexes in (2^(b-1), 2^b]
	inArray := t.countArray(&counts)
	total := inArray
	for i := range t.nodes {
		if n := &t.nodes[i]; n.val.p != nil {
			total++
			inArray += countIndex(n.key, &counts)
		}
	}
	inArray += countIndex(extra, &counts)
	total++
	size, used := arraySize(&counts, inArray)
	t.resize(r, size, total-used)
}

// maxBits bounds the array part: 2^26 values are a gigabyte.
const maxBits = 26

// countIndex counts a key that could lie in an array.
func countIndex(key Value, counts *[maxBits + 1]int) int {
	if !key.isNumber() {
		return 0
	}
	f := key.float()
	i := int(f)
	if float64(i) != f || i < 1 || i > 1<<maxBits {
		return 0
	}
	counts[bits.Len(uint(i-1))]++
	return 1
}

func (t *Table) countArray(counts *[maxBits + 1]int) int {
	total := 0
	for i := range t.array {
		if t.array[i].p != nil {
			counts[bits.Len(uint(i))]++
			total++
		}
	}
	return total
}

// arraySize chooses the size of the array, and says how many keys go there.
func arraySize(counts *[maxBits + 1]int, candidates int) (size, used int) {
	sum := 0
	for b, n := 0, 1; b <= maxBits && n/2 < candidates; b, n = b+1, n*2 {
		if counts[b] > 0 {
			sum += counts[b]
			if sum > n/2 {
				size, used = n, sum
			}
		}
	}
	return size, used
}

func (t *Table) resize(r *Runtime, narray, nhash int) {
	old, oldNodes := t.array, t.nodes
	if narray > len(old) {
		t.growArray(r, narray)
	}
	t.setNodes(r, nhash)
	if narray < len(old) {
		t.array = old[:narray:narray]
		for i := narray; i < len(old); i++ {
			if old[i].p != nil {
				t.SetInt(r, i+1, old[i])
			}
		}
	}
	for i := len(oldNodes) - 1; i >= 0; i-- {
		if n := &oldNodes[i]; n.val.p != nil {
			t.Set(r, n.key, n.val)
		}
	}
}

func (t *Table) growArray(r *Runtime, size int) {
	if size <= cap(t.array) {
		from := len(t.array)
		t.array = t.array[:size]
		clear(t.array[from:])
		return
	}
	r.charge((size - len(t.array)) * valueBytes)
	grown := make([]Value, size)
	copy(grown, t.array)
	t.array = grown
}

// setNodes gives the table an empty hash with room for n keys.
func (t *Table) setNodes(r *Runtime, n int) {
	t.nodes, t.lastFree = nil, 0
	if n == 0 {
		return
	}
	size := 1 << bits.Len(uint(n-1))
	if size > maxNodes {
		r.throw("table overflow")
	}
	r.charge(size * nodeBytes)
	t.nodes, t.lastFree = make([]node, size), size
}

// grow makes room in the array for a constructor's values.
func (t *Table) grow(r *Runtime, n int) {
	if n > len(t.array) {
		t.resize(r, n, len(t.nodes))
	}
}

// Room makes the array as large as it is when n values were added in order.
func (t *Table) Room(r *Runtime, n int) {
	if n > 0 {
		t.growArray(r, 1<<bits.Len(uint(n-1)))
	}
}
