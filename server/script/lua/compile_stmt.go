package lua

func (c *compiler) block(body []stmt) {
	c.open(false)
	for _, s := range body {
		c.statement(s)
	}
	c.close()
}

func (c *compiler) open(loop bool) { c.scope = &scope{outer: c.scope, vars: len(c.vars), loop: loop} }

// close ends a scope: its variables, and the breaks out of it.
func (c *compiler) close() {
	s := c.scope
	c.endVars(s.vars)
	if s.vars < len(c.vars) {
		c.free = c.vars[s.vars].reg
		c.vars = c.vars[:s.vars]
	}
	c.patchAll(s.breaks, c.here())
	c.scope = s.outer
}

// endVars lets closures keep the variables from a number on.
func (c *compiler) endVars(from int) {
	for _, v := range c.vars[from:] {
		if v.captured {
			c.emit(encode(opClose, v.reg, 0, 0))
			return
		}
	}
}

func (c *compiler) statement(s stmt) {
	switch s := s.(type) {
	case *localStmt:
		c.localStatement(s)
	case *assignStmt:
		c.assign(s)
	case *callStmt:
		c.call(s.call, 0)
		c.free--
	case *doStmt:
		c.block(s.body)
	case *whileStmt:
		c.whileStatement(s)
	case *repeatStmt:
		c.repeatStatement(s)
	case *ifStmt:
		c.ifStatement(s)
	case *forStmt:
		c.forStatement(s)
	case *forInStmt:
		c.forInStatement(s)
	case *functionStmt:
		c.functionStatement(s)
	case *localFunctionStmt:
		c.declare(s.name)
		c.exprTo(s.fn, c.free-1)
	case *returnStmt:
		c.returnStatement(s)
	case *breakStmt:
		c.breakStatement(s)
	}
}

func (c *compiler) localStatement(s *localStmt) {
	c.at(s.line)
	base := c.adjust(s.exprs, len(s.names), s.line)
	for i, name := range s.names {
		c.adopt(name, base+i)
	}
}

// adjust evaluates a list into n new registers and returns the first.
func (c *compiler) adjust(list []expr, n, line int) int {
	base := c.free
	for i, e := range list {
		last := i == len(list)-1
		switch {
		case last && isMulti(e):
			c.multi(e, max(0, n-i))
			c.free = min(c.free, base+n)
		case i < n:
			c.next(e)
		default:
			c.next(e)
			c.free--
		}
	}
	if missing := base + n - c.free; missing > 0 {
		c.at(line)
		first := c.take(missing)
		c.emit(encode(opNil, first, c.free-1, 0))
	}
	return base
}

func (c *compiler) whileStatement(s *whileStmt) {
	start := c.here()
	out := c.jumpIf(s.cond, false)
	c.open(true)
	c.block(s.body)
	c.at(s.line)
	c.patch(c.emit(encodeX(opLoop, 0, 0, 0)), start)
	c.patchAll(out, c.here())
	c.close()
}

func (c *compiler) repeatStatement(s *repeatStmt) {
	start := c.here()
	c.open(true)
	c.open(false)
	for _, st := range s.body {
		c.statement(st)
	}
	out := c.jumpIf(s.cond, true)
	c.at(s.line)
	c.endVars(c.scope.vars)
	c.patch(c.emit(encodeX(opLoop, 0, 0, 0)), start)
	c.patchAll(out, c.here())
	c.close()
	c.close()
}

func (c *compiler) ifStatement(s *ifStmt) {
	var ends []int
	for i, cond := range s.conds {
		next := c.jumpIf(cond, false)
		c.block(s.blocks[i])
		if i < len(s.blocks)-1 {
			ends = append(ends, c.emit(encodeX(opJump, 0, 0, 0)))
		}
		c.patchAll(next, c.here())
	}
	if len(s.blocks) > len(s.conds) {
		c.block(s.blocks[len(s.conds)])
	}
	c.patchAll(ends, c.here())
}

func (c *compiler) forStatement(s *forStmt) {
	c.open(true)
	base := c.free
	c.next(s.start)
	c.next(s.limit)
	if s.step != nil {
		c.next(s.step)
	} else {
		c.next(&numberExpr{1})
	}
	for i, name := range []string{"(for index)", "(for limit)", "(for step)"} {
		c.adopt(name, base+i)
	}
	c.at(s.line)
	prepare := c.emit(encodeX(opForPrepare, base, 0, 0))
	start := c.here()
	c.open(false)
	c.declare(s.name)
	c.block(s.body)
	c.close()
	c.at(s.line)
	c.patch(prepare, c.here())
	c.patch(c.emit(encodeX(opForLoop, base, 0, 0)), start)
	c.close()
}

func (c *compiler) forInStatement(s *forInStmt) {
	c.open(true)
	c.at(s.line)
	base := c.adjust(s.exprs, 3, s.line)
	for i, name := range []string{"(for generator)", "(for state)", "(for control)"} {
		c.adopt(name, base+i)
	}
	prepare := c.emit(encodeX(opJump, 0, 0, 0))
	start := c.here()
	c.open(false)
	for _, name := range s.names {
		c.declare(name)
	}
	c.block(s.body)
	// The call of the generator needs its function and arguments there.
	c.take(max(0, 3-len(s.names)))
	c.free -= max(0, 3-len(s.names))
	c.close()
	c.at(s.line)
	c.patch(prepare, c.here())
	c.note(base, noteLocal, "(for generator)")
	c.emit(encode(opForIn, base, 0, len(s.names)))
	c.patch(c.emit(encodeX(opLoop, 0, 0, 0)), start)
	c.close()
}

func (c *compiler) functionStatement(s *functionStmt) {
	c.at(s.line)
	if n, ok := s.target.(*nameExpr); ok {
		c.assignName(n, s.fn, s.line)
		return
	}
	free := c.free
	c.assignIndex(s.target.(*indexExpr), s.fn, s.line)
	c.free = free
}

func (c *compiler) returnStatement(s *returnStmt) {
	base := c.free
	switch {
	case len(s.exprs) == 0:
		c.at(s.line)
		c.emit(encode(opReturn, 0, 1, 0))
	case len(s.exprs) == 1 && !isMulti(s.exprs[0]):
		r := c.reg(s.exprs[0])
		c.at(s.line)
		c.emit(encode(opReturn, r, 2, 0))
	default:
		c.returnList(s, base)
	}
	c.free = base
}

func (c *compiler) returnList(s *returnStmt, base int) {
	n := c.list(s.exprs)
	if call, ok := s.exprs[0].(*callExpr); ok && len(s.exprs) == 1 {
		i := &c.proto.code[c.here()-1]
		*i = encode(opTailCall, int(i.a()), i.b(), 0)
		c.at(call.line)
	}
	c.at(s.line)
	c.emit(encode(opReturn, base, n+1, 0))
}

func (c *compiler) breakStatement(s *breakStmt) {
	c.at(s.line)
	loop := c.scope
	for !loop.loop {
		loop = loop.outer
	}
	c.endVars(loop.vars)
	loop.breaks = append(loop.breaks, c.emit(encodeX(opJump, 0, 0, 0)))
}
