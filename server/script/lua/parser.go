package lua

// parser reads statements by recursive descent. It follows Lua 5.1's own order
// of checks, so that a wrong text gets the same message.
type parser struct {
	lexer
	fn    *functionExpr
	loops int // around the current statement, in this function
	depth int
}

// maxDepth bounds the nesting of syntax. It protects the stack of the goroutine
// that parses and compiles.
const maxDepth = 200

// maxChain bounds what grows without nesting: a.b.c.d, 1+1+1+1.
const maxChain = 100_000

func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail(0, "", "chunk has too many syntax levels")
	}
}

func (p *parser) leave() { p.depth-- }

// parseChunk reads a whole text.
func parseChunk(text, source string) *functionExpr {
	p := &parser{lexer: lexer{source: source, text: text, line: 1, last: 1}}
	main := &functionExpr{dots: true}
	p.fn = main
	p.next()
	main.body = p.block()
	if p.token != tokEOS {
		p.expected(tokEOS)
	}
	main.lastLine = p.line
	return main
}

func (p *parser) expected(t token) { p.syntax("'%s' expected", t) }

func (p *parser) accept(t token) bool {
	if p.token != t {
		return false
	}
	p.next()
	return true
}

func (p *parser) want(t token) {
	if p.token != t {
		p.expected(t)
	}
	p.next()
}

// wantMatch wants what closes a construct.
func (p *parser) wantMatch(t, opening token, line int) {
	if p.accept(t) {
		return
	}
	if line == p.line {
		p.expected(t)
	}
	p.syntax("'%s' expected (to close '%s' at line %d)", t, opening, line)
}

func (p *parser) name() string {
	if p.token != tokName {
		p.expected(tokName)
	}
	s := p.str
	p.next()
	return s
}

func (p *parser) blockEnds() bool {
	switch p.token {
	case tokElse, tokElseif, tokEnd, tokUntil, tokEOS:
		return true
	}
	return false
}

func (p *parser) block() []stmt {
	p.enter()
	defer p.leave()
	var body []stmt
	for !p.blockEnds() {
		s, last := p.statement()
		body = append(body, s)
		p.accept(';')
		if last {
			break
		}
	}
	return body
}

func (p *parser) loopBlock() []stmt {
	p.loops++
	body := p.block()
	p.loops--
	return body
}

// statement reads one, and tells whether it must be the block's last.
func (p *parser) statement() (s stmt, last bool) {
	line := p.line
	switch p.token {
	case tokIf:
		return p.ifStatement(line), false
	case tokWhile:
		return p.whileStatement(line), false
	case tokDo:
		p.next()
		body := p.block()
		p.wantMatch(tokEnd, tokDo, line)
		return &doStmt{body}, false
	case tokFor:
		return p.forStatement(line), false
	case tokRepeat:
		return p.repeatStatement(line), false
	case tokFunction:
		return p.functionStatement(line), false
	case tokLocal:
		p.next()
		if p.accept(tokFunction) {
			name := p.name()
			return &localFunctionStmt{name, p.functionBody(false, p.line)}, false
		}
		return p.localStatement(), false
	case tokReturn:
		return p.returnStatement(), true
	case tokBreak:
		p.next()
		if p.loops == 0 {
			p.syntax("no loop to break")
		}
		return &breakStmt{p.last}, true
	}
	return p.expressionStatement(), false
}

func (p *parser) ifStatement(line int) stmt {
	s := &ifStmt{}
	for ok := true; ok; ok = p.token == tokElseif {
		p.next()
		s.conds = append(s.conds, p.expr())
		p.want(tokThen)
		s.blocks = append(s.blocks, p.block())
	}
	if p.accept(tokElse) {
		s.blocks = append(s.blocks, p.block())
	}
	p.wantMatch(tokEnd, tokIf, line)
	return s
}

func (p *parser) whileStatement(line int) stmt {
	p.next()
	s := &whileStmt{cond: p.expr()}
	p.want(tokDo)
	s.body = p.loopBlock()
	p.wantMatch(tokEnd, tokWhile, line)
	s.line = p.last
	return s
}

func (p *parser) repeatStatement(line int) stmt {
	p.next()
	s := &repeatStmt{body: p.loopBlock()}
	p.wantMatch(tokUntil, tokRepeat, line)
	s.cond = p.expr()
	s.line = p.last
	return s
}

func (p *parser) forStatement(line int) stmt {
	p.next()
	first := p.name()
	switch p.token {
	case '=':
		return p.forNumeric(first, line)
	case ',', tokIn:
		return p.forIn(first, line)
	}
	p.syntax("'=' or 'in' expected")
	return nil
}

func (p *parser) forNumeric(name string, line int) stmt {
	p.next()
	s := &forStmt{name: name, line: line, start: p.expr()}
	p.want(',')
	s.limit = p.expr()
	if p.accept(',') {
		s.step = p.expr()
	}
	s.line = p.last
	s.body = p.forBody(line)
	return s
}

func (p *parser) forIn(first string, line int) stmt {
	s := &forInStmt{names: []string{first}, line: line}
	for p.accept(',') {
		s.names = append(s.names, p.name())
	}
	p.want(tokIn)
	s.line = p.line
	s.exprs = p.exprs()
	s.body = p.forBody(line)
	return s
}

func (p *parser) forBody(line int) []stmt {
	p.want(tokDo)
	body := p.loopBlock()
	p.wantMatch(tokEnd, tokFor, line)
	return body
}

func (p *parser) functionStatement(line int) stmt {
	p.next()
	var target expr = &nameExpr{p.name(), p.last}
	self := false
	for p.token == '.' || p.token == ':' {
		self = p.token == ':'
		p.next()
		target = &indexExpr{target, &stringExpr{p.name()}, p.last}
		if self {
			break
		}
	}
	return &functionStmt{target, p.functionBody(self, line), line}
}

func (p *parser) localStatement() stmt {
	s := &localStmt{}
	for ok := true; ok; ok = p.accept(',') {
		s.names = append(s.names, p.name())
	}
	if p.accept('=') {
		s.exprs = p.exprs()
	}
	s.line = p.last
	return s
}

func (p *parser) returnStatement() stmt {
	p.next()
	s := &returnStmt{}
	if !p.blockEnds() && p.token != ';' {
		s.exprs = p.exprs()
	}
	s.line = p.last
	return s
}

func (p *parser) expressionStatement() stmt {
	e := p.suffixed()
	if c, ok := e.(*callExpr); ok {
		return &callStmt{c}
	}
	s := &assignStmt{targets: []expr{p.target(e)}}
	for p.accept(',') {
		if len(s.targets) > maxDepth {
			p.fail(0, "", "chunk has too many syntax levels")
		}
		s.targets = append(s.targets, p.target(p.suffixed()))
	}
	p.want('=')
	s.exprs = p.exprs()
	s.line = p.last
	return s
}

// target checks that an expression can be assigned to.
func (p *parser) target(e expr) expr {
	switch e.(type) {
	case *nameExpr, *indexExpr:
		return e
	}
	p.syntax("syntax error")
	return nil
}
