package lua

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
