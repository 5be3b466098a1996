package lua

func isMulti(e expr) bool {
	switch e.(type) {
	case *callExpr, *dotsExpr:
		return true
	}
	return false
}

// active is the number of registers that variables hold.
func (c *compiler) active() int {
	if len(c.vars) == 0 {
		return 0
	}
	return c.vars[len(c.vars)-1].reg + 1
}

// next evaluates into a new register.
func (c *compiler) next(e expr) int {
	r := c.take(1)
	c.exprTo(e, r)
	return r
}

// reg evaluates into any register; a variable is where it is.
func (c *compiler) reg(e expr) int {
	switch e := e.(type) {
	case *nameExpr:
		if v := c.local(e.name); v != nil {
			return v.reg
		}
	case *parenExpr:
		return c.reg(e.e)
	}
	return c.next(e)
}

// regInto is reg with a place for the value: dst, which the result of a larger
// expression will take later, unless a variable lives there. So a chain of
// operators takes no more registers than a single one.
func (c *compiler) regInto(e expr, dst int) int {
	if dst < c.active() || c.isLocal(e) {
		return c.reg(e)
	}
	c.exprTo(e, dst)
	return dst
}

func (c *compiler) isLocal(e expr) bool {
	switch e := e.(type) {
	case *nameExpr:
		return c.local(e.name) != nil
	case *parenExpr:
		return c.isLocal(e.e)
	}
	return false
}

// rkInto is rk with a place for the value.
func (c *compiler) rkInto(e expr, dst int) int {
	switch e.(type) {
	case *numberExpr, *stringExpr, *nilExpr, *boolExpr:
		return c.rk(e)
	}
	return c.regInto(e, dst)
}

// rk evaluates into a register, or names a constant.
func (c *compiler) rk(e expr) int {
	k := -1
	switch e := e.(type) {
	case *numberExpr:
		k = c.numberConst(e.v)
	case *stringExpr:
		k = c.stringConst(e.s)
	case *nilExpr:
		k = c.constant(constKey{kind: KindNil}, func() Value { return Nil })
	case *boolExpr:
		k = c.boolConst(e.v)
	}
	if k >= 0 && k <= maxRK {
		return k | constFlag
	}
	return c.reg(e)
}

func (c *compiler) boolConst(b bool) int {
	v := Bool(b)
	return c.constant(constKey{kind: KindBool, bits: v.n}, func() Value { return v })
}

// exprTo evaluates into a register that was taken, or that of a variable if e
// writesLast. Temporaries are free again afterwards.
func (c *compiler) exprTo(e expr, dst int) {
	free := c.free
	switch e := e.(type) {
	case *nilExpr:
		c.emit(encode(opNil, dst, dst, 0))
	case *boolExpr:
		b := 0
		if e.v {
			b = 1
		}
		c.emit(encode(opBool, dst, b, 0))
	case *numberExpr:
		c.emit(encodeX(opConst, dst, 0, c.numberConst(e.v)))
	case *stringExpr:
		c.emit(encodeX(opConst, dst, 0, c.stringConst(e.s)))
	case *nameExpr:
		c.nameTo(e, dst)
	case *parenExpr:
		c.exprTo(e.e, dst)
	case *dotsExpr:
		c.emit(encode(opVararg, dst, 2, 0))
	case *indexExpr:
		c.indexTo(e, dst)
	case *callExpr:
		c.callTo(e, dst)
	case *functionExpr:
		c.closureTo(e, dst)
	case *tableExpr:
		c.tableTo(e, dst)
	case *unaryExpr:
		c.unaryTo(e, dst)
	case *binaryExpr:
		c.binaryTo(e, dst)
	case *logicExpr:
		if e.and && isTrueConstant(e.l) {
			c.exprTo(e.r, dst)
			break
		}
		c.exprTo(e.l, dst)
		b := 1
		if e.and {
			b = 0
		}
		skip := c.emit(encodeX(opTest, dst, b, 0))
		c.exprTo(e.r, dst)
		c.patch(skip, c.here())
	}
	c.free = free
}

