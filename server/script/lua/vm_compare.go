package lua

func (t *Thread) less(a, b Value) bool {
	switch {
	case a.isNumber() && b.isNumber():
		return a.float() < b.float()
	case a.isString() && b.isString():
		return a.str().s < b.str().s
	}
	if fn, ok := t.sharedMeta(a, b, eventLess); ok {
		return t.callValue2(fn, a, b).Truthy()
	}
	t.compareError(a, b)
	return false
}

func (t *Thread) lessEqual(a, b Value) bool {
	switch {
	case a.isNumber() && b.isNumber():
		return a.float() <= b.float()
	case a.isString() && b.isString():
		return a.str().s <= b.str().s
	}
	if fn, ok := t.sharedMeta(a, b, eventLessEqual); ok {
		return t.callValue2(fn, a, b).Truthy()
	}
	if fn, ok := t.sharedMeta(b, a, eventLess); ok {
		return !t.callValue2(fn, b, a).Truthy()
	}
	t.compareError(a, b)
	return false
}

// sharedMeta is the metamethod of an order, if both operands have the same.
func (t *Thread) sharedMeta(a, b Value, e event) (Value, bool) {
	if a.Kind() != b.Kind() {
		return Nil, false
	}
	fn := t.metamethod(a, e)
	return fn, fn.p != nil && rawEqual(fn, t.metamethod(b, e))
}

// metaEqual asks __eq of two tables that are not the same.
func (t *Thread) metaEqual(a, b Value) bool {
	fn, ok := t.sharedMeta(a, b, eventEq)
	return ok && t.callValue2(fn, a, b).Truthy()
}
