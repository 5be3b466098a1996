package lua

import "strings"

// expand matches as many as possible, least at the least, then the rest.
func (m *matcher) expand(s, p, item, least int) int {
	n := 0
	for s+n < len(m.s) && m.single(s+n, p, item) {
		n++
	}
	m.t.rt.spend(n / 8)
	for ; n >= least; n-- {
		if end := m.run(s+n, item+1); end >= 0 {
			return end
		}
	}
	return -1
}

// shortest matches as few as possible, then the rest.
func (m *matcher) shortest(s, p, item int) int {
	for {
		if end := m.run(s, item+1); end >= 0 {
			return end
		}
		if s >= len(m.s) || !m.single(s, p, item) {
			return -1
		}
		s++
	}
}

func (m *matcher) open(s, p, length int) int {
	if m.level >= maxCaptures {
		m.t.Errorf("too many captures")
	}
	m.captures[m.level] = capture{s, length}
	m.level++
	end := m.run(s, p)
	if end < 0 {
		m.level--
	}
	return end
}

func (m *matcher) close(s, p int) int {
	i := m.level - 1
	for i >= 0 && m.captures[i].length != unclosed {
		i--
	}
	if i < 0 {
		m.t.Errorf("invalid pattern capture")
	}
	m.captures[i].length = s - m.captures[i].start
	end := m.run(s, p)
	if end < 0 {
		m.captures[i].length = unclosed
	}
	return end
}

// balance matches from one byte to the other that balances it.
func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.p) {
		m.t.Errorf("unbalanced pattern")
	}
	if s >= len(m.s) || m.s[s] != m.p[p] {
		return -1
	}
	begin, end := m.p[p], m.p[p+1]
	open := 1
	for s++; s < len(m.s); s++ {
		switch m.s[s] {
		case end:
			if open--; open == 0 {
				return s + 1
			}
		case begin:
			open++
		}
	}
	return -1
}

// frontier matches between a byte that is not in a set and one that is; the
// ends of the subject count as zero bytes.
func (m *matcher) frontier(s, p int) int {
	if p >= len(m.p) || m.p[p] != '[' {
		m.t.Errorf("missing '[' after '%%f' in pattern")
	}
	end := m.itemEnd(p)
	var before, after byte
	if s > 0 {
		before = m.s[s-1]
	}
	if s < len(m.s) {
		after = m.s[s]
	}
	if m.inSet(before, p, end-1) || !m.inSet(after, p, end-1) {
		return -1
	}
	return s
}

func (m *matcher) backReference(s int, digit byte) int {
	i := int(digit - '1')
	if i < 0 || i >= m.level || m.captures[i].length == unclosed {
		m.t.Errorf("invalid capture index")
	}
	c := m.captures[i]
	if c.length == isPosition {
		return -1 // no text is as long as Lua takes it to be
	}
	text := m.s[c.start : c.start+c.length]
	if strings.HasPrefix(m.s[s:], text) {
		return s + len(text)
	}
	return -1
}

// capture is one by number; number 0 of none is the whole match.
func (m *matcher) capture(i, start, end int) Value {
	if i >= m.level {
		if i != 0 {
			m.t.Errorf("invalid capture index")
		}
		return m.t.rt.String(m.s[start:end])
	}
	c := m.captures[i]
	switch c.length {
	case unclosed:
		m.t.Errorf("unfinished capture")
	case isPosition:
		return Int(c.start + 1)
	}
	return m.t.rt.String(m.s[c.start : c.start+c.length])
}

// pushCaptures pushes all; if there are none, the whole match, unless start is
// negative.
func (m *matcher) pushCaptures(start, end int) int {
	n := m.level
	if n == 0 && start >= 0 {
		n = 1
	}
	for i := range n {
		m.t.Push(m.capture(i, start, end))
	}
	m.t.rt.matcher = m
	return n
}

// replace adds what stands for a match of gsub.
func (m *matcher) replace(b *buffer, with Value, start, end int) {
	var v Value
	switch with.Kind() {
	case KindTable:
		v = m.t.index(with, m.capture(0, start, end), -1)
	case KindFunction:
		v = m.callback(with, start, end)
	default:
		m.template(b, with, start, end)
		return
	}
	switch {
	case !v.Truthy():
		b.text(m.s[start:end])
	case isText(v):
		b.value(v)
	default:
		m.t.Errorf("invalid replacement value (a %s)", v.Kind())
	}
}

func (m *matcher) callback(fn Value, start, end int) Value {
	at := m.t.free()
	m.t.Push(fn)
	n := max(m.level, 1)
	for i := range n {
		m.t.Push(m.capture(i, start, end))
	}
	return m.t.callAt(at)
}

// template adds a replacement text, in which % and a digit are captures.
func (m *matcher) template(b *buffer, with Value, start, end int) {
	text, _ := toText(with)
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.byte(text[i])
			continue
		}
		i++
		switch {
		case i == len(text):
			b.byte(0)
		case text[i] < '0' || text[i] > '9':
			b.byte(text[i])
		case text[i] == '0':
			b.text(m.s[start:end])
		default:
			b.value(m.capture(int(text[i]-'1'), start, end))
		}
	}
}
