package lua

import (
	"fmt"
	"math"
)

// lexer cuts source text into tokens. Texts of errors are Lua 5.1's.
type lexer struct {
	source  string // the chunk's name, shortened for messages
	text    string
	at      int // of the next byte
	line    int
	token   token
	tokText string // of the token as written, for names, strings, numbers
	value   float64
	str     string
	start   int
	ahead   *saved
	last    int // line of the token before
}

type token int

// Tokens of one byte stand for themselves; the others follow.
const (
	tokAnd token = iota + 257
	tokBreak
	tokDo
	tokElse
	tokElseif
	tokEnd
	tokFalse
	tokFor
	tokFunction
	tokIf
	tokIn
	tokLocal
	tokNil
	tokNot
	tokOr
	tokRepeat
	tokReturn
	tokThen
	tokTrue
	tokUntil
	tokWhile
	tokConcat
	tokDots
	tokEQ
	tokGE
	tokLE
	tokNE
	tokNumber
	tokName
	tokString
	tokEOS
)

var tokenNames = [...]string{"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in",
	"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "..", "...", "==", ">=", "<=",
	"~=", "<number>", "<name>", "<string>", "<eof>"}

var reserved = map[string]token{}

func init() {
	for t := tokAnd; t <= tokWhile; t++ {
		reserved[tokenNames[t-tokAnd]] = t
	}
}

func (t token) String() string {
	switch {
	case t >= tokAnd:
		return tokenNames[t-tokAnd]
	case t < ' ' || t == 127:
		return fmt.Sprintf("char(%d)", int(t))
	}
	return string([]byte{byte(t)})
}

// saved is a token that was looked at ahead of time.
type saved struct {
	token   token
	tokText string
	value   float64
	str     string
	line    int
}

// SyntaxError is why a text is no Lua.
type SyntaxError string

func (e SyntaxError) Error() string { return string(e) }

// fail ends the compilation; near tells whether the token is to be shown.
func (l *lexer) fail(near token, text, format string, args ...any) {
	msg := fmt.Sprintf("%s:%d: ", l.source, l.line) + fmt.Sprintf(format, args...)
	if near != 0 {
		if near != tokName && near != tokString && near != tokNumber {
			text = near.String()
		}
		msg += " near '" + text + "'"
	}
	panic(SyntaxError(msg))
}

// syntax fails at the current token.
func (l *lexer) syntax(format string, args ...any) { l.fail(l.token, l.tokText, format, args...) }

func (l *lexer) next() {
	l.last = l.line
	if a := l.ahead; a != nil {
		l.ahead = nil
		l.token, l.tokText, l.value, l.str, l.line = a.token, a.tokText, a.value, a.str, a.line
		return
	}
	l.token = l.scan()
}

// peek returns the token after the current one.
func (l *lexer) peek() token {
	now := saved{l.token, l.tokText, l.value, l.str, l.line}
	t := l.scan()
	l.ahead = &saved{t, l.tokText, l.value, l.str, l.line}
	l.token, l.tokText, l.value, l.str, l.line = now.token, now.tokText, now.value, now.str, now.line
	return t
}

// byte returns the next byte, or -1 at the end.
func (l *lexer) byte() int {
	if l.at < len(l.text) {
		return int(l.text[l.at])
	}
	return -1
}

func (l *lexer) newline() {
	old := l.byte()
	l.at++
	if c := l.byte(); (c == '\n' || c == '\r') && c != old {
		l.at++
	}
	if l.line++; l.line >= math.MaxInt32 {
		l.fail(l.token, l.tokText, "chunk has too many lines")
	}
}

func (l *lexer) scan() token {
	for {
		l.start = l.at
		switch c := l.byte(); c {
		case -1:
			return tokEOS
		case '\n', '\r':
			l.newline()
		case ' ', '\t', '\v', '\f':
			l.at++
		case '-':
			l.at++
			if l.byte() != '-' {
				return '-'
			}
			l.comment()
		default:
			return l.scanToken(c)
		}
	}
}

func (l *lexer) scanToken(c int) token {
	switch {
	case c == '[':
		switch level := l.longBracket(); {
		case level >= 0:
			l.readLong(level, true)
			return tokString
		case level < -1:
			l.fail(tokString, l.text[l.start:l.at], "invalid long string delimiter")
		}
		return '['
	case c == '=' || c == '<' || c == '>' || c == '~':
		return l.compareToken(c)
	case c == '"' || c == '\'':
		l.readString(c)
		return tokString
	case c == '.':
		return l.dots()
	case isDigit(c):
		return l.readNumber()
	case isAlpha(c):
		return l.readName()
	}
	l.at++
	return token(c)
}

func (l *lexer) compareToken(c int) token {
	l.at++
	if l.byte() != '=' {
		return token(c)
	}
	l.at++
	switch c {
	case '=':
		return tokEQ
	case '<':
		return tokLE
	case '>':
		return tokGE
	}
	return tokNE
}

func (l *lexer) dots() token {
	l.at++
	switch c := l.byte(); {
	case c == '.':
		l.at++
		if l.byte() == '.' {
			l.at++
			return tokDots
		}
		return tokConcat
	case isDigit(c):
		return l.readNumber()
	}
	return '.'
}

func (l *lexer) readName() token {
	for isAlpha(l.byte()) || isDigit(l.byte()) {
		l.at++
	}
	l.str = l.text[l.start:l.at]
	l.tokText = l.str
	if t, ok := reserved[l.str]; ok {
		return t
	}
	return tokName
}

func (l *lexer) readNumber() token {
	for isDigit(l.byte()) || l.byte() == '.' {
		l.at++
	}
	if c := l.byte(); c == 'E' || c == 'e' {
		l.at++
		if c := l.byte(); c == '+' || c == '-' {
			l.at++
		}
	}
	for isAlpha(l.byte()) || isDigit(l.byte()) {
		l.at++
	}
	l.tokText = l.text[l.start:l.at]
	f, ok := ParseNumber(l.tokText)
	if !ok {
		l.fail(tokNumber, l.tokText, "malformed number")
	}
	l.value = f
	return tokNumber
}

func isDigit(c int) bool { return c >= '0' && c <= '9' }

func isAlpha(c int) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
