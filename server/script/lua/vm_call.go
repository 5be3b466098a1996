package lua

// tailCall replaces the running frame by the call of the function at an index,
// with n-1 arguments, or all up to the top. A Native runs at once, and its
// results wait for the return that follows.
func (t *Thread) tailCall(f *frame, at, n int) *frame {
	if n > 0 {
		t.top = at + n
	}
	fn := t.stack[at].AsFunction()
	if fn == nil {
		fn = t.callable(at)
	}
	if fn.native != nil {
		t.runNative(fn, at, -1)
		return nil
	}
	t.closeUpvalues(f.base)
	t.spendCopy(t.top - at)
	copy(t.stack[f.index:], t.stack[at:t.top])
	t.top -= at - f.index
	index, want, fresh, tails := f.index, f.want, f.fresh, f.tails
	t.popFrame()
	inner := t.enter(fn, index, want)
	inner.fresh, inner.tails = fresh, tails+1
	return inner
}

// finishCompiled returns from the running frame: n values, -1 for all up to
// the top. It tells whether execute is to return too.
func (t *Thread) finishCompiled(f *frame, from, n int) bool {
	if t.open != nil {
		t.closeUpvalues(f.base)
	}
	if n < 0 {
		n = t.top - from
	}
	t.finish(from, n)
	return f.fresh
}

// forIn calls a generator, and tells whether it went on.
func (t *Thread) forIn(at, want int) bool {
	call := at + 3
	copy(t.stack[call:call+3], t.stack[at:call])
	t.top = call + 3
	t.call(call, want)
	if t.stack[call].p == nil {
		return false
	}
	t.stack[at+2] = t.stack[call]
	return true
}

// prepareFor checks a numeric loop's numbers, and steps back once.
func (t *Thread) prepareFor(at int) {
	for i, what := range []string{"initial value", "limit", "step"} {
		v := &t.stack[at+i]
		n, ok := toNumber(*v)
		if !ok {
			t.runError("'for' %s must be a number", what)
		}
		v.setFloat(n)
	}
	t.stack[at].setFloat(t.stack[at].float() - t.stack[at+2].float())
}

// setList stores n values behind a table's register, or all up to the top.
func (t *Thread) setList(at, n, stored int) {
	if n < 0 {
		n = t.top - at - 1
		t.top = t.frame.top
	}
	table := t.stack[at].table()
	table.grow(t.rt, stored+n)
	for i := 1; i <= n; i++ {
		table.SetInt(t.rt, stored+i, t.stack[at+i])
	}
}

func (t *Thread) closure(f *frame, p *Proto, base int) Value {
	t.rt.charge(functionBytes + 8*len(p.captures))
	fn := &Function{object: object{kind: KindFunction}, proto: p}
	if len(p.captures) > 0 {
		fn.upvals = make([]*upvalue, len(p.captures))
	}
	for i, rule := range p.captures {
		if rule.fromRegister {
			fn.upvals[i] = t.capture(base + int(rule.index))
		} else {
			fn.upvals[i] = f.fn.upvals[rule.index]
		}
	}
	return fn.Value()
}

// varargs copies the extra arguments of a frame: n, or all and the top.
func (t *Thread) varargs(f *frame, to, n int) {
	from := f.index + 1 + f.fn.proto.params
	have := f.base - from
	if n < 0 {
		n = have
		t.need(to + n + frameRoom)
		t.top = to + n
	}
	t.spendCopy(n)
	for i := range n {
		if i < have {
			t.stack[to+i] = t.stack[from+i]
		} else {
			t.stack[to+i] = Nil
		}
	}
}
