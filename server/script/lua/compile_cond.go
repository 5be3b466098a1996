package lua

// jumpIf makes code that jumps if the truth of e is want, and goes on
// otherwise. The jumps are to be patched.
func (c *compiler) jumpIf(e expr, want bool) []int {
	free := c.free
	defer func() { c.free = free }()
	switch e := e.(type) {
	case *parenExpr:
		return c.jumpIf(e.e, want)
	case *nilExpr:
		return c.jumpAlways(!want)
	case *boolExpr:
		return c.jumpAlways(e.v == want)
	case *numberExpr, *stringExpr:
		return c.jumpAlways(want)
	case *logicExpr:
		return c.jumpLogic(e, want)
	case *unaryExpr:
		if e.op == tokNot {
			return c.jumpIf(e.e, !want)
		}
	case *binaryExpr:
		if op, negate, ok := comparison(e.op); ok {
			return c.compare(e, op, want != negate)
		}
	}
	b := 0
	if want {
		b = 1
	}
	return []int{c.emit(encodeX(opTest, c.reg(e), b, 0))}
}

func (c *compiler) jumpAlways(yes bool) []int {
	if !yes {
		return nil
	}
	return []int{c.emit(encodeX(opJump, 0, 0, 0))}
}

func (c *compiler) jumpLogic(e *logicExpr, want bool) []int {
	if e.and != want {
		// One operand decides: (a and b) is false, (a or b) is true.
		return append(c.jumpIf(e.l, want), c.jumpIf(e.r, want)...)
	}
	skip := c.jumpIf(e.l, !want)
	jumps := c.jumpIf(e.r, want)
	c.patchAll(skip, c.here())
	return jumps
}

func comparison(t token) (op opcode, negate, ok bool) {
	switch t {
	case tokEQ:
		return opEqual, false, true
	case tokNE:
		return opEqual, true, true
	case '<':
		return opLess, false, true
	case tokLE:
		return opLessEqual, false, true
	}
	return 0, false, false
}

func (c *compiler) compare(e *binaryExpr, op opcode, want bool) []int {
	l := c.rk(e.l)
	r := c.rk(e.r)
	if e.swap {
		l, r = r, l
	}
	a := 0
	if want {
		a = 1
	}
	c.at(e.line)
	c.emit(encode(op, a, l, r))
	return []int{c.emit(encodeX(opJump, 0, 0, 0))}
}
