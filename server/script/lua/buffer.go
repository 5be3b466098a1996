package lua

import "unsafe"

// buffer puts a string together, in the runtime's scratch memory if that is
// enough. What it holds is never more than the script may hold.
type buffer struct {
	t   *Thread
	buf []byte
}

// scratchBytes of memory are kept for the next buffer.
const scratchBytes = 64 << 10

func (b *buffer) begin(t *Thread) {
	b.t, b.buf = t, t.rt.scratch[:0]
	t.rt.scratch = nil // a callback may begin another
}

// room makes space for n more bytes.
func (b *buffer) room(n int) {
	need := len(b.buf) + n
	if need <= cap(b.buf) {
		return
	}
	size := max(need, 2*cap(b.buf), 256)
	b.t.rt.reserve(size)
	grown := make([]byte, len(b.buf), size)
	copy(grown, b.buf)
	b.buf = grown
}

func (b *buffer) text(s string) {
	b.t.rt.spend(1)
	b.room(len(s))
	b.buf = append(b.buf, s...)
}

func (b *buffer) byte(c byte) {
	b.room(1)
	b.buf = append(b.buf, c)
}

// numberRoom is more than a number takes.
const numberRoom = 32

// value adds a string or a number.
func (b *buffer) value(v Value) {
	if v.isNumber() {
		b.room(numberRoom)
		b.buf = appendNumber(b.buf, v.float())
		return
	}
	b.text(v.str().s)
}

// push makes the string the only result.
func (b *buffer) push() int {
	b.t.Push(b.t.rt.Bytes(b.buf))
	if cap(b.buf) <= scratchBytes {
		b.t.rt.scratch = b.buf[:0]
	}
	return 1
}

// adopt makes a string of bytes that nobody else will change.
func (r *Runtime) adopt(b []byte) Value {
	r.charge(stringBytes + len(b))
	return (&String{object: object{kind: KindString}, s: unsafe.String(unsafe.SliceData(b), len(b))}).Value()
}
