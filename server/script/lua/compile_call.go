package lua

// callTo evaluates a call for its one result.
func (c *compiler) callTo(e *callExpr, dst int) {
	if dst == c.free-1 && dst >= c.active() {
		c.free = dst // the function takes the place of its result
	}
	r := c.call(e, 1)
	if r != dst {
		c.emit(encode(opMove, dst, r, 0))
	}
}

// call makes a call with a number of results, -1 for all, in new registers; at
// least one register is taken. It returns the first.
func (c *compiler) call(e *callExpr, results int) int {
	base := c.take(1)
	if e.method != "" {
		c.self(e, base)
	} else {
		c.exprTo(e.fn, base)
	}
	n := c.list(e.args)
	if n >= 0 && e.method != "" {
		n++
	}
	c.at(e.line)
	if e.method != "" {
		c.note(base, noteMethod, e.method)
	} else {
		c.describe(base, e.fn)
	}
	c.emit(encode(opCall, base, n+1, results+1))
	c.free = base
	c.take(max(1, results))
	return base
}

func (c *compiler) self(e *callExpr, base int) {
	obj := c.regInto(e.fn, base)
	key := c.rk(&stringExpr{e.method})
	c.at(e.line)
	c.describe(obj, e.fn)
	c.emit(encode(opSelf, base, obj, key))
	c.free = base + 1
	c.take(1)
}

// list evaluates expressions into new registers. It returns how many there
// are, or -1 if the last one gives any number.
func (c *compiler) list(list []expr) int {
	for i, e := range list {
		if i == len(list)-1 && isMulti(e) {
			c.multi(e, -1)
			return -1
		}
		c.next(e)
	}
	return len(list)
}

// multi evaluates a call or ... for n values, -1 for all.
func (c *compiler) multi(e expr, n int) {
	if call, ok := e.(*callExpr); ok {
		c.call(call, n)
		return
	}
	r := c.take(max(1, n))
	c.emit(encode(opVararg, r, n+1, 0))
}

// describe notes what a register holds, should the next instruction fail.
func (c *compiler) describe(reg int, e expr) {
	if reg&constFlag != 0 {
		return
	}
	switch e := e.(type) {
	case *parenExpr:
		c.describe(reg, e.e)
	case *nameExpr:
		c.note(reg, c.nameKind(e.name), e.name)
	case *indexExpr:
		c.note(reg, noteField, fieldName(e.key))
	}
}

func (c *compiler) nameKind(name string) noteKind {
	if c.local(name) != nil {
		return noteLocal
	}
	if c.upvalue(name) >= 0 {
		return noteUpvalue
	}
	return noteGlobal
}

func fieldName(key expr) string {
	if s, ok := key.(*stringExpr); ok {
		return s.s
	}
	return "?"
}

func (c *compiler) note(reg int, kind noteKind, name string) {
	c.proto.notes = append(c.proto.notes, note{int32(c.here()), uint8(reg), kind, name})
}
