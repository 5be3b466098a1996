package client

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// Bounds against a server that lies about lengths; Redis itself stays far below them.
const (
	maxBulkBytes = 1 << 30
	maxElements  = 1 << 24
	maxDepth     = 64
)

// Reply is one reply of a server: its exact bytes, and the same taken apart.
type Reply struct {
	Raw []byte
	Value
}

// replyReader parses a reply while keeping every byte of it.
type replyReader struct {
	r   *bufio.Reader
	raw []byte
}

func readReply(r *bufio.Reader) (Reply, error) {
	rr := replyReader{r: r}
	v, err := rr.value(0)
	return Reply{Raw: rr.raw, Value: v}, err
}

func (rr *replyReader) value(depth int) (Value, error) {
	line, err := rr.line()
	if err != nil {
		return Value{}, err
	}
	if len(line) == 0 || depth > maxDepth {
		return Value{}, fmt.Errorf("broken reply: empty line, or deeper than %d", maxDepth)
	}
	v := Value{Kind: line[0], Text: line[1:]}
	switch v.Kind {
	case '+', '-', ':', ',', '#', '(':
		return v, nil
	case '_':
		v.Null = true
		return v, nil
	case '$', '!', '=':
		return rr.bulk(v)
	case '*', '~', '>', '%', '|':
		return rr.aggregate(v, depth)
	}
	return v, fmt.Errorf("broken reply: unknown type in %q", line)
}

// bulk reads the payload of a string whose length stands in v.Text.
func (rr *replyReader) bulk(v Value) (Value, error) {
	n, null, err := parseLength(v.Text, maxBulkBytes)
	v.Text, v.Null = "", null
	if err != nil || null {
		return v, err
	}
	start := len(rr.raw)
	rr.raw = append(rr.raw, make([]byte, n+2)...)
	body := rr.raw[start:]
	if _, err := io.ReadFull(rr.r, body); err != nil {
		return v, err
	}
	if string(body[n:]) != "\r\n" {
		return v, fmt.Errorf("broken reply: a string of %d bytes is not followed by CRLF", n)
	}
	v.Text = string(body[:n])
	return v, nil
}

// aggregate reads the elements of an array, set, push, map or attribute. An attribute (|) is followed by the reply it
// describes, which becomes its last element.
func (rr *replyReader) aggregate(v Value, depth int) (Value, error) {
	n, null, err := parseLength(v.Text, maxElements)
	v.Text, v.Null = "", null
	if err != nil || null {
		return v, err
	}
	switch v.Kind {
	case '%':
		n *= 2
	case '|':
		n = n*2 + 1
	}
	for range n {
		e, err := rr.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.Elems = append(v.Elems, e)
	}
	return v, nil
}

// line reads up to CRLF and returns what stands before it.
func (rr *replyReader) line() (string, error) {
	start := len(rr.raw)
	for {
		part, err := rr.r.ReadSlice('\n')
		rr.raw = append(rr.raw, part...)
		if err == bufio.ErrBufferFull && len(rr.raw)-start < maxBulkBytes {
			continue
		}
		if err != nil {
			return "", err
		}
		break
	}
	line := rr.raw[start:]
	if len(line) < 2 || line[len(line)-2] != '\r' {
		return "", fmt.Errorf("broken reply: line %q does not end in CRLF", line)
	}
	return string(line[:len(line)-2]), nil
}

// parseLength reads the length of a string or aggregate; -1 is RESP2's null.
func parseLength(text string, limit int) (n int, null bool, err error) {
	n, err = strconv.Atoi(text)
	switch {
	case err != nil || n < -1 || n > limit:
		return 0, false, fmt.Errorf("broken reply: length %q", text)
	case n == -1:
		return 0, true, nil
	}
	return n, false, nil
}