func isTrueConstant(e expr) bool {
	switch e := e.(type) {
	case *numberExpr, *stringExpr:
		return true
	case *boolExpr:
		return e.v
	}
	return false
}

func (c *compiler) nameTo(e *nameExpr, dst int) {
	c.at(e.line)
	if v := c.local(e.name); v != nil {
		if v.reg != dst {
			c.emit(encode(opMove, dst, v.reg, 0))
		}
	} else if u := c.upvalue(e.name); u >= 0 {
		c.emit(encode(opGetUpvalue, dst, u, 0))
	} else {
		c.emit(encodeX(opGetGlobal, dst, 0, c.stringConst(e.name)))
	}
}

func (c *compiler) indexTo(e *indexExpr, dst int) {
	obj := c.regInto(e.obj, dst)
	key := c.rk(e.key)
	c.at(e.line)
	c.describe(obj, e.obj)
	if _, ok := e.key.(*stringExpr); ok && key&constFlag != 0 {
		c.emit(encode(opField, dst, obj, key&^constFlag))
		return
	}
	c.emit(encode(opIndex, dst, obj, key))
}

func (c *compiler) closureTo(f *functionExpr, dst int) {
	inner := newCompiler(c, f, c.proto.source, c.short)
	inner.body(f)
	c.proto.protos = append(c.proto.protos, inner.proto)
	c.at(f.lastLine)
	c.emit(encodeX(opClosure, dst, 0, len(c.proto.protos)-1))
}

func (c *compiler) unaryTo(e *unaryExpr, dst int) {
	if e.op == tokNot {
		c.notTo(e, dst)
		return
	}
	r := c.regInto(e.e, dst)
	c.at(e.line)
	c.describe(r, e.e)
	op := opNeg
	if e.op == '#' {
		op = opLen
	}
	c.emit(encode(op, dst, r, 0))
}

func (c *compiler) notTo(e *unaryExpr, dst int) {
	r := c.regInto(e.e, dst)
	c.at(e.line)
	c.emit(encode(opNot, dst, r, 0))
}

var arithmetic = map[token]opcode{'+': opAdd, '-': opSub, '*': opMul, '/': opDiv, '%': opMod, '^': opPow}

func (c *compiler) binaryTo(e *binaryExpr, dst int) {
	if e.op == tokConcat {
		c.concatTo(e, dst)
		return
	}
	op, ok := arithmetic[e.op]
	if !ok {
		c.truthTo(e, dst)
		return
	}
	var l, r int
	if _, number := e.l.(*numberExpr); number { // named after what is on its right, as Lua 5.1 does: of 0 and -0 the first counts
		r = c.rk(e.r)
		l = c.rk(e.l)
	} else {
		l = c.rkInto(e.l, dst)
		r = c.rk(e.r)
	}
	c.at(e.line)
	c.describe(l, e.l)
	c.describe(r, e.r)
	c.emit(encode(op, dst, l, r))
}

// concatTo gathers a .. b .. c, which is a .. (b .. c), in one instruction.
func (c *compiler) concatTo(e *binaryExpr, dst int) {
	operands := []expr{e.l}
	for {
		r, ok := e.r.(*binaryExpr)
		if !ok || r.op != tokConcat {
			break
		}
		operands = append(operands, r.l)
		e = r
	}
	operands = append(operands, e.r)
	base := c.free
	for _, o := range operands {
		c.next(o)
	}
	c.at(e.line)
	for i, o := range operands {
		c.describe(base+i, o)
	}
	c.emit(encode(opConcat, dst, base, c.free-1))
}

// truthTo makes a boolean of a comparison.
func (c *compiler) truthTo(e expr, dst int) {
	isTrue := c.jumpIf(e, true)
	c.emit(encode(opBool, dst, 0, 0))
	end := c.emit(encodeX(opJump, 0, 0, 0))
	c.patchAll(isTrue, c.here())
	c.emit(encode(opBool, dst, 1, 0))
	c.patch(end, c.here())
}
