package resp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// What ReadValue takes from its peer. Memory follows the bytes that have arrived, so these bound mistakes, not attacks.
const (
	maxReadDepth = 128               // aggregates within aggregates
	maxReadBulk  = DefaultMaxBulkLen // bytes of one string
	maxReadLine  = 1 << 20           // bytes of a status, an error or a number
	readChunk    = 64 << 10          // bytes allocated before they have arrived
	readElems    = 64                // elements allocated before they have arrived
)

// ErrMalformed is wrapped by ReadValue's errors about bytes that are no RESP value, or one beyond the bounds.
var ErrMalformed = errors.New("resp: malformed value")

// ReadValue reads the next value of RESP2 or RESP3 from br: a reply, or a command of a replication stream. Newlines
// before it, by which a master keeps a waiting link alive, are skipped. The value shares no memory with br.
//
// Errors: io.EOF when br ends before the value; io.ErrUnexpectedEOF when it ends within; one that wraps ErrMalformed,
// after which br stands anywhere; br's own.
func ReadValue(br *bufio.Reader) (Value, error) {
	kind, err := br.ReadByte()
	for err == nil && kind == '\n' {
		kind, err = br.ReadByte()
	}
	if err != nil {
		return Value{}, err
	}
	v, err := readValue(br, kind, maxReadDepth)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return v, err
}

// readValue reads what follows the kind byte.
func readValue(br *bufio.Reader, kind byte, depth int) (Value, error) {
	if depth == 0 {
		return Value{}, malformed("nested too deep")
	}
	if strings.IndexByte(readableKinds, kind) < 0 {
		return Value{}, malformed("unknown kind %q", kind)
	}
	line, err := readLine(br)
	if err != nil {
		return Value{}, err
	}
	v := Value{Kind: kind}
	switch kind {
	case KindStatus, KindError:
		v.Str = bytes.Clone(line)
	case KindInt:
		v.Int, err = parseIntReply(line)
	case KindNull:
		v.Null, err = true, wantLine(line, "")
	case KindBool:
		v.Int, err = parseBool(line)
	case KindDouble:
		v.Float, err = parseDouble(line)
	case KindBigNumber:
		v.Str, err = bytes.Clone(line), checkBigNumber(line)
	case KindBulk, KindBulkError, KindVerbatim:
		err = v.readString(br, line)
	case KindArray, KindSet, KindPush:
		err = v.readElems(br, line, 1, depth)
	case KindMap:
		err = v.readElems(br, line, 2, depth)
	case KindAttribute:
		return readAttributed(br, line, depth)
	}
	if err != nil {
		return Value{}, err
	}
	return v, nil
}

// readAttributed reads the pairs of an attribute and the value that they belong to. It costs a level of depth, so that
// attributes of attributes are bounded as well.
func readAttributed(br *bufio.Reader, line []byte, depth int) (Value, error) {
	attrs := Value{Kind: KindAttribute}
	if err := attrs.readElems(br, line, 2, depth); err != nil {
		return Value{}, err
	}
	v, err := readNested(br, depth)
	v.Attrs = append(attrs.Elems, v.Attrs...)
	return v, err
}

func readNested(br *bufio.Reader, depth int) (Value, error) {
	kind, err := br.ReadByte()
	if err != nil {
		return Value{}, err
	}
	return readValue(br, kind, depth-1)
}

// readString reads the bytes that line announces; verbatim strings give up their format.
func (v *Value) readString(br *bufio.Reader, line []byte) error {
	size, err := v.parseLen(line, maxReadBulk)
	if err != nil || v.Null {
		return err
	}
	if v.Str, err = readBulk(br, size); err != nil || v.Kind != KindVerbatim {
		return err
	}
	if len(v.Str) < verbatimPrefix || v.Str[verbatimPrefix-1] != ':' {
		return malformed("verbatim string without a format")
	}
	v.Format, v.Str = string(v.Str[:verbatimPrefix-1]), v.Str[verbatimPrefix:]
	return nil
}

// readElems reads the elements that line announces, in units of per elements.
func (v *Value) readElems(br *bufio.Reader, line []byte, per, depth int) error {
	n, err := v.parseLen(line, math.MaxInt32)
	if err != nil || v.Null {
		return err
	}
	n *= per
	v.Elems = make([]Value, 0, min(n, readElems))
	for range n {
		elem, err := readNested(br, depth)
		if err != nil {
			return err
		}
		v.Elems = append(v.Elems, elem)
	}
	return nil
}

// parseLen reads a length. -1 is a null, which only the two kinds of RESP2 have.
func (v *Value) parseLen(line []byte, limit int64) (int, error) {
	n, ok := parseInt(line)
	if ok && n == -1 && (v.Kind == KindBulk || v.Kind == KindArray) {
		v.Null = true
		return 0, nil
	}
	if !ok || n < 0 || n > limit {
		return 0, malformed("length %.32q", line)
	}
	return int(n), nil
}

// readBulk reads size bytes and CRLF, allocating as they arrive.
func readBulk(br *bufio.Reader, size int) ([]byte, error) {
	b := make([]byte, 0, min(size, readChunk))
	for len(b) < size {
		b = slices.Grow(b, 1)
		free := b[len(b):min(cap(b), size)]
		n, err := io.ReadFull(br, free)
		if b = b[:len(b)+n]; err != nil {
			return nil, err
		}
	}
	var end [2]byte
	if _, err := io.ReadFull(br, end[:]); err != nil {
		return nil, err
	}
	return b, wantLine(end[:], "\r\n")
}

// readLine returns what precedes the next CRLF, valid until br is read again.
func readLine(br *bufio.Reader) ([]byte, error) {
	line, err := br.ReadSlice('\n')
	if err == nil && bytes.HasSuffix(line, []byte("\r\n")) {
		return line[:len(line)-2], nil
	}
	if err != nil && err != bufio.ErrBufferFull {
		return nil, err
	}
	return readLongLine(br, bytes.Clone(line))
}

// readLongLine goes on with a line that br's buffer cannot hold, or in which a LF stands alone: Redis does not clean a
// status that a script made up.
func readLongLine(br *bufio.Reader, line []byte) ([]byte, error) {
	for len(line) <= maxReadLine {
		part, err := br.ReadSlice('\n')
		line = append(line, part...)
		if err == nil && bytes.HasSuffix(line, []byte("\r\n")) {
			return line[:len(line)-2], nil
		}
		if err != nil && err != bufio.ErrBufferFull {
			return nil, err
		}
	}
	return nil, malformed("line too long")
}

// parseIntReply reads an integer, which the specification allows a "+".
func parseIntReply(line []byte) (int64, error) {
	n, err := strconv.ParseInt(string(line), 10, 64)
	if err != nil {
		return 0, malformed("integer %.32q", line)
	}
	return n, nil
}

func parseBool(line []byte) (int64, error) {
	if string(line) == "t" {
		return 1, nil
	}
	return 0, wantLine(line, "f")
}

func parseDouble(line []byte) (float64, error) {
	if string(line) == "-nan" {
		return math.Copysign(math.NaN(), -1), nil // what a C server prints for 0/0; unknown to strconv
	}
	f, err := strconv.ParseFloat(string(line), 64)
	if err != nil {
		return 0, malformed("double %.32q", line)
	}
	return f, nil
}

func checkBigNumber(line []byte) error {
	digits := line
	if len(digits) > 0 && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	if len(digits) == 0 || bytes.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return malformed("big number %.32q", line)
	}
	return nil
}

func wantLine(got []byte, want string) error {
	if string(got) != want {
		return malformed("%.32q instead of %q", got, want)
	}
	return nil
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
}
