package lua

// Call calls the function that was pushed before n arguments, and leaves want
// results in their place, -1 for all.
func (t *Thread) Call(n, want int) {
	t.call(t.top-n-1, want)
}

// call runs the function at a stack index, with all that lies behind it as
// arguments, until it returns.
func (t *Thread) call(index, want int) {
	t.rt.spend(1)
	t.natives++
	t.rt.depth++
	if t.rt.depth >= maxNative {
		t.tooDeep()
	}
	if f := t.begin(index, want); f != nil {
		f.fresh = true
		t.execute()
	}
	if want >= 0 {
		t.top = index + want
	}
	t.rt.depth--
	t.natives--
}

// tooDeep leaves some levels to the error's handler.
func (t *Thread) tooDeep() {
	if t.rt.depth == maxNative {
		t.runError("C stack overflow")
	}
	if t.rt.depth >= maxNative+maxNative/8 {
		t.throwBare("error in error handling")
	}
}

// begin starts a call. A Native has run when it returns; compiled code gets a
// frame, which is returned.
func (t *Thread) begin(index, want int) *frame {
	fn := t.stack[index].AsFunction()
	if fn == nil {
		fn = t.callable(index)
	}
	if fn.native != nil {
		t.runNative(fn, index, want)
		return nil
	}
	return t.enter(fn, index, want)
}

// callable puts what __call names before a value that is no function.
func (t *Thread) callable(index int) *Function {
	v := t.stack[index]
	fn := t.metamethod(v, eventCall).AsFunction()
	if fn == nil {
		t.operandError(index, v, "call")
	}
	t.Push(Nil)
	copy(t.stack[index+1:t.top], t.stack[index:])
	t.stack[index] = fn.Value()
	return fn
}

func (t *Thread) runNative(fn *Function, index, want int) {
	t.need(t.top + frameRoom)
	t.pushFrame(fn, index, index+1, want)
	n := fn.native(t)
	if n == yielded {
		return
	}
	t.finish(t.top-n, n)
}

// enter makes the frame of compiled code: parameters that are missing become
// nil; extra arguments of a function with ... stay below its registers.
func (t *Thread) enter(fn *Function, index, want int) *frame {
	p := fn.proto
	base := index + 1
	given := t.top - base
	t.spendCopy(given)
	t.need(t.top + p.params + frameRoom)
	for ; given < p.params; given++ {
		t.stack[base+given] = Nil
	}
	if p.vararg {
		first := base
		base += given
		for i := range p.params {
			t.stack[base+i] = t.stack[first+i]
			t.stack[first+i] = Nil
		}
	}
	f := t.pushFrame(fn, index, base, want)
	f.top = base + p.registers
	t.top = f.top
	t.high = max(t.high, f.top)
	if p.argTable {
		t.oldVarargs(f, p)
	}
	return f
}

// spendCopy counts the work of passing many values.
func (t *Thread) spendCopy(n int) {
	if n > 64 {
		t.rt.spend(n / 16)
	}
}

// oldVarargs makes the table that Lua 5.0 called arg.
func (t *Thread) oldVarargs(f *frame, p *Proto) {
	extra := t.stack[f.index+1+p.params : f.base]
	table := t.rt.NewTable(len(extra), 1)
	copy(table.array, extra)
	table.SetField(t.rt, "n", Int(len(extra)))
	t.stack[f.base+p.params] = table.Value()
}

// finish ends the call of the current frame: n results, which begin at from,
// go to where its function was.
func (t *Thread) finish(from, n int) {
	f := t.frame
	to, want := f.index, f.want
	t.spendCopy(n)
	t.high = max(t.high, t.top)
	t.popFrame()
	if want < 0 {
		copy(t.stack[to:], t.stack[from:from+n])
		t.top = to + n
		return
	}
	for i := range want {
		if i < n {
			t.stack[to+i] = t.stack[from+i]
		} else {
			t.stack[to+i] = Nil
		}
	}
	t.top = to + want
}
