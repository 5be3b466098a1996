package lua

import "strings"

// comment skips a comment, whose two dashes have begun.
func (l *lexer) comment() {
	l.at++
	if l.byte() == '[' {
		if level := l.longBracket(); level >= 0 {
			l.readLong(level, false)
			return
		}
	}
	for c := l.byte(); c != '\n' && c != '\r' && c != -1; c = l.byte() {
		l.at++
	}
}

// longBracket reads [ and any number of =, and the second [ if it is there.
// It returns how many =; if this is no long bracket, -1 minus that.
func (l *lexer) longBracket() int {
	l.at++
	level := 0
	for l.byte() == '=' {
		l.at++
		level++
	}
	if l.byte() == '[' {
		l.at++
		return level
	}
	return -1 - level
}

func (l *lexer) readLong(level int, isString bool) {
	if c := l.byte(); c == '\n' || c == '\r' {
		l.newline()
	}
	closing := "]" + strings.Repeat("=", level) + "]"
	var b strings.Builder
	for {
		switch c := l.byte(); {
		case c == -1:
			l.unfinished(isString)
		case c == ']' && strings.HasPrefix(l.text[l.at:], closing):
			l.at += len(closing)
			if isString {
				l.str, l.tokText = b.String(), l.text[l.start:l.at]
			}
			return
		case c == '\n' || c == '\r':
			l.newline()
			if isString {
				b.WriteByte('\n')
			}
		default:
			l.at++
			if isString {
				b.WriteByte(byte(c))
			}
		}
	}
}

func (l *lexer) unfinished(isString bool) {
	if isString {
		l.fail(tokEOS, "", "unfinished long string")
	}
	l.fail(tokEOS, "", "unfinished long comment")
}

func (l *lexer) readString(quote int) {
	l.at++
	var b strings.Builder
	for {
		switch c := l.byte(); c {
		case -1:
			l.fail(tokEOS, "", "unfinished string")
		case '\n', '\r':
			l.fail(tokString, string(byte(quote))+b.String(), "unfinished string")
		case '\\':
			l.at++
			l.escape(quote, &b)
		case quote:
			l.at++
			l.str = b.String()
			l.tokText = string(byte(quote)) + l.str + string(byte(quote))
			return
		default:
			l.at++
			b.WriteByte(byte(c))
		}
	}
}

var escapes = map[int]byte{'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// escape reads what follows a backslash.
func (l *lexer) escape(quote int, b *strings.Builder) {
	c := l.byte()
	switch {
	case c == -1: // the string fails at the end
	case c == '\n' || c == '\r':
		b.WriteByte('\n')
		l.newline()
	case isDigit(c):
		n := 0
		for i := 0; i < 3 && isDigit(l.byte()); i++ {
			n = n*10 + l.byte() - '0'
			l.at++
		}
		if n > 255 {
			l.fail(tokString, string(byte(quote))+b.String(), "escape sequence too large")
		}
		b.WriteByte(byte(n))
	default:
		l.at++
		if e, ok := escapes[c]; ok {
			c = int(e)
		}
		b.WriteByte(byte(c))
	}
}
