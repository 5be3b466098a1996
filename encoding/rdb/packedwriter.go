package rdb

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// listpackWriter builds a listpack.
type listpackWriter struct {
	b     []byte // without the end
	count int
}

func (w *listpackWriter) reset() {
	w.b, w.count = append(w.b[:0], make([]byte, listpackHead)...), 0
}

// bytes ends the listpack. It is valid until reset.
func (w *listpackWriter) bytes() []byte {
	w.b = append(w.b, listpackEnd)
	binary.LittleEndian.PutUint32(w.b, uint32(len(w.b)))
	binary.LittleEndian.PutUint16(w.b[4:], uint16(min(w.count, listpackUncounted)))
	return w.b
}

// size is how long it would be if it ended here.
func (w *listpackWriter) size() int { return len(w.b) + 1 }

// text appends an element, as a number if it reads like one.
func (w *listpackWriter) text(s []byte) {
	if len(s) <= 20 {
		if n, ok := encoding.ParseInt(s); ok {
			w.number(n)
			return
		}
	}
	start := len(w.b)
	switch n := len(s); {
	case n < 1<<6:
		w.b = append(w.b, 0x80|byte(n))
	case n < 1<<12:
		w.b = append(w.b, 0xe0|byte(n>>8), byte(n))
	default:
		w.b = binary.LittleEndian.AppendUint32(append(w.b, 0xf0), uint32(n))
	}
	w.b = append(w.b, s...)
	w.end(start)
}

// number appends a number.
func (w *listpackWriter) number(n int64) {
	start := len(w.b)
	switch {
	case n >= 0 && n < 1<<7:
		w.b = append(w.b, byte(n))
	case n >= -1<<12 && n < 1<<12:
		w.b = append(w.b, 0xc0|byte(n>>8)&0x1f, byte(n))
	case n >= math.MinInt16 && n <= math.MaxInt16:
		w.b = appendInt(append(w.b, 0xf1), n, 2)
	case n >= -1<<23 && n < 1<<23:
		w.b = appendInt(append(w.b, 0xf2), n, 3)
	case n >= math.MinInt32 && n <= math.MaxInt32:
		w.b = appendInt(append(w.b, 0xf3), n, 4)
	default:
		w.b = appendInt(append(w.b, 0xf4), n, 8)
	}
	w.end(start)
}

// end appends the length of the entry that began at start.
func (w *listpackWriter) end(start int) {
	size := len(w.b) - start
	n := backlengthBytes(size)
	for i := range n {
		c := byte(size>>(7*(n-1-i))) & 0x7f
		if i > 0 {
			c |= 0x80
		}
		w.b = append(w.b, c)
	}
	w.count++
}

// appendInt appends the lower bytes of n, little-endian.
func appendInt(dst []byte, n int64, size int) []byte {
	for range size {
		dst = append(dst, byte(n))
		n >>= 8
	}
	return dst
}

// appendIntset builds an intset. The numbers are all different; they come out sorted.
func appendIntset(dst []byte, numbers []int64) []byte {
	slices.Sort(numbers)
	width := 2
	for _, n := range []int64{numbers[0], numbers[len(numbers)-1]} {
		switch {
		case n < math.MinInt32 || n > math.MaxInt32:
			width = 8
		case n < math.MinInt16 || n > math.MaxInt16:
			width = max(width, 4)
		}
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(width))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(numbers)))
	for _, n := range numbers {
		dst = appendInt(dst, n, width)
	}
	return dst
}
