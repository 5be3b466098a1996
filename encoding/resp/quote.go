package resp

import "strings"

// AppendQuoted appends s in quotes, as an inline request may spell it and MONITOR shows it (Redis's sdscatrepr): what is
// not printable ASCII is escaped.
func AppendQuoted[T []byte | string](dst []byte, s T) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		c := s[i]
		switch j := strings.IndexByte("\\\"\n\r\t\a\b", c); {
		case j >= 0:
			dst = append(dst, '\\', "\\\"nrtab"[j])
		case c < ' ' || c > '~':
			dst = append(dst, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
