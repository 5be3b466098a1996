package lua

func (p *parser) exprs() []expr {
	list := []expr{p.expr()}
	for p.accept(',') {
		list = append(list, p.expr())
	}
	return list
}

func (p *parser) expr() expr { return p.operators(0) }

// binding powers: an operator is taken while its left power is above the limit;
// what follows it is read with its right power as the limit.
var powers = map[token][2]int{
	'+': {6, 6}, '-': {6, 6}, '*': {7, 7}, '/': {7, 7}, '%': {7, 7},
	'^': {10, 9}, tokConcat: {5, 4}, // right associative
	tokNE: {3, 3}, tokEQ: {3, 3}, '<': {3, 3}, tokLE: {3, 3}, '>': {3, 3}, tokGE: {3, 3},
	tokAnd: {2, 2}, tokOr: {1, 1},
}

const unaryPower = 8

func (p *parser) operators(limit int) expr {
	p.enter()
	defer p.leave()
	var e expr
	switch op := p.token; op {
	case tokNot, '-', '#':
		p.next()
		operand := p.operators(unaryPower)
		e = p.unary(op, operand)
	default:
		e = p.simple()
	}
	for n := 0; ; n++ {
		op := p.token
		power, ok := powers[op]
		if !ok || power[0] <= limit {
			return e
		}
		p.chain(n)
		p.next()
		e = p.binary(op, e, p.operators(power[1]))
	}
}

func (p *parser) unary(op token, operand expr) expr {
	if n, ok := operand.(*numberExpr); ok && op == '-' {
		return &numberExpr{-n.v}
	}
	return &unaryExpr{op, operand, p.last}
}

func (p *parser) chain(n int) {
	if n >= maxChain {
		p.fail(0, "", "chunk has too many syntax levels")
	}
}

func (p *parser) binary(op token, l, r expr) expr {
	switch op {
	case tokAnd, tokOr:
		return &logicExpr{op == tokAnd, l, r}
	case '>':
		return &binaryExpr{'<', l, r, true, p.last}
	case tokGE:
		return &binaryExpr{tokLE, l, r, true, p.last}
	}
	if n, ok := fold(op, l, r); ok {
		return &numberExpr{n}
	}
	return &binaryExpr{op, l, r, false, p.last}
}

// fold works out arithmetic of numbers, besides what is no number and what
// divides by 0: as Lua 5.1, so that the sign of a zero is the same.
func fold(op token, l, r expr) (float64, bool) {
	a, ok := l.(*numberExpr)
	b, ok2 := r.(*numberExpr)
	code, ok3 := arithmetic[op]
	if !ok || !ok2 || !ok3 || b.v == 0 && (op == '/' || op == '%') {
		return 0, false
	}
	n := arith(code, a.v, b.v)
	return n, n == n
}

func (p *parser) simple() expr {
	var e expr
	switch p.token {
	case tokNumber:
		e = &numberExpr{p.value}
	case tokString:
		e = &stringExpr{p.str}
	case tokNil:
		e = &nilExpr{}
	case tokTrue:
		e = &boolExpr{true}
	case tokFalse:
		e = &boolExpr{false}
	case tokDots:
		if !p.fn.dots {
			p.syntax("cannot use '...' outside a vararg function")
		}
		p.fn.usesDots = true
		e = &dotsExpr{}
	case '{':
		return p.table()
	case tokFunction:
		line := p.line
		p.next()
		return p.functionBody(false, line)
	default:
		return p.suffixed()
	}
	p.next()
	return e
}

func (p *parser) primary() expr {
	switch p.token {
	case tokName:
		return &nameExpr{p.name(), p.last}
	case '(':
		line := p.line
		p.next()
		e := p.expr()
		p.wantMatch(')', '(', line)
		if n, ok := e.(*numberExpr); ok {
			return n
		}
		return &parenExpr{e}
	}
	p.syntax("unexpected symbol")
	return nil
}

// suffixed reads a name or parentheses and all indexes and calls behind it.
func (p *parser) suffixed() expr {
	e := p.primary()
	for n := 0; ; n++ {
		p.chain(n)
		switch p.token {
		case '.':
			p.next()
			e = &indexExpr{e, &stringExpr{p.name()}, p.last}
		case '[':
			p.next()
			key := p.expr()
			p.want(']')
			e = &indexExpr{e, key, p.last}
		case ':':
			p.next()
			name := p.name()
			e = p.call(e, name)
		case '(', tokString, '{':
			e = p.call(e, "")
		default:
			return e
		}
	}
}

func (p *parser) call(fn expr, method string) expr {
	c := &callExpr{fn: fn, method: method, line: p.line}
	switch p.token {
	case '(':
		if p.line != p.last {
			p.syntax("ambiguous syntax (function call x new statement)")
		}
		p.next()
		if p.token != ')' {
			c.args = p.exprs()
		}
		p.wantMatch(')', '(', c.line)
	case '{':
		c.args = []expr{p.table()}
	case tokString:
		c.args = []expr{&stringExpr{p.str}}
		p.next()
	default:
		p.syntax("function arguments expected")
	}
	return c
}

func (p *parser) table() expr {
	t := &tableExpr{line: p.line}
	p.want('{')
	for p.token != '}' {
		t.items = append(t.items, p.tableItem())
		if !p.accept(',') && !p.accept(';') {
			break
		}
	}
	p.wantMatch('}', '{', t.line)
	return t
}

func (p *parser) tableItem() tableItem {
	var it tableItem
	switch {
	case p.token == tokName && p.peek() == '=':
		it.key = &stringExpr{p.name()}
		p.want('=')
	case p.token == '[':
		p.next()
		it.key = p.expr()
		p.want(']')
		p.want('=')
	}
	it.val = p.expr()
	it.line = p.last
	return it
}

func (p *parser) functionBody(self bool, line int) *functionExpr {
	f := &functionExpr{line: line, self: self}
	if self {
		f.params = append(f.params, "self")
	}
	outer, loops := p.fn, p.loops
	p.fn, p.loops = f, 0
	p.want('(')
	p.params(f)
	p.want(')')
	f.body = p.block()
	f.lastLine = p.line
	p.wantMatch(tokEnd, tokFunction, line)
	p.fn, p.loops = outer, loops
	return f
}

func (p *parser) params(f *functionExpr) {
	if p.token == ')' {
		return
	}
	for ok := true; ok; ok = !f.dots && p.accept(',') {
		switch p.token {
		case tokName:
			f.params = append(f.params, p.name())
		case tokDots:
			p.next()
			f.dots = true
		default:
			p.syntax("<name> or '...' expected")
		}
	}
}
