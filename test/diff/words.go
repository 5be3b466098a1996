package diff

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

var errQuotes = errors.New("unbalanced quotes")

// Split cuts a line into words by the rules of redis-cli (sdssplitargs of Redis): blanks separate, "..." knows \xHH,
// \n \r \t \b \a and \" and '...' only \'. A closing quote must end its word.
func Split(line string) ([]string, error) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r\n")
		if line == "" {
			return words, nil
		}
		word, rest, err := nextWord(line)
		if err != nil {
			return nil, err
		}
		words, line = append(words, word), rest
	}
}

func nextWord(line string) (word, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\r', '\n':
			return b.String(), line[i:], nil
		case '"', '\'':
			n, err := quoted(&b, line[i:])
			if err != nil {
				return "", "", err
			}
			i += n
			if i < len(line) && !strings.ContainsRune(" \t\r\n", rune(line[i])) {
				return "", "", errQuotes
			}
			return b.String(), line[i:], nil
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", nil
}

// quoted unquotes the string at the start of s into b and returns how many bytes of s it took.
func quoted(b *strings.Builder, s string) (n int, err error) {
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i + 1, nil
		case quote == '"' && s[i] == '\\' && i+1 < len(s):
			i += escape(b, s[i+1:])
		case quote == '\'' && strings.HasPrefix(s[i:], `\'`):
			b.WriteByte('\'')
			i++
		default:
			b.WriteByte(s[i])
		}
	}
	return 0, errQuotes
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'a': '\a'}

// escape decodes what follows a backslash and returns how many bytes it took.
func escape(b *strings.Builder, s string) int {
	if s[0] == 'x' && len(s) >= 3 {
		if v, err := strconv.ParseUint(s[1:3], 16, 8); err == nil {
			b.WriteByte(byte(v))
			return 3
		}
	}
	if c, ok := escapes[s[0]]; ok {
		b.WriteByte(c)
	} else {
		b.WriteByte(s[0])
	}
	return 1
}

// Quote writes a command as a line that Split reads back.
func Quote(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = quoteWord(arg)
	}
	return strings.Join(words, " ")
}

func quoteWord(s string) string {
	plain := s != ""
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			plain = false
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			plain = false
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			plain = plain && c != ' ' && c != '\''
			b.WriteByte(c)
		}
	}
	if plain {
		return s
	}
	return `"` + b.String() + `"`
}
