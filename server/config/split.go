package config

import (
	"errors"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/encoding/resp"
)

var errUnbalanced = errors.New("Unbalanced quotes in configuration line")

// splitArgs splits a line into words as Redis's sdssplitargs does: in double quotes the escapes \n \r \t \b \a \xHH and
// \c for any other c; in single quotes \' only; a closing quote must end its word.
func splitArgs(line string) ([]string, error) {
	var args []string
	for {
		line = strings.TrimLeft(line, " \t\n\v\f\r")
		if line == "" {
			return args, nil
		}
		word, rest, err := nextWord(line)
		if err != nil {
			return nil, err
		}
		args, line = append(args, word), rest
	}
}

// nextWord reads the word at the start of line, quoted or not, or partly.
func nextWord(line string) (word, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ', '\t', '\n', '\r':
			return b.String(), line[i:], nil
		case '"', '\'':
			n, err := unquote(&b, line[i:])
			if err != nil {
				return "", "", err
			}
			return b.String(), line[i+n:], nil
		default:
			b.WriteByte(line[i])
		}
	}
	return b.String(), "", nil
}

// unquote appends to b what the quotes at the start of s hold, and returns the length of the quoted text.
func unquote(b *strings.Builder, s string) (n int, err error) {
	q := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == q:
			if i+1 < len(s) && !strings.ContainsRune(" \t\n\v\f\r", rune(s[i+1])) {
				return 0, errUnbalanced
			}
			return i + 1, nil
		case s[i] == '\\' && q == '"' && i+1 < len(s):
			i += unescape(b, s[i+1:])
		case s[i] == '\\' && q == '\'' && i+1 < len(s) && s[i+1] == '\'':
			b.WriteByte('\'')
			i++
		default:
			b.WriteByte(s[i])
		}
	}
	return 0, errUnbalanced
}

// unescape appends the character whose escape, without its backslash, starts s, and returns the escape's length.
func unescape(b *strings.Builder, s string) int {
	if s[0] == 'x' && len(s) >= 3 {
		if c, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
			b.WriteByte(byte(c))
			return 3
		}
	}
	if i := strings.IndexByte("nrtba", s[0]); i >= 0 {
		b.WriteByte("\n\r\t\b\a"[i])
	} else {
		b.WriteByte(s[0])
	}
	return 1
}

// quote writes s so that splitArgs reads it back as one word, whatever bytes it holds.
func quote(s string) string { return string(resp.AppendQuoted(nil, s)) }

// quoteIfNeeded leaves a word alone that reads the same without quotes.
func quoteIfNeeded(s string) string {
	if q := quote(s); s == "" || q != `"`+s+`"` || strings.ContainsAny(s, "' ") {
		return q
	}
	return s
}
