package lua

// event is a metamethod.
type event uint8

const (
	eventIndex event = iota
	eventNewIndex
	eventEq
	eventLen
	eventCall
	eventAdd
	eventSub
	eventMul
	eventDiv
	eventMod
	eventPow
	eventNeg
	eventConcat
	eventLess
	eventLessEqual
	// Those above 8 are not remembered as absent.
	cachedEvents = eventCall + 1
)

var eventNames = [...]*String{
	constant("__index"), constant("__newindex"), constant("__eq"), constant("__len"), constant("__call"),
	constant("__add"), constant("__sub"), constant("__mul"), constant("__div"), constant("__mod"), constant("__pow"),
	constant("__unm"), constant("__concat"), constant("__lt"), constant("__le"),
}

var (
	nameMetatable = constant("__metatable")
	nameToString  = constant("__tostring")
)

// event looks an event up in a metatable, which may be nil.
func (t *Table) event(e event) Value {
	if t == nil || e < cachedEvents && t.absent&(1<<e) != 0 {
		return Nil
	}
	v := t.getString(eventNames[e])
	if v.p == nil && e < cachedEvents {
		t.absent |= 1 << e
	}
	return v
}

// metatable of any value, or nil.
func (r *Runtime) metatable(v Value) *Table {
	switch v.Kind() {
	case KindTable:
		return v.AsTable().meta
	case KindString:
		return r.stringMeta
	}
	return nil
}

func (t *Thread) metamethod(v Value, e event) Value { return t.rt.metatable(v).event(e) }

// maxMetaLoop bounds chains of __index and __newindex.
const maxMetaLoop = 100

// index is obj[key]. at is where obj is in the stack, for the message.
func (t *Thread) index(obj, key Value, at int) Value {
	for range maxMetaLoop {
		var handler Value
		if table := obj.AsTable(); table != nil {
			v := table.Get(key)
			if v.p != nil || table.meta == nil {
				return v
			}
			handler = table.meta.event(eventIndex)
			if handler.p == nil {
				return Nil
			}
		} else if handler = t.metamethod(obj, eventIndex); handler.p == nil {
			t.operandError(at, obj, "index")
		}
		if handler.AsFunction() != nil {
			return t.callValue2(handler, obj, key)
		}
		obj, at = handler, -1
	}
	t.runError("loop in gettable")
	return Nil
}

// setIndex is obj[key] = val.
func (t *Thread) setIndex(obj, key, val Value, at int) {
	for range maxMetaLoop {
		var handler Value
		if table := obj.AsTable(); table != nil {
			if table.readonly {
				t.runError("Attempt to modify a readonly table")
			}
			if table.meta == nil || table.Get(key).p != nil {
				t.store(table, key, val)
				return
			}
			t.store(table, key, Nil)
			handler = table.meta.event(eventNewIndex)
			if handler.p == nil {
				t.store(table, key, val)
				return
			}
		} else if handler = t.metamethod(obj, eventNewIndex); handler.p == nil {
			t.operandError(at, obj, "index")
		}
		if handler.AsFunction() != nil {
			t.callWith(handler, obj, key, val)
			return
		}
		obj, at = handler, -1
	}
	t.runError("loop in settable")
}

// store sets a key of a table without metamethods.
func (t *Thread) store(table *Table, key, val Value) {
	if key.p == nil {
		t.runError("table index is nil")
	}
	if key.isNumber() && key.float() != key.float() {
		t.runError("table index is NaN")
	}
	table.Set(t.rt, key, val)
}

// RawSet is store for Natives: protected tables refuse.
func (t *Thread) RawSet(table *Table, key, val Value) {
	if table.readonly {
		t.runError("Attempt to modify a readonly table")
	}
	t.store(table, key, val)
}

// callValue calls a function with one argument for one result.
func (t *Thread) callValue(fn, a Value) Value {
	at := t.free()
	t.stack[at], t.stack[at+1] = fn, a
	t.top = at + 2
	return t.callAt(at)
}

// callValue2 calls a function with two arguments for one result.
func (t *Thread) callValue2(fn, a, b Value) Value {
	at := t.free()
	t.stack[at], t.stack[at+1], t.stack[at+2] = fn, a, b
	t.top = at + 3
	return t.callAt(at)
}

func (t *Thread) callWith(fn, a, b, c Value) {
	at := t.free()
	t.stack[at], t.stack[at+1], t.stack[at+2], t.stack[at+3] = fn, a, b, c
	t.top = at + 4
	t.call(at, 0)
	t.top = at
}

// free is where a call may be pushed.
func (t *Thread) free() int {
	if f := t.frame; f.fn != nil && f.fn.proto != nil {
		t.top = f.top
	}
	t.need(t.top + 8)
	return t.top
}

func (t *Thread) callAt(at int) Value {
	t.call(at, 1)
	v := t.stack[at]
	t.stack[at] = Nil
	t.top = at
	return v
}
