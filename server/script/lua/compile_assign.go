package lua

func (c *compiler) assign(s *assignStmt) {
	free := c.free
	if len(s.targets) == 1 && len(s.exprs) == 1 {
		switch t := s.targets[0].(type) {
		case *nameExpr:
			c.assignName(t, s.exprs[0], s.line)
		case *indexExpr:
			c.assignIndex(t, s.exprs[0], s.line)
		}
		c.free = free
		return
	}
	places := c.places(s.targets)
	base := c.adjust(s.exprs, len(s.targets), s.line)
	c.at(s.line)
	for i := len(places) - 1; i >= 0; i-- {
		c.store(places[i], base+i)
	}
	c.free = free
}

// assignName assigns one expression to a variable.
func (c *compiler) assignName(t *nameExpr, e expr, line int) {
	v := c.local(t.name)
	if v == nil {
		r := c.reg(e)
		c.at(line)
		c.store(place{name: t.name}, r)
		if r == c.free-1 && r >= c.active() {
			c.free--
		}
		return
	}
	if writesLast(e) {
		c.exprTo(e, v.reg)
		return
	}
	reg := v.reg
	r := c.next(e)
	c.emit(encode(opMove, reg, r, 0))
	c.free = r
}

// writesLast tells that code for e may write its result straight to a variable
// that e itself reads.
func writesLast(e expr) bool {
	switch e := e.(type) {
	case *logicExpr, *tableExpr, *callExpr, *dotsExpr:
		return false
	case *parenExpr:
		return writesLast(e.e)
	}
	return true
}

func (c *compiler) assignIndex(t *indexExpr, e expr, line int) {
	p := c.place(t)
	v := c.rk(e)
	c.at(line)
	c.setIndex(p, v)
}

// place is where a value is to be stored: obj[key], a local variable's
// register, or a name.
type place struct {
	index *indexExpr
	obj   int
	key   int // RK
	name  string
}

func (c *compiler) place(t *indexExpr) place {
	obj := c.reg(t.obj)
	return place{index: t, obj: obj, key: c.rk(t.key)}
}

// places evaluates the tables and keys of several targets. A variable that is
// assigned in the same statement keeps its old value for them in a copy.
func (c *compiler) places(targets []expr) []place {
	assigned := map[string]bool{}
	for _, t := range targets {
		if n, ok := t.(*nameExpr); ok {
			assigned[n.name] = true
		}
	}
	places := make([]place, len(targets))
	for i, t := range targets {
		switch t := t.(type) {
		case *nameExpr:
			places[i] = place{name: t.name}
		case *indexExpr:
			places[i] = place{index: t, obj: c.regCopy(t.obj, assigned), key: c.rkCopy(t.key, assigned)}
		}
	}
	return places
}

func (c *compiler) regCopy(e expr, assigned map[string]bool) int {
	if n, ok := e.(*nameExpr); ok && assigned[n.name] {
		return c.next(e)
	}
	return c.reg(e)
}

func (c *compiler) rkCopy(e expr, assigned map[string]bool) int {
	if n, ok := e.(*nameExpr); ok && assigned[n.name] {
		return c.next(e)
	}
	return c.rk(e)
}

// store puts a register's value into a place.
func (c *compiler) store(p place, r int) {
	if p.index != nil {
		c.setIndex(p, r)
		return
	}
	if v := c.local(p.name); v != nil {
		c.emit(encode(opMove, v.reg, r, 0))
	} else if u := c.upvalue(p.name); u >= 0 {
		c.emit(encode(opSetUpvalue, r, u, 0))
	} else {
		c.emit(encodeX(opSetGlobal, r, 0, c.stringConst(p.name)))
	}
}

func (c *compiler) setIndex(p place, v int) {
	c.describe(p.obj, p.index.obj)
	if _, ok := p.index.key.(*stringExpr); ok && p.key&constFlag != 0 {
		c.emit(encode(opSetField, p.obj, p.key&^constFlag, v))
		return
	}
	c.emit(encode(opSetIndex, p.obj, p.key, v))
}
