package resp

import "slices"

// Writer appends replies in the protocol that the client chose. Every method appends one complete reply to Buf, except
// those that open an aggregate (Array, Map, Set, Push): the caller then appends exactly what it announced. Buf may be
// taken, cut or replaced between calls. Nothing else is allocated. Not for concurrent use.
type Writer struct {
	Buf   []byte
	Proto int // 2 or 3; anything but 3 is 2

	// Sink, if it is not nil, takes what is in Buf, and empties it, whenever a
	// bulk has made it longer than SinkBytes: for replies too long to be held.
	Sink func(*Writer)
}

// SinkBytes of replies are worth a call of a Writer's Sink.
const SinkBytes = 128 << 10

// OK appends the status of a write that has nothing to say.
func (w *Writer) OK() { w.Buf = append(w.Buf, "+OK\r\n"...) }

// Status appends s, which holds no line break, as a status.
func (w *Writer) Status(s string) {
	w.Buf = append(w.Buf, KindStatus)
	w.Buf = append(w.Buf, s...)
	w.crlf()
}

// Error appends an error. text starts with its code ("ERR ..."); line breaks around it are dropped and those within it
// become blanks, since what a client sent may be quoted in it.
func (w *Writer) Error(text string) {
	for text != "" && isLineBreak(text[0]) {
		text = text[1:]
	}
	for text != "" && isLineBreak(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	w.Buf = append(w.Buf, KindError)
	start := len(w.Buf)
	w.Buf = append(w.Buf, text...)
	for i, c := range w.Buf[start:] {
		if isLineBreak(c) {
			w.Buf[start+i] = ' '
		}
	}
	w.crlf()
}

// Int appends an integer.
func (w *Writer) Int(n int64) { w.Buf = appendHeader(w.Buf, KindInt, n) }

// Bool appends a truth value; RESP2: 1 or 0.
func (w *Writer) Bool(b bool) {
	switch {
	case w.Proto == 3 && b:
		w.Buf = append(w.Buf, "#t\r\n"...)
	case w.Proto == 3:
		w.Buf = append(w.Buf, "#f\r\n"...)
	case b:
		w.Buf = append(w.Buf, ":1\r\n"...)
	default:
		w.Buf = append(w.Buf, ":0\r\n"...)
	}
}

// Bulk appends b, any bytes, with its length.
func (w *Writer) Bulk(b []byte) {
	w.Buf = appendBulk(w.Buf, KindBulk, b)
	if w.Sink != nil && len(w.Buf) > SinkBytes {
		w.Sink(w)
	}
}

// BulkOf appends n bytes, with their length, that fill writes into Buf itself: for much that should not be copied. An
// error of fill leaves Buf as it was.
func (w *Writer) BulkOf(n int, fill func(dst []byte) error) error {
	mark := len(w.Buf)
	w.Buf = appendHeader(w.Buf, KindBulk, int64(n))
	start := len(w.Buf)
	w.Buf = slices.Grow(w.Buf, n+2)[:start+n]
	if err := fill(w.Buf[start:]); err != nil {
		w.Buf = w.Buf[:mark]
		return err
	}
	w.crlf()
	return nil
}

// BulkString is Bulk for a string.
func (w *Writer) BulkString(s string) { w.Buf = appendBulk(w.Buf, KindBulk, s) }

// Null appends the absence of a value; RESP2: that of a bulk string.
func (w *Writer) Null() { w.null("$-1\r\n") }

// NullArray appends the absence of an array, which RESP3 does not tell from that of a value.
func (w *Writer) NullArray() { w.null("*-1\r\n") }

func (w *Writer) null(resp2 string) {
	if w.Proto == 3 {
		resp2 = "_\r\n"
	}
	w.Buf = append(w.Buf, resp2...)
}

// Array opens an array: n replies follow.
func (w *Writer) Array(n int) { w.Buf = appendHeader(w.Buf, KindArray, int64(n)) }

// Map opens a map: n pairs of replies follow, key and value in turn; RESP2: an array of 2n.
func (w *Writer) Map(n int) {
	if w.Proto == 3 {
		w.Buf = appendHeader(w.Buf, KindMap, int64(n))
		return
	}
	w.Array(2 * n)
}

// Set opens a set: n replies follow; RESP2: an array.
func (w *Writer) Set(n int) { w.aggregate(KindSet, n) }

// Push opens a message that answers no request: n replies follow; RESP2: an array.
func (w *Writer) Push(n int) { w.aggregate(KindPush, n) }

func (w *Writer) aggregate(kind byte, n int) {
	if w.Proto != 3 {
		kind = KindArray
	}
	w.Buf = appendHeader(w.Buf, kind, int64(n))
}

// Double appends f as AppendDouble spells it; RESP2: in a bulk.
func (w *Writer) Double(f float64) {
	var text [32]byte
	w.scalar(KindDouble, AppendDouble(text[:0], f))
}

// HumanDouble appends f as AppendHumanDouble spells it; RESP2: in a bulk.
func (w *Writer) HumanDouble(f float64) {
	var text [352]byte // -1.8e308 has 309 digits before its point
	w.scalar(KindDouble, AppendHumanDouble(text[:0], f))
}

// BigNumber appends an integer of any size, in decimal digits; RESP2: in a bulk.
func (w *Writer) BigNumber(digits string) {
	if w.Proto != 3 {
		w.BulkString(digits)
		return
	}
	w.Buf = append(w.Buf, KindBigNumber)
	w.Buf = append(w.Buf, digits...)
	w.crlf()
}

func (w *Writer) scalar(kind byte, text []byte) {
	if w.Proto != 3 {
		w.Bulk(text)
		return
	}
	w.Buf = append(w.Buf, kind)
	w.Buf = append(w.Buf, text...)
	w.crlf()
}

// Verbatim appends text for people, whose format ext names in three letters ("txt", "mkd"; cut or filled with blanks);
// RESP2: a bulk without ext.
func (w *Writer) Verbatim(ext, text string) {
	if w.Proto != 3 {
		w.BulkString(text)
		return
	}
	w.Buf = appendHeader(w.Buf, KindVerbatim, int64(len(text)+verbatimPrefix))
	for i := range verbatimPrefix - 1 {
		if i < len(ext) {
			w.Buf = append(w.Buf, ext[i])
		} else {
			w.Buf = append(w.Buf, ' ')
		}
	}
	w.Buf = append(w.Buf, ':')
	w.Buf = append(w.Buf, text...)
	w.crlf()
}

// Raw appends bytes that are already replies in the client's protocol.
func (w *Writer) Raw(b []byte) { w.Buf = append(w.Buf, b...) }

func (w *Writer) crlf() { w.Buf = append(w.Buf, '\r', '\n') }

func appendBulk[T []byte | string](dst []byte, kind byte, s T) []byte {
	dst = appendHeader(dst, kind, int64(len(s)))
	dst = append(dst, s...)
	return append(dst, '\r', '\n')
}

func isLineBreak(c byte) bool { return c == '\r' || c == '\n' }
