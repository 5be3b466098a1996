package lua

import "unsafe"

// Native is a function written in Go. It reads its arguments with the thread's
// Arg and check methods, pushes its results, and returns how many these are.
type Native func(*Thread) int

// Function is a closure of compiled code, or a Native.
type Function struct {
	object
	proto  *Proto
	native Native
	upvals []*upvalue
}

const functionBytes = 72

// NewFunction makes a function of a Native.
func (r *Runtime) NewFunction(f Native) *Function {
	r.charge(functionBytes)
	return &Function{object: object{kind: KindFunction}, native: f}
}

// Load makes a function of compiled code, whose globals are the runtime's.
func (r *Runtime) Load(p *Proto) *Function {
	r.charge(functionBytes)
	return &Function{object: object{kind: KindFunction}, proto: p}
}

// upvalue is a variable that closures share. While the block that declared it
// runs, it lives in the thread's stack; then in the upvalue itself.
type upvalue struct {
	v     *Value // in the stack, or &own
	own   Value
	index int // in the stack; meaningless once closed
	next  *upvalue
	mark  uint32
}

const upvalueBytes = 56

// capture returns the upvalue of a stack slot, the same for every closure.
func (t *Thread) capture(index int) *upvalue {
	at := &t.open
	for *at != nil && (*at).index > index {
		at = &(*at).next
	}
	if *at != nil && (*at).index == index {
		return *at
	}
	t.rt.charge(upvalueBytes)
	u := &upvalue{v: &t.stack[index], index: index, next: *at}
	*at = u
	return u
}

// closeUpvalues ends the variables from a stack slot on.
func (t *Thread) closeUpvalues(from int) {
	for t.open != nil && t.open.index >= from {
		u := t.open
		t.open = u.next
		u.own = *u.v
		u.v, u.next = &u.own, nil
	}
}

// Proto is compiled code. It is never written after it is made, so runtimes
// share it.
type Proto struct {
	source    string // "@name" or "=name", or the text itself
	line      int    // where the function begins; 0: a chunk
	lastLine  int
	params    int
	vararg    bool
	argTable  bool // the function has the old style local "arg"
	registers int
	code      []instr
	lines     []int32
	constants []Value
	protos    []*Proto
	captures  []captureRule
	notes     []note
}

// captureRule tells where a closure finds an upvalue when it is made: in a
// register of the function around it, or among the upvalues of that.
type captureRule struct {
	fromRegister bool
	index        uint8
}

// note names what a register holds when an instruction runs, for the message
// if that goes wrong.
type note struct {
	pc   int32
	reg  uint8
	kind noteKind
	name string
}

type noteKind uint8

const (
	noteLocal noteKind = iota
	noteGlobal
	noteUpvalue
	noteField
	noteMethod
)

var noteKinds = [...]string{"local", "global", "upvalue", "field", "method"}

// sizeBytes is about what the code holds in memory.
func (p *Proto) sizeBytes() int {
	n := int(unsafe.Sizeof(*p)) + 12*len(p.code) + valueBytes*len(p.constants) + 32*len(p.notes)
	for _, k := range p.constants {
		if k.isString() {
			n += stringBytes + len(k.str().s)
		}
	}
	for _, inner := range p.protos {
		n += inner.sizeBytes()
	}
	return n
}

// SizeBytes is about what the code holds in memory.
func (p *Proto) SizeBytes() int { return p.sizeBytes() }

// Native returns what a function written in Go does, or nil.
func (f *Function) Native() Native { return f.native }
