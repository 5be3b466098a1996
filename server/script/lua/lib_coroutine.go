package lua

var coroutineLib map[string]Native

func init() {
	coroutineLib = map[string]Native{
		"create": coCreate, "resume": coResume, "running": coRunning, "status": coStatus, "wrap": coWrap,
		"yield": (*Thread).yield,
	}
}

func (t *Thread) checkCompiled(i int) *Function {
	fn := t.Arg(i).AsFunction()
	if fn == nil || fn.native != nil {
		t.ArgError(i, "Lua function expected")
	}
	return fn
}

func (t *Thread) checkThread(i int) *Thread {
	co := t.Arg(i).asThread()
	if co == nil {
		t.ArgError(i, "coroutine expected")
	}
	return co
}

func coCreate(t *Thread) int {
	return t.Return(t.rt.newCoroutine(t.checkCompiled(1)).value())
}

// moveTo gives the last n values to another thread.
func (t *Thread) moveTo(to *Thread, n int) {
	to.need(to.top + n)
	copy(to.stack[to.top:], t.stack[t.top-n:t.top])
	to.top += n
	t.top -= n
}

// resumeWith resumes with the last n values, and pushes the results, or the
// error.
func (t *Thread) resumeWith(co *Thread, n int) (results int, ok bool) {
	switch {
	case n > maxPush:
		t.Errorf("too many arguments to resume")
	case co.status != suspended:
		t.Push(t.rt.String("cannot resume " + co.status.String() + " coroutine"))
		return 1, false
	case t.rt.depth >= maxNative:
		t.Push(t.rt.String("C stack overflow"))
		return 1, false
	}
	t.moveTo(co, n)
	results, ok = t.resume(co, n)
	if !t.checkRoom(results) {
		co.top -= results
		t.Errorf("too many results to resume")
	}
	co.moveTo(t, results)
	return results, ok
}

func coResume(t *Thread) int {
	co := t.checkThread(1)
	n, ok := t.resumeWith(co, t.NArgs()-1)
	t.Push(Nil)
	copy(t.stack[t.top-n:t.top], t.stack[t.top-n-1:])
	t.stack[t.top-n-1] = Bool(ok)
	return n + 1
}

func coWrap(t *Thread) int {
	co := t.rt.newCoroutine(t.checkCompiled(1))
	fn := t.rt.NewFunction(func(t *Thread) int {
		n, ok := t.resumeWith(co, t.NArgs())
		if ok {
			return n
		}
		err := t.Pop()
		if text, ok := toText(err); ok {
			err = t.rt.String(t.where(1) + text)
		}
		t.Throw(err)
		return 0
	})
	fn.upvals = []*upvalue{closedOver(co.value())}
	return t.Return(fn.Value())
}

// closedOver keeps a value that a Native refers to in the sight of
// measurements of memory.
func closedOver(v Value) *upvalue {
	u := &upvalue{own: v}
	u.v = &u.own
	return u
}

func coRunning(t *Thread) int {
	if t == t.rt.Main {
		return t.Return(Nil)
	}
	return t.Return(t.value())
}

func coStatus(t *Thread) int {
	return t.Return(t.rt.String(t.checkThread(1).status.String()))
}
