package client

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// Value is a reply taken apart.
type Value struct {
	Kind  byte    // the type byte of RESP: + - : $ * of RESP2, and _ , # ! = ( % ~ > | of RESP3
	Null  bool    // $-1, *-1 and _
	Text  string  // of scalars: what stands behind the type byte, or the bytes of the string
	Elems []Value // of aggregates; a map's keys and values take turns
}

// IsError tells whether the server answered with an error.
func (v Value) IsError() bool { return v.Kind == '-' || v.Kind == '!' }

// IsAggregate tells whether the value has elements.
func (v Value) IsAggregate() bool { return strings.IndexByte("*~>%|", v.Kind) >= 0 }

// ErrorCode is the first word of an error ("ERR", "WRONGTYPE").
func (v Value) ErrorCode() string {
	code, _, _ := strings.Cut(v.Text, " ")
	return code
}

// String shows the value as redis-cli would, one element a line; long strings are cut, with length and checksum.
func (v Value) String() string {
	var b strings.Builder
	v.write(&b, "")
	return b.String()
}

var kindNames = map[byte]string{
	'+': "status", '-': "error", ':': "integer", '_': "null", ',': "double", '#': "boolean",
	'!': "bulk error", '=': "verbatim", '(': "big number",
	'*': "array", '~': "set", '>': "push", '%': "map", '|': "attribute",
}

func (v Value) write(b *strings.Builder, indent string) {
	switch {
	case v.Null:
		fmt.Fprintf(b, "(nil %c)", v.Kind)
	case v.IsAggregate():
		v.writeElems(b, indent)
	case v.Kind == '$':
		b.WriteString(quoteShort(v.Text))
	case strings.IndexByte(":,#(", v.Kind) >= 0:
		fmt.Fprintf(b, "(%s) %s", kindNames[v.Kind], v.Text)
	default:
		fmt.Fprintf(b, "(%s) %s", kindNames[v.Kind], quoteShort(v.Text))
	}
}

// maxShownElems keeps a failure of a long reply readable.
const maxShownElems = 64

func (v Value) writeElems(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "(%s of %d)", kindNames[v.Kind], len(v.Elems))
	for i, e := range v.Elems {
		if i == maxShownElems {
			fmt.Fprintf(b, "\n%s  ...", indent)
			return
		}
		fmt.Fprintf(b, "\n%s  %d) ", indent, i+1)
		e.write(b, indent+"  ")
	}
}

// quoteShort quotes s, and cuts it in the middle when it is long.
func quoteShort(s string) string {
	const maxBytes, keepBytes = 400, 60
	if len(s) <= maxBytes {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q ... %q (%d bytes, crc32 %08x)", s[:keepBytes], s[len(s)-keepBytes:], len(s),
		crc32.ChecksumIEEE([]byte(s)))
}
