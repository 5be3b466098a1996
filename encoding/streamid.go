package encoding

import (
	"bytes"
	"cmp"
	"math"
	"strconv"
)

// StreamID names an entry of a stream: a time in Unix milliseconds, and a
// number among those of the same millisecond.
type StreamID struct {
	Ms, Seq uint64
}

// MaxStreamID is the greatest ID.
var MaxStreamID = StreamID{math.MaxUint64, math.MaxUint64}

// IsZero tells the ID that no entry has.
func (id StreamID) IsZero() bool { return id == StreamID{} }

// Compare is negative if id comes before other, positive if after it.
func (id StreamID) Compare(other StreamID) int {
	if c := cmp.Compare(id.Ms, other.Ms); c != 0 {
		return c
	}
	return cmp.Compare(id.Seq, other.Seq)
}

// Next is the ID right after id; ok is false if there is none.
func (id StreamID) Next() (next StreamID, ok bool) {
	if id.Seq < math.MaxUint64 {
		return StreamID{id.Ms, id.Seq + 1}, true
	}
	return StreamID{id.Ms + 1, 0}, id.Ms < math.MaxUint64
}

// Prev is the ID right before id; ok is false if there is none.
func (id StreamID) Prev() (prev StreamID, ok bool) {
	if id.Seq > 0 {
		return StreamID{id.Ms, id.Seq - 1}, true
	}
	return StreamID{id.Ms - 1, math.MaxUint64}, id.Ms > 0
}

// AppendStreamID appends an ID as clients read it, "ms-seq".
func AppendStreamID(dst []byte, id StreamID) []byte {
	dst = strconv.AppendUint(dst, id.Ms, 10)
	dst = append(dst, '-')
	return strconv.AppendUint(dst, id.Seq, 10)
}

// MaxStreamIDText is how long AppendStreamID's text can be.
const MaxStreamIDText = 41

// ParseStreamID reads "ms-seq" or "ms", which leaves seq to the caller.
func ParseStreamID(text []byte, missingSeq uint64) (id StreamID, ok bool) {
	id, form := parseStreamID(text, missingSeq, false)
	return id, form != notStreamID
}

// ParseStreamBound is ParseStreamID that also knows "-", the first ID, and "+",
// the last one.
func ParseStreamBound(text []byte, missingSeq uint64) (id StreamID, ok bool) {
	switch string(untilNUL(text)) {
	case "-":
		return StreamID{}, true
	case "+":
		return MaxStreamID, true
	}
	return ParseStreamID(text, missingSeq)
}

// untilNUL is what C sees of an ID; Redis looks at no longer ones.
func untilNUL(text []byte) []byte {
	if len(text) > maxStreamIDArg {
		return nil
	}
	text, _, _ = bytes.Cut(text, []byte{0})
	return text
}

const maxStreamIDArg = 127

// ParseNewStreamID is ParseStreamID that also knows "ms-*": seqGiven is false
// if the number is left to the stream.
func ParseNewStreamID(text []byte) (id StreamID, seqGiven, ok bool) {
	id, form := parseStreamID(text, 0, true)
	return id, form != streamIDWithoutSeq, form != notStreamID
}

// streamIDForm is what a text turned out to be.
type streamIDForm uint8

const (
	notStreamID streamIDForm = iota
	wholeStreamID
	streamIDWithoutSeq // "ms-*"
)

// parseStreamID reads an ID as streamGenericParseIDOrReply of Redis does, which
// works on a C string.
func parseStreamID(text []byte, missingSeq uint64, star bool) (id StreamID, form streamIDForm) {
	text = untilNUL(text)
	ms, seq, hasSeq := bytes.Cut(text, []byte("-"))
	var ok bool
	if id.Ms, ok = parseUintLoosely(ms); !ok {
		return id, notStreamID
	}
	switch {
	case !hasSeq:
		id.Seq = missingSeq
	case star && len(seq) == 1 && seq[0] == '*':
		return id, streamIDWithoutSeq
	default:
		if id.Seq, ok = parseUintLoosely(seq); !ok {
			return id, notStreamID
		}
	}
	return id, wholeStreamID
}

// parseUintLoosely reads a number as string2ull of Redis does: what ParseInt
// takes must not be negative; the rest goes to C's strtoull, which takes blanks
// and a sign in front, and turns a negative number around.
func parseUintLoosely(b []byte) (n uint64, ok bool) {
	if v, ok := ParseInt(b); ok {
		return uint64(v), v >= 0
	}
	b = bytes.TrimLeft(b, " \t\n\v\f\r")
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative, b = b[0] == '-', b[1:]
	}
	if len(b) == 0 {
		return 0, false
	}
	for _, c := range b {
		d := uint64(c - '0')
		if d > 9 || n > (math.MaxUint64-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	if negative {
		n = -n
	}
	return n, true
}
