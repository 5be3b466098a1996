package lualib

import "unicode/utf8"

// text reads a string, whose first quote is here.
func (d *jsonDecoder) text() {
	d.at++
	for {
		c := d.byte(0)
		switch {
		case c == '"':
			d.at++
			d.tok.kind = jsonString
			return
		case c == 0:
			d.fail("unexpected end of string")
			return
		case c != '\\':
			d.tok.text = append(d.tok.text, c)
			d.at++
		case d.byte(1) == 'u':
			if !d.unicode() {
				d.fail("invalid unicode escape code")
				return
			}
		default:
			c, ok := jsonEscapes[d.byte(1)]
			if !ok {
				d.fail("invalid escape code")
				return
			}
			d.tok.text = append(d.tok.text, c)
			d.at += 2
		}
	}
}

var jsonEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 't': '\t', 'n': '\n', 'f': '\f', 'r': '\r'}

// unicode reads \uXXXX, or two that are a surrogate pair.
func (d *jsonDecoder) unicode() bool {
	code := d.hex4(2)
	if code < 0 {
		return false
	}
	size := 6
	if code&0xf800 == 0xd800 {
		if code&0x400 != 0 || d.byte(6) != '\\' || d.byte(7) != 'u' {
			return false
		}
		low := d.hex4(8)
		if low < 0 || low&0xfc00 != 0xdc00 {
			return false
		}
		code = ((code&0x3ff)<<10 | low&0x3ff) + 0x10000
		size = 12
	}
	d.tok.text = utf8.AppendRune(d.tok.text, rune(code))
	d.at += size
	return true
}

func (d *jsonDecoder) hex4(at int) int {
	n := 0
	for i := range 4 {
		c := d.byte(at + i)
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = n<<4 | (int(c|0x20-'a') + 10)
		default:
			return -1
		}
	}
	return n
}
