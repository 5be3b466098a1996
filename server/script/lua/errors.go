package lua

import "fmt"

// thrown travels up the Go stack as a panic: an error value of a script, or
// what ends the run and no pcall may catch.
type thrown struct {
	value Value
	fatal error
}

// Throw raises an error value.
func (t *Thread) Throw(v Value) {
	if t.handler.p != nil {
		if t.handler.AsFunction() == nil {
			t.throwBare("error in error handling")
		}
		v = t.callValue(t.handler, v)
	}
	panic(&thrown{value: v})
}

// throwBare raises a text without asking the handler.
func (t *Thread) throwBare(msg string) {
	panic(&thrown{value: constant(msg).Value()})
}

func (r *Runtime) throwBare(msg string) { r.current.throwBare(msg) }

func (r *Runtime) throw(msg string) { r.current.runError("%s", msg) }

// Abort ends the whole run; no pcall of the script sees it.
func (t *Thread) Abort(err error) { t.rt.stop(err) }

// Errorf raises a text with the place from where the running Native was called.
func (t *Thread) Errorf(format string, args ...any) {
	t.throwText(t.where(1) + fmt.Sprintf(format, args...))
}

// runError raises a text with the place of the running code; a Native has none.
func (t *Thread) runError(format string, args ...any) {
	t.throwText(t.where(0) + fmt.Sprintf(format, args...))
}

func (t *Thread) throwText(s string) { t.Throw(t.rt.String(s)) }

// ArgError says what is wrong with an argument of the running Native.
func (t *Thread) ArgError(i int, msg string) {
	name, kind, ok := t.calledAs(t.frame)
	if ok && kind == noteMethod {
		i--
		if i == 0 {
			t.Errorf("calling '%s' on bad self (%s)", name, msg)
		}
	}
	if !ok {
		name = "?"
	}
	t.Errorf("bad argument #%d to '%s' (%s)", i, name, msg)
}

// where is "source:line: " of a level: 0 is what runs, 1 what called it.
func (t *Thread) where(level int) string {
	source, line, ok := t.Location(level)
	if !ok || line <= 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", shortSource(source), line)
}

// Location tells where a level of the stack is: its source and line. A Native
// has the source "=[C]" and line -1.
func (t *Thread) Location(level int) (source string, line int, ok bool) {
	f, tail := t.level(level)
	switch {
	case tail:
		return "=(tail call)", -1, true
	case f == nil:
		return "", 0, false
	case f.fn.native != nil:
		return "=[C]", -1, true
	}
	return f.fn.proto.source, f.line(), true
}

// level finds a frame. Calls that tail calls replaced count, but have no frame.
func (t *Thread) level(n int) (f *frame, tail bool) {
	for f = t.frame; n > 0 && f.fn != nil; f = f.prev {
		n -= 1 + f.tails
	}
	switch {
	case n < 0:
		return nil, true
	case f.fn == nil:
		return nil, false
	}
	return f, false
}

func (f *frame) line() int {
	p := f.fn.proto
	return int(p.lines[max(f.pc-1, 0)])
}

// calledAs is the name under which the caller of a frame knows its function.
func (t *Thread) calledAs(f *frame) (name string, kind noteKind, ok bool) {
	caller := f.prev
	if caller == nil || caller.fn == nil || caller.fn.proto == nil || f.tails > 0 {
		return "", 0, false
	}
	pc := caller.pc - 1
	switch i := caller.fn.proto.code[pc]; i.op() {
	case opCall, opTailCall, opForIn:
		return caller.fn.proto.noteAt(pc, int(i.a()))
	}
	return "", 0, false
}

// noteAt finds what is known about a register at an instruction.
func (p *Proto) noteAt(pc, reg int) (name string, kind noteKind, ok bool) {
	lo, hi := 0, len(p.notes)
	for lo < hi {
		m := (lo + hi) / 2
		if int(p.notes[m].pc) < pc {
			lo = m + 1
		} else {
			hi = m
		}
	}
	for ; lo < len(p.notes) && int(p.notes[lo].pc) == pc; lo++ {
		if int(p.notes[lo].reg) == reg {
			return p.notes[lo].name, p.notes[lo].kind, true
		}
	}
	return "", 0, false
}

// operandError says that a value is of the wrong kind for an operation. index
// is where it is in the stack, or -1; if that is a register of the running
// code, the message names what it holds.
func (t *Thread) operandError(index int, v Value, op string) {
	f := t.frame
	if f.fn != nil && f.fn.proto != nil && index >= f.base {
		if name, kind, ok := f.fn.proto.noteAt(f.pc-1, index-f.base); ok {
			t.runError("attempt to %s %s '%s' (a %s value)", op, noteKinds[kind], name, v.Kind())
		}
	}
	t.runError("attempt to %s a %s value", op, v.Kind())
}

// compareError says that two values have no order.
func (t *Thread) compareError(a, b Value) {
	if a.Kind() == b.Kind() {
		t.runError("attempt to compare two %s values", a.Kind())
	}
	t.runError("attempt to compare %s with %s", a.Kind(), b.Kind())
}
