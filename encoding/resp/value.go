package resp

import (
	"fmt"
	"strconv"
	"strings"
)

// The kinds of values: the first byte of each on the wire.
const (
	KindStatus    byte = '+'
	KindError     byte = '-'
	KindInt       byte = ':'
	KindBulk      byte = '$'
	KindArray     byte = '*'
	KindNull      byte = '_' // this one and those below: RESP3
	KindBool      byte = '#'
	KindDouble    byte = ','
	KindBigNumber byte = '('
	KindBulkError byte = '!'
	KindVerbatim  byte = '='
	KindMap       byte = '%'
	KindSet       byte = '~'
	KindPush      byte = '>'
	KindAttribute byte = '|' // never a Value's Kind: see Attrs
)

// readableKinds are the first bytes that a value may have.
const readableKinds = "+-:$*_#,(!=%~>|"

// verbatimPrefix is the length of "txt:" before a verbatim string's text.
const verbatimPrefix = 4

// Value is one decoded reply or request. Kind says which fields have meaning.
type Value struct {
	Kind   byte
	Null   bool    // KindNull, and RESP2's null bulk and null array
	Str    []byte  // status, error, bulk, big number (its digits), verbatim (without its format)
	Format string  // verbatim: three letters, "txt" or "mkd"
	Int    int64   // integer; bool: 1 or 0
	Float  float64 // double
	Elems  []Value // array, set, push; map: key and value in turn
	Attrs  []Value // the attributes that preceded the value: key and value in turn
}

// IsError tells an error reply, of either kind.
func (v Value) IsError() bool { return v.Kind == KindError || v.Kind == KindBulkError }

// String spells v in one line, for messages and logs: the kind, then the content, strings quoted.
func (v Value) String() string {
	if v.Null {
		return "null"
	}
	switch v.Kind {
	case KindStatus, KindError, KindBulkError, KindBigNumber:
		return string(v.Kind) + string(v.Str)
	case KindInt:
		return strconv.FormatInt(v.Int, 10)
	case KindBool:
		return strconv.FormatBool(v.Int == 1)
	case KindDouble:
		return string(v.Kind) + string(AppendDouble(nil, v.Float))
	case KindBulk, KindVerbatim:
		return strconv.Quote(string(v.Str))
	case KindArray, KindMap, KindSet, KindPush:
		return string(v.Kind) + v.elemsString()
	}
	return fmt.Sprintf("invalid kind %q", v.Kind)
}

func (v Value) elemsString() string {
	elems := make([]string, len(v.Elems))
	for i, e := range v.Elems {
		elems[i] = e.String()
	}
	return "[" + strings.Join(elems, " ") + "]"
}
