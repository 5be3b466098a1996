package lua

import "unsafe"

// String is an immutable text of any bytes. Strings are compared by content:
// making them unique would cost a lookup for each value that a command returns.
type String struct {
	object
	hashed bool
	hash   uint32
	s      string
}

// constant makes a string that several runtimes may use at once.
func constant(s string) *String {
	c := &String{object: object{kind: KindString, shared: true}, s: s}
	c.sum()
	return c
}

// stringBytes is what a string costs besides its text.
const stringBytes = 40

// String makes a string value and counts its memory.
func (r *Runtime) String(s string) Value {
	r.charge(stringBytes + len(s))
	return (&String{object: object{kind: KindString}, s: s}).Value()
}

// Bytes makes a string value of a copy of b.
func (r *Runtime) Bytes(b []byte) Value {
	r.charge(stringBytes + len(b))
	return (&String{object: object{kind: KindString}, s: string(b)}).Value()
}

// sum is Lua 5.1's hash of a string, which looks at no more than 32 or so of
// its bytes. It decides the order in which pairs walks a table, and so must be
// the same.
func (s *String) sum() uint32 {
	if s.hashed {
		return s.hash
	}
	n := len(s.s)
	h, step := uint32(n), n>>5+1
	for i := n; i >= step; i -= step {
		h ^= h<<5 + h>>2 + uint32(s.s[i-1])
	}
	s.hash, s.hashed = h, true
	return h
}

func (s *String) equal(o *String) bool { return s == o || s.s == o.s }

// Texts are strings that are used again, run after run, and hold the bytes of
// somebody else: for arguments of scripts, of which no script can keep one
// beyond its run. The bytes must not change before the next Reset.
type Texts struct {
	all  []*String
	used int
}

// Value returns a string that holds b.
func (t *Texts) Value(r *Runtime, b []byte) Value {
	if t.used == len(t.all) {
		t.all = append(t.all, &String{object: object{kind: KindString}})
	}
	s := t.all[t.used]
	t.used++
	r.charge(stringBytes + len(b))
	s.s, s.hashed = unsafe.String(unsafe.SliceData(b), len(b)), false
	return s.Value()
}

// keepTexts bounds how many strings are kept.
const keepTexts = 1024

// Reset ends the life of all strings.
func (t *Texts) Reset() {
	for _, s := range t.all[:t.used] {
		s.s = ""
	}
	t.used = 0
	if len(t.all) > keepTexts {
		t.all = nil
	}
}
