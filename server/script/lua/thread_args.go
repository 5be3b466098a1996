package lua

// What a Native works with.

// NArgs is the number of arguments.
func (t *Thread) NArgs() int { return t.top - t.frame.base }

// Arg returns an argument, counted from 1; nil if there are fewer.
func (t *Thread) Arg(i int) Value {
	if at := t.frame.base + i - 1; at < t.top {
		return t.stack[at]
	}
	return Nil
}

// Push adds a value behind the arguments: a result, or an argument of Call.
func (t *Thread) Push(v Value) {
	if t.top == len(t.stack) {
		t.need(t.top + 1)
	}
	t.stack[t.top] = v
	t.top++
}

// Return pushes results and returns their number.
func (t *Thread) Return(vs ...Value) int {
	for _, v := range vs {
		t.Push(v)
	}
	return len(vs)
}

// Pop takes the last value away.
func (t *Thread) Pop() Value {
	t.top--
	v := t.stack[t.top]
	t.stack[t.top] = Nil
	return v
}

// checkRoom tells whether a Native may push n more values.
func (t *Thread) checkRoom(n int) bool {
	if t.top-t.frame.base+n > maxPush {
		return false
	}
	t.need(t.top + n)
	return true
}

func (t *Thread) typeError(i int, want string) {
	got := "no value"
	if i <= t.NArgs() {
		got = t.Arg(i).Kind().String()
	}
	t.ArgError(i, want+" expected, got "+got)
}

// CheckAny wants an argument to be there.
func (t *Thread) CheckAny(i int) Value {
	if i > t.NArgs() {
		t.ArgError(i, "value expected")
	}
	return t.Arg(i)
}

// CheckNumber wants a number, or a string that reads as one.
func (t *Thread) CheckNumber(i int) float64 {
	f, ok := toNumber(t.Arg(i))
	if !ok {
		t.typeError(i, "number")
	}
	return f
}

// CheckInt is CheckNumber, cut to 64 bits as C cuts it.
func (t *Thread) CheckInt(i int) int {
	return int(truncate(t.CheckNumber(i)))
}

// CheckInt32 is CheckNumber, cut to a C int.
func (t *Thread) CheckInt32(i int) int { return int(int32(t.CheckInt(i))) }

// OptInt is CheckInt if the argument is given, and def if not.
func (t *Thread) OptInt(i, def int) int {
	if t.Arg(i).IsNil() {
		return def
	}
	return t.CheckInt(i)
}

// CheckString wants a string, or a number, which is written as text.
func (t *Thread) CheckString(i int) string {
	v := t.Arg(i)
	if v.isString() {
		return v.str().s
	}
	s, ok := toText(v)
	if !ok {
		t.typeError(i, "string")
	}
	return s
}

// OptString is CheckString if the argument is given, and def if not.
func (t *Thread) OptString(i int, def string) string {
	if t.Arg(i).IsNil() {
		return def
	}
	return t.CheckString(i)
}

// CheckTable wants a table.
func (t *Thread) CheckTable(i int) *Table {
	table := t.Arg(i).AsTable()
	if table == nil {
		t.typeError(i, "table")
	}
	return table
}

// CheckFunction wants a function.
func (t *Thread) CheckFunction(i int) *Function {
	f := t.Arg(i).AsFunction()
	if f == nil {
		t.typeError(i, "function")
	}
	return f
}

// Spend counts n steps of work against the run's budget.
func (t *Thread) Spend(n int) { t.rt.spend(n) }

// Reserve makes sure that a string of n bytes would be allowed.
func (t *Thread) Reserve(n int) { t.rt.reserve(n) }

// Index is obj[key], metamethods included.
func (t *Thread) Index(obj, key Value) Value { return t.index(obj, key, -1) }

// SetArgs makes values the only arguments of the running Native.
func (t *Thread) SetArgs(vs ...Value) {
	t.top = t.frame.base
	for _, v := range vs {
		t.Push(v)
	}
}
