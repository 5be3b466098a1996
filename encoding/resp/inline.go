package resp

import "bytes"

// SplitArgs splits a line into words as Redis's sdssplitargs does, for an inline request as for a line of redis.conf:
//
//   - Words are apart by blanks, tabs, CR or LF.
//   - "..." may hold \n \r \t \b \a, \xHH, and a backslash before any other byte for that byte.
//   - '...' is taken as it stands, but for \' .
//   - A word may begin unquoted and go on quoted (a"b c" is "ab c"); a closing quote must end it.
//
// ok is false when a quote is not closed or its end is not the word's. A NUL ends the line. Words without quotes alias
// line.
func SplitArgs(line []byte) (args [][]byte, ok bool) {
	if i := bytes.IndexByte(line, 0); i >= 0 {
		line = line[:i]
	}
	args, _, ok = splitArgs(nil, nil, line)
	return args, ok
}

// splitArgs appends the words of a line that has no NUL to args, and what quoted words decode to to scratch.
func splitArgs(args [][]byte, scratch, line []byte) (_ [][]byte, _ []byte, ok bool) {
	for {
		for len(line) > 0 && isSpace(line[0]) {
			line = line[1:]
		}
		if len(line) == 0 {
			return args, scratch, true
		}
		n := plainLen(line)
		word := line[:n:n]
		if n < len(line) && isQuote(line[n]) {
			start := len(scratch)
			scratch = append(scratch, word...)
			var used int
			if scratch, used = unquote(scratch, line[n:]); used == 0 {
				return args, scratch, false
			}
			word = scratch[start:len(scratch):len(scratch)]
			n += used
		}
		args = append(args, word)
		line = line[n:]
	}
}

// plainLen counts the bytes before the end of the word or its quoted part. \v and \f stand between words but do not
// end one: sdssplitargs skips with isspace and stops at a list of its own.
func plainLen(line []byte) int {
	for i, c := range line {
		switch c {
		case ' ', '\n', '\r', '\t', '"', '\'':
			return i
		}
	}
	return len(line)
}

// unquote appends what the quoted part at the front of line means. used is its length with both quotes, or 0 when it
// is not closed or more of the word follows.
func unquote(dst, line []byte) (_ []byte, used int) {
	quote := line[0]
	for i := 1; i < len(line); {
		if line[i] == quote {
			if i++; i < len(line) && !isSpace(line[i]) {
				return dst, 0
			}
			return dst, i
		}
		c, n := line[i], 1
		if c == '\\' {
			c, n = unescape(line[i:], quote)
		}
		dst = append(dst, c)
		i += n
	}
	return dst, 0
}

// unescape returns the byte that a backslash and what follows it stand for inside the given quotes, and how many
// bytes of s spell it.
func unescape(s []byte, quote byte) (c byte, n int) {
	switch {
	case len(s) < 2, quote == '\'' && s[1] != '\'':
		return '\\', 1
	case quote == '\'':
		return '\'', 2
	}
	switch s[1] {
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'b':
		return '\b', 2
	case 'a':
		return '\a', 2
	case 'x':
		if len(s) >= 4 && isHex(s[2]) && isHex(s[3]) {
			return hexDigit(s[2])<<4 | hexDigit(s[3]), 4
		}
	}
	return s[1], 2
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// isSpace is C's isspace in the C locale.
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}
