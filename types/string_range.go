package types

import (
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	wordAppend   = []byte("APPEND")
	wordSetRange = []byte("SETRANGE")
)

// Append adds to the end of a string, made if it is missing, and returns its
// length. A string longer than maxBytes is refused with ErrTooLong.
func Append(tx *persistence.Tx, key, more []byte, maxBytes int64) (int64, error) {
	s, err := openString(tx, key)
	if err != nil {
		return 0, err
	}
	n := s.len() + int64(len(more))
	switch {
	case !s.exists():
		err = putString(tx, key, encoding.StringKind(more), more, 0)
	case n > maxBytes:
		err = ErrTooLong
	default:
		err = s.write(s.len(), more)
	}
	if err != nil {
		return 0, err
	}
	tx.Modified(key, persistence.EventString, "append")
	tx.Log(wordAppend, key, more)
	return n, nil
}

// SetRange overwrites a string from offset at on, 0 or more; what lies between
// its end and at becomes zeros. It returns the string's length. Nothing is
// made of an empty part.
func SetRange(tx *persistence.Tx, key []byte, at int64, part []byte, maxBytes int64) (int64, error) {
	s, err := openString(tx, key)
	if err != nil || len(part) == 0 {
		return s.len(), err
	}
	if at > maxBytes-int64(len(part)) {
		return 0, ErrTooLong
	}
	if err := s.write(at, part); err != nil {
		return 0, err
	}
	tx.Modified(key, persistence.EventString, "setrange")
	var digits [20]byte
	tx.Log(wordSetRange, key, strconv.AppendInt(digits[:0], at, 10), part)
	return s.len(), nil
}

// GetRange returns the bytes from first to last, both included; a negative
// offset counts from the end. They are valid until the key changes.
func GetRange(tx *persistence.Tx, key []byte, first, last int64) ([]byte, error) {
	s, err := openString(tx, key)
	if err != nil || backwards(first, last) {
		return nil, err
	}
	first, last = clampRange(first, last, s.len())
	if first > last {
		return nil, nil
	}
	return s.part(first, last+1)
}

// backwards tells of a range that is empty whatever the length: both ends
// count from the end, in the wrong order. Redis asks this first; clamped, such
// a range before the start would hold the first element.
func backwards(first, last int64) bool { return first < 0 && last < 0 && first > last }

// clampRange brings the ends of a range of n elements, both included and
// counted from the end where negative, into 0..n-1; first > last if nothing is
// left.
func clampRange(first, last, n int64) (int64, int64) {
	if first < 0 {
		first = max(first+n, 0)
	}
	if last < 0 {
		last = max(last+n, 0)
	}
	return first, min(last, n-1)
}
