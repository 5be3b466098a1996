package lua

// Run calls a function from the outside. handler, which may be nil, is asked
// about each error before the stack unwinds, and its answer is the error. ok
// tells whether v is the function's first result or an error. err is not nil if
// the run was ended by Abort or by Interrupt. The runtime is ready for the next
// run afterwards; nothing of this one is left in it but what globals refer to.
func (r *Runtime) Run(fn *Function, handler Value, args ...Value) (v Value, ok bool, err error) {
	t := r.Main
	defer func() {
		p := recover()
		t.reset()
		switch e := p.(type) {
		case nil:
		case *thrown:
			v, ok, err = e.value, false, e.fatal
		default:
			panic(p)
		}
	}()
	t.handler = handler
	t.Push(fn.Value())
	for _, a := range args {
		t.Push(a)
	}
	t.call(0, 1)
	return t.stack[0], true, nil
}

// keepStack is how many values of stack a runtime keeps between runs.
const keepStack = 16 << 10

func (t *Thread) reset() {
	t.closeUpvalues(0)
	if len(t.stack) > keepStack {
		t.stack = make([]Value, firstStack)
	} else {
		clear(t.stack[:min(t.high, len(t.stack))])
	}
	t.high = 0
	for t.frame.prev != nil {
		t.popFrame()
	}
	t.top, t.natives, t.handler = 0, 0, Nil
	t.rt.depth, t.rt.current = 0, t
}

// Stopped tells where a run was when it was ended from outside.
func (r *Runtime) Stopped() (source string, line int) { return r.stopSource, r.stopLine }

// stop ends the run.
func (r *Runtime) stop(err error) {
	r.stopSource, r.stopLine = "", 0
	for level := 0; ; level++ {
		source, line, ok := r.current.Location(level)
		if !ok {
			break
		}
		if line > 0 {
			r.stopSource, r.stopLine = source, line
			break
		}
	}
	panic(&thrown{fatal: err})
}
