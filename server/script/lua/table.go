package lua

import "math"

// Table is Lua's one data structure. Values at 1..n lie in an array, as long
// as more than half of it is used; everything else in a hash of nodes, chained
// inside the node vector itself (Brent's variation of a scatter table). Sizes,
// hashes and the choice of free nodes follow Lua 5.1 exactly: pairs, and so
// cjson and cmsgpack, must give the order that scripts see in Redis.
type Table struct {
	object
	readonly bool
	absent   uint8 // events that are known not to be in this metatable
	meta     *Table
	array    []Value
	nodes    []node
	lastFree int // all nodes from here on are in use
}

// node holds one pair. A deleted pair keeps its key until the next rehash, so
// that a traversal may delete as it goes.
type node struct {
	key, val Value
	next     int32 // distance to the next node of the chain; 0 ends it
}

const (
	tableBytes = 104
	nodeBytes  = 40
	valueBytes = 16
)

// NewTable makes a table with room for values at 1..narray and nhash others.
func (r *Runtime) NewTable(narray, nhash int) *Table {
	r.charge(tableBytes + narray*valueBytes)
	t := &Table{object: object{kind: KindTable}}
	if narray > 0 {
		t.array = make([]Value, narray)
	}
	if nhash > 0 {
		t.setNodes(r, nhash)
	}
	return t
}

// Protect makes every further change of the table an error.
func (t *Table) Protect(on bool) { t.readonly = on }

// SetMeta gives the table a metatable, or takes it away.
func (t *Table) SetMeta(m *Table) { t.meta = m }

// Meta returns the metatable, or nil.
func (t *Table) Meta() *Table { return t.meta }

// Clear empties the table and keeps its array's memory.
func (t *Table) Clear() {
	clear(t.array)
	t.array, t.nodes, t.lastFree, t.meta = t.array[:0], nil, 0, nil
}

// Get returns the value of a key, or nil, without metamethods.
func (t *Table) Get(key Value) Value {
	switch {
	case key.isNumber():
		f := key.float()
		if i := int(f); float64(i) == f {
			return t.GetInt(i)
		}
		return t.find(key)
	case key.isString():
		return t.getString(key.str())
	case key.p == nil:
		return Nil
	}
	return t.find(key)
}

// GetInt returns the value at an index.
func (t *Table) GetInt(i int) Value {
	if uint(i-1) < uint(len(t.array)) {
		return t.array[i-1]
	}
	if len(t.nodes) == 0 {
		return Nil
	}
	return t.find(Number(float64(i)))
}

// GetField returns the value of a key that is a string.
func (t *Table) GetField(name string) Value {
	s := String{s: name}
	return t.getString(&s)
}

func (t *Table) getString(s *String) Value {
	if len(t.nodes) == 0 {
		return Nil
	}
	i := int(s.sum()) & (len(t.nodes) - 1)
	for {
		n := &t.nodes[i]
		if n.key.p == &s.object {
			return n.val
		}
		if n.key.isString() {
			if k := n.key.str(); k.hash == s.hash && k.s == s.s {
				return n.val
			}
		}
		if n.next == 0 {
			return Nil
		}
		i += int(n.next)
	}
}

// find looks for a key that is not a string among the nodes.
func (t *Table) find(key Value) Value {
	if i := t.nodeOf(key); i >= 0 {
		return t.nodes[i].val
	}
	return Nil
}

// nodeOf returns the place of a key among the nodes, or -1.
func (t *Table) nodeOf(key Value) int {
	if len(t.nodes) == 0 {
		return -1
	}
	i := t.mainPosition(key)
	for {
		n := &t.nodes[i]
		if rawEqual(n.key, key) {
			return i
		}
		if n.next == 0 {
			return -1
		}
		i += int(n.next)
	}
}

// mainPosition is where a key belongs if no other is there.
func (t *Table) mainPosition(key Value) int {
	size := uint32(len(t.nodes))
	switch key.p.kind {
	case KindString:
		return int(key.str().sum() & (size - 1))
	case KindBool:
		return int(uint32(key.n) & (size - 1))
	case KindNumber:
		if key.float() == 0 {
			return 0 // 0 and -0 are one key
		}
		return int((uint32(key.n) + uint32(key.n>>32)) % ((size - 1) | 1))
	case KindPointer:
		return int(uint32(key.n) % ((size - 1) | 1))
	}
	return int(addressOf(key.p) % ((size - 1) | 1))
}

// Set stores a value, without metamethods. The key is neither nil nor NaN. A
// new key gets a node even if the value is nil: so it does in Lua 5.1, and what
// is there decides when the table is resized.
func (t *Table) Set(r *Runtime, key, val Value) {
	if key.isNumber() {
		f := key.float()
		if i := int(f); float64(i) == f {
			t.SetInt(r, i, val)
			return
		}
	}
	t.absent = 0
	if i := t.nodeOf(key); i >= 0 {
		t.nodes[i].val = val
		return
	}
	t.insert(r, key, val)
}

// SetInt stores a value at an index.
func (t *Table) SetInt(r *Runtime, i int, val Value) {
	if uint(i-1) < uint(len(t.array)) {
		t.array[i-1] = val
		return
	}
	key := Number(float64(i))
	if n := t.nodeOf(key); n >= 0 {
		t.nodes[n].val = val
		return
	}
	t.insert(r, key, val)
}

// SetField stores a value under a name.
func (t *Table) SetField(r *Runtime, name string, val Value) {
	t.Set(r, constant(name).Value(), val)
}

// Len is a border: a value is there, and the next index has none. With holes
// there may be several; which one is found is what Lua 5.1 finds.
func (t *Table) Len() int {
	j := len(t.array)
	if j > 0 && t.array[j-1].p == nil {
		i := 0
		for j-i > 1 {
			m := (i + j) / 2
			if t.array[m-1].p == nil {
				j = m
			} else {
				i = m
			}
		}
		return i
	}
	if len(t.nodes) == 0 {
		return j
	}
	return t.searchBorder(j)
}

// searchBorder doubles the index until there is nothing, then halves.
func (t *Table) searchBorder(i int) int {
	j := i + 1
	for t.GetInt(j).p != nil {
		i = j
		if j > math.MaxInt32/2 {
			return t.countBorder()
		}
		j *= 2
	}
	for j-i > 1 {
		m := (i + j) / 2
		if t.GetInt(m).p == nil {
			j = m
		} else {
			i = m
		}
	}
	return i
}

func (t *Table) countBorder() int {
	i := 1
	for t.GetInt(i).p != nil {
		i++
	}
	return i - 1
}

// NFields is the number of places for keys that are not in the list part.
func (t *Table) NFields() int { return len(t.nodes) }

// Protected tells whether the table refuses changes.
func (t *Table) Protected() bool { return t.readonly }
