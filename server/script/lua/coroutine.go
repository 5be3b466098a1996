package lua

// yielded is what a Native returns instead of its number of results, when the
// thread is to be left as it is.
const yielded = -1

// NewThread makes a coroutine that will run a function.
func (r *Runtime) newCoroutine(fn *Function) *Thread {
	t := r.newThread()
	t.Push(fn.Value())
	return t
}

// resume continues a suspended coroutine with what was pushed on it, n values,
// until it yields or ends. Then its results are its last values, as many as returned. If
// it failed, ok is false, and the error is its last value.
func (t *Thread) resume(co *Thread, n int) (results int, ok bool) {
	t.status, co.status = normal, running
	co.resumer, t.rt.current = t, co
	depth := t.rt.depth
	t.rt.depth++
	defer func() {
		t.status, t.rt.current, t.rt.depth, co.resumer = running, t, depth, nil
		if e := co.caught(recover()); e != nil {
			co.status = dead
			co.Push(e.value)
			results, ok = 1, false
		}
	}()
	return co.carryOn(n), true
}

// carryOn runs a coroutine from its start, or from its yield, whose results
// are the n values on top.
func (t *Thread) carryOn(n int) int {
	t.natives = 0
	if t.frames == 0 {
		if f := t.begin(t.top-n-1, -1); f != nil {
			f.fresh = true
			t.execute()
		}
	} else {
		t.finish(t.top-n, n)
		if t.frames > 0 {
			t.execute()
		}
	}
	if t.status == suspended {
		return t.top - t.frame.base
	}
	t.status = dead
	return t.top
}

// caught looks at what recover returned: an error of a script, or nothing.
// Anything else goes on.
func (t *Thread) caught(r any) *thrown {
	if r == nil {
		return nil
	}
	e, ok := r.(*thrown)
	if !ok || e.fatal != nil {
		panic(r)
	}
	return e
}

// yield leaves the coroutine. The arguments of the running Native are what
// resume returns.
func (t *Thread) yield() int {
	if t.natives > 0 || t == t.rt.Main {
		t.runError("attempt to yield across metamethod/C-call boundary")
	}
	t.status = suspended
	return yielded
}

// pcall calls the function at an index with all that lies behind it. If that
// fails, ok is false and the error is what lies at the index.
func (t *Thread) pcall(index int, handler Value) (ok bool) {
	f, frames, natives, depth, old := t.frame, t.frames, t.natives, t.rt.depth, t.handler
	t.handler = handler
	defer func() {
		t.handler = old
		e := t.caught(recover())
		if e == nil {
			return
		}
		t.frame, t.frames, t.natives, t.rt.depth, t.rt.current = f, frames, natives, depth, t
		t.closeUpvalues(index)
		t.stack[index] = e.value
		t.top = index + 1
		ok = false
	}()
	t.call(index, -1)
	return true
}
