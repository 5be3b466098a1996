package lua

// Thread is a coroutine, or the main thread: a stack of values and a list of
// frames. Frames are kept when calls return, so calling allocates nothing.
type Thread struct {
	object
	rt      *Runtime
	stack   []Value
	top     int // behind the last argument, result or pushed value
	high    int // how far the stack was used in this run
	frame   *frame
	frames  int // in the list up to frame
	open    *upvalue
	handler Value // called with an error before the stack unwinds
	natives int   // calls from Go into Lua since this coroutine was resumed
	status  threadStatus
	resumer *Thread
	base    frame
}

type threadStatus uint8

const (
	suspended threadStatus = iota
	running
	normal // it resumed another
	dead
)

func (s threadStatus) String() string {
	return [...]string{"suspended", "running", "normal", "dead"}[s]
}

// frame is a call in progress.
type frame struct {
	fn         *Function // nil: the bottom
	prev, next *frame
	index      int // of the function in the stack
	base       int // of its registers or arguments
	top        int // behind the registers of compiled code
	pc         int // of the next instruction
	want       int // results; -1: all
	tails      int // calls that were replaced by this one
	fresh      bool
}

const (
	threadBytes = 256 + firstStack*valueBytes
	firstStack  = frameRoom
	// frameRoom is kept above the base of every frame, so that a register
	// needs no bounds check, and a Native can push a few values.
	frameRoom = 256
	// maxFrames is the depth at which Lua 5.1 gives up.
	maxFrames = 16380
	// maxStack is the number of values in all frames: enough for frames of
	// the largest kind.
	maxStack = maxFrames * frameRoom
	// maxNative bounds the calls from Go into Lua, as Lua bounds those from C.
	maxNative = 200
	// maxPush bounds what a Native may push.
	maxPush = 8000
)

func (r *Runtime) newThread() *Thread {
	r.charge(threadBytes)
	t := &Thread{object: object{kind: KindThread}, rt: r, stack: make([]Value, firstStack)}
	t.frame = &t.base
	return t
}

// Runtime that the thread belongs to.
func (t *Thread) Runtime() *Runtime { return t.rt }

// extent is how far the stack is in use.
func (t *Thread) extent() int {
	n := t.top
	for f := t.frame; f != nil; f = f.prev {
		n = max(n, f.top, f.base)
	}
	return min(n, len(t.stack))
}

// need makes the stack n values long.
func (t *Thread) need(n int) {
	if n <= len(t.stack) {
		return
	}
	if n > maxStack {
		t.runError("stack overflow")
	}
	size := max(n, 2*len(t.stack))
	t.rt.charge((size - len(t.stack)) * valueBytes)
	grown := make([]Value, size)
	copy(grown, t.stack)
	t.stack = grown
	t.high = size
	for u := t.open; u != nil; u = u.next {
		u.v = &grown[u.index]
	}
}

func (t *Thread) pushFrame(fn *Function, index, base, want int) *frame {
	if t.frames >= maxFrames {
		t.overflow()
	}
	f := t.frame.next
	if f == nil {
		f = &frame{prev: t.frame}
		t.frame.next = f
	}
	t.high = max(t.high, base)
	f.fn, f.index, f.base, f.top, f.pc, f.want, f.tails, f.fresh = fn, index, base, base, 0, want, 0, false
	t.frame = f
	t.frames++
	return f
}

// overflow leaves some frames to the error's handler.
func (t *Thread) overflow() {
	if t.frames >= maxFrames+100 {
		t.throwBare("error in error handling")
	}
	if t.frames == maxFrames {
		t.frames++
		defer func() { t.frames-- }()
		t.runError("stack overflow")
	}
}

func (t *Thread) popFrame() {
	t.frame.fn = nil
	t.frame = t.frame.prev
	t.frames--
}
