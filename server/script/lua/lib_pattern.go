package lua

import "strings"

// matcher matches Lua's patterns by backtracking. It counts its steps against
// the run's budget, since a pattern may need any number of them, and bounds
// the depth of its recursion.
type matcher struct {
	t        *Thread
	s, p     string
	start    int // of the pattern, behind an anchor
	level    int
	depth    int
	captures [maxCaptures]capture
}

type capture struct{ start, length int }

const (
	maxCaptures = 32
	unclosed    = -1 // length of a capture that has not ended
	isPosition  = -2 // of one that is a position
	// maxMatchDepth keeps a pattern of millions of items from using up the
	// goroutine's stack.
	maxMatchDepth = 200_000
)

func newMatcher(t *Thread, s, p string) *matcher {
	m := t.rt.matcher
	if m == nil {
		m = &matcher{}
	}
	t.rt.matcher = nil // a callback may match something else
	m.t, m.s, m.p, m.start = t, s, untilZero(p), 0
	return m
}

// anchor takes ^ off the pattern.
func (m *matcher) anchor() bool {
	if strings.HasPrefix(m.p, "^") {
		m.start = 1
		return true
	}
	return false
}

// match tries at one place of the subject and returns where the match ends.
func (m *matcher) match(at int) (end int, ok bool) {
	m.level, m.depth = 0, 0
	end = m.run(at, m.start)
	return end, end >= 0
}

// run matches the pattern from p on at s; -1 if it does not match.
func (m *matcher) run(s, p int) int {
	m.depth++
	if m.depth > maxMatchDepth {
		m.t.Errorf("pattern too complex")
	}
	end := m.walk(s, p)
	m.depth--
	return end
}

func (m *matcher) walk(s, p int) int {
	for {
		m.t.rt.spend(1)
		if p == len(m.p) {
			return s
		}
		switch m.p[p] {
		case '(':
			if p+1 < len(m.p) && m.p[p+1] == ')' {
				return m.open(s, p+2, isPosition)
			}
			return m.open(s, p+1, unclosed)
		case ')':
			return m.close(s, p+1)
		case '$':
			if p+1 == len(m.p) {
				if s == len(m.s) {
					return s
				}
				return -1
			}
		case '%':
			if next, handled := m.special(s, p); handled {
				if next < 0 {
					return -1
				}
				s, p = next, m.afterSpecial(p)
				continue
			}
		}
		item := m.itemEnd(p)
		var suffix byte
		if item < len(m.p) {
			suffix = m.p[item]
		}
		switch suffix {
		case '?':
			if s < len(m.s) && m.single(s, p, item) {
				if end := m.run(s+1, item+1); end >= 0 {
					return end
				}
			}
			p = item + 1
		case '*':
			return m.expand(s, p, item, 0)
		case '+':
			return m.expand(s, p, item, 1)
		case '-':
			return m.shortest(s, p, item)
		default:
			if s >= len(m.s) || !m.single(s, p, item) {
				return -1
			}
			s, p = s+1, item
		}
	}
}

// special handles %b, %f and back references: where the subject goes on, or -1.
func (m *matcher) special(s, p int) (next int, handled bool) {
	if p+1 == len(m.p) {
		return 0, false
	}
	switch c := m.p[p+1]; {
	case c == 'b':
		return m.balance(s, p+2), true
	case c == 'f':
		return m.frontier(s, p+2), true
	case c >= '0' && c <= '9':
		return m.backReference(s, c), true
	}
	return 0, false
}

func (m *matcher) afterSpecial(p int) int {
	switch m.p[p+1] {
	case 'b':
		return p + 4
	case 'f':
		return m.itemEnd(p + 2)
	}
	return p + 2
}

// itemEnd is where a single item of the pattern ends.
func (m *matcher) itemEnd(p int) int {
	c := m.p[p]
	p++
	switch c {
	case '%':
		if p == len(m.p) {
			m.t.Errorf("malformed pattern (ends with '%%')")
		}
		return p + 1
	case '[':
		return m.setEnd(p)
	}
	return p
}

func (m *matcher) setEnd(p int) int {
	if p < len(m.p) && m.p[p] == '^' {
		p++
	}
	for first := true; first || p >= len(m.p) || m.p[p] != ']'; first = false {
		if p >= len(m.p) {
			m.t.Errorf("malformed pattern (missing ']')")
		}
		p++
		if m.p[p-1] == '%' && p < len(m.p) {
			p++
		}
	}
	return p + 1
}

// single matches one byte with an item.
func (m *matcher) single(s, p, item int) bool {
	c := m.s[s]
	switch m.p[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.p[p+1])
	case '[':
		return m.inSet(c, p, item-1)
	}
	return m.p[p] == c
}

// inSet matches a byte with [set]; end is where its ] is.
func (m *matcher) inSet(c byte, p, end int) bool {
	p++
	found := true
	if p < end && m.p[p] == '^' {
		found = false
		p++
	}
	for ; p < end; p++ {
		switch {
		case m.p[p] == '%':
			p++
			if inClass(c, m.p[p]) {
				return found
			}
		case p+2 < end && m.p[p+1] == '-':
			if m.p[p] <= c && c <= m.p[p+2] {
				return found
			}
			p += 2
		case m.p[p] == c:
			return found
		}
	}
	return !found
}

func inClass(c, class byte) bool {
	var in bool
	switch class | 0x20 {
	case 'a':
		in = isLetter(c)
	case 'c':
		in = c < ' ' || c == 127
	case 'd':
		in = c >= '0' && c <= '9'
	case 'l':
		in = c >= 'a' && c <= 'z'
	case 'p':
		in = c > ' ' && c < 127 && !isAlnum(c)
	case 's':
		in = c == ' ' || c >= '\t' && c <= '\r'
	case 'u':
		in = c >= 'A' && c <= 'Z'
	case 'w':
		in = isAlnum(c)
	case 'x':
		in = hexDigit(c) >= 0
	case 'z':
		in = c == 0
	default:
		return class == c
	}
	if class >= 'A' && class <= 'Z' {
		return !in
	}
	return in
}
