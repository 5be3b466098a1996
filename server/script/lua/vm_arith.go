package lua

import "math"

// arith works out an operation on two numbers.
func arith(op opcode, a, b float64) float64 {
	switch op {
	case opAdd:
		return a + b
	case opSub:
		return a - b
	case opMul:
		return a * b
	case opDiv:
		return a / b
	case opMod:
		return a - math.Floor(a/b)*b
	}
	return pow(a, b)
}

// invalid gives a result that is no number what it is on x86: the operand that
// was none, or else the negative one.
func invalid(f float64, operands ...float64) float64 {
	if f == f {
		return f
	}
	for _, o := range operands {
		if o != o {
			return o
		}
	}
	return negativeNaN
}

// slowArith is arithmetic on what is not two numbers: strings that read as
// numbers, and metamethods.
func (t *Thread) slowArith(i instr, base int) {
	k := t.frame.fn.proto.constants
	l, atL := t.fetch(base, k, i.b())
	r, atR := t.fetch(base, k, i.c())
	a, okA := toNumber(l)
	b, okB := toNumber(r)
	if okA && okB {
		t.stack[base+int(i.a())].setFloat(arith(i.op(), a, b))
		return
	}
	e := eventAdd + event(i.op()-opAdd)
	fn := t.metamethod2(l, r, e)
	if fn.p == nil {
		if okA {
			l, atL = r, atR
		}
		t.operandError(atL, l, "perform arithmetic on")
	}
	v := t.callValue2(fn, l, r)
	t.stack[base+int(i.a())] = v
}

// fetch is operand for code that must know where a value is: -1 for constants.
func (t *Thread) fetch(base int, k []Value, rk int) (v Value, at int) {
	if rk&constFlag != 0 {
		return k[rk&^constFlag], -1
	}
	return t.stack[base+rk], base + rk
}

// metamethod2 is that of the first operand, or else of the second.
func (t *Thread) metamethod2(l, r Value, e event) Value {
	if fn := t.metamethod(l, e); fn.p != nil {
		return fn
	}
	return t.metamethod(r, e)
}

func (t *Thread) slowNeg(v Value, at int) Value {
	if n, ok := toNumber(v); ok {
		return Number(-n)
	}
	fn := t.metamethod(v, eventNeg)
	if fn.p == nil {
		t.operandError(at, v, "perform arithmetic on")
	}
	return t.callValue2(fn, v, v)
}

// length is the # operator. Lua 5.1 asks no metamethod of tables.
func (t *Thread) length(v Value, at int) Value {
	switch v.Kind() {
	case KindTable:
		return Int(v.table().Len())
	case KindString:
		return Int(len(v.str().s))
	}
	fn := t.metamethod(v, eventLen)
	if fn.p == nil {
		t.operandError(at, v, "get length of")
	}
	return t.callValue2(fn, v, Nil)
}

// concat joins the values from one stack slot to another, from the right.
func (t *Thread) concat(from, to int) Value {
	right := t.stack[to]
	for at := to - 1; at >= from; {
		left := t.stack[at]
		if !isText(left) || !isText(right) {
			right = t.concatMeta(left, right, at)
			at--
			continue
		}
		first := at
		for first > from && isText(t.stack[first-1]) {
			first--
		}
		right = t.join(t.stack[first:at+1], right)
		at = first - 1
	}
	return right
}

func isText(v Value) bool { return v.isString() || v.isNumber() }

// join makes one string of several and one more.
func (t *Thread) join(vs []Value, last Value) Value {
	size := textRoom(last)
	for _, v := range vs {
		size += textRoom(v)
	}
	t.rt.reserve(size)
	buf := make([]byte, 0, size)
	for _, v := range vs {
		buf = appendText(buf, v)
	}
	return t.rt.adopt(appendText(buf, last))
}

func textRoom(v Value) int {
	if v.isNumber() {
		return numberRoom
	}
	return len(v.str().s)
}

func appendText(buf []byte, v Value) []byte {
	if v.isNumber() {
		return appendNumber(buf, v.float())
	}
	return append(buf, v.str().s...)
}

func (t *Thread) concatMeta(l, r Value, at int) Value {
	fn := t.metamethod2(l, r, eventConcat)
	if fn.p == nil {
		if isText(l) {
			l, at = r, at+1
		}
		t.operandError(at, l, "concatenate")
	}
	return t.callValue2(fn, l, r)
}
