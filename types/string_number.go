package types

import (
	"math"
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var wordIncr, wordDecr, wordIncrBy, wordDecrBy = []byte("INCR"), []byte("DECR"), []byte("INCRBY"), []byte("DECRBY")

// IncrBy adds to the integer that a key holds, 0 if it is missing, and returns
// the sum. The expire time stays.
func IncrBy(tx *persistence.Tx, key []byte, delta int64) (int64, error) {
	s, n, err := openInt(tx, key)
	if err != nil {
		return 0, err
	}
	n, ok := addIntegers(n, delta)
	if !ok {
		return 0, ErrOverflow
	}
	var digits [20]byte
	value := strconv.AppendInt(digits[:0], n, 10)
	if err := tx.Put(key, encoding.StringKind(value), value, s.rec.ExpireAtMs()); err != nil {
		return 0, err
	}
	tx.Modified(key, persistence.EventString, "incrby")
	logIncrement(tx, key, delta)
	return n, nil
}

// logIncrement logs what was added, as shortly as a command can say it.
func logIncrement(tx *persistence.Tx, key []byte, delta int64) {
	var digits [20]byte
	switch {
	case delta == 1:
		tx.Log(wordIncr, key)
	case delta == -1:
		tx.Log(wordDecr, key)
	case delta < 0 && delta > math.MinInt64:
		tx.Log(wordDecrBy, key, strconv.AppendInt(digits[:0], -delta, 10))
	default:
		tx.Log(wordIncrBy, key, strconv.AppendInt(digits[:0], delta, 10))
	}
}

// addIntegers is a + b; ok is false if that overflows.
func addIntegers(a, b int64) (sum int64, ok bool) {
	if (b > 0 && a > math.MaxInt64-b) || (b < 0 && a < math.MinInt64-b) {
		return 0, false
	}
	return a + b, true
}

func openInt(tx *persistence.Tx, key []byte) (s stringValue, n int64, err error) {
	s, err = openString(tx, key)
	if err != nil || !s.exists() {
		return s, 0, err
	}
	b, err := s.all()
	if err != nil {
		return s, 0, err
	}
	n, ok := encoding.ParseInt(b)
	if !ok {
		return s, 0, ErrNotInteger
	}
	return s, n, nil
}

// IncrByFloat adds to the number that a key holds, 0 if it is missing, and
// appends the sum to dst as it is stored. The expire time stays. Sums are
// logged as such: a replica need not compute the same.
func IncrByFloat(tx *persistence.Tx, key []byte, delta encoding.LongDouble, dst []byte) ([]byte, error) {
	s, n, err := openFloat(tx, key)
	if err != nil {
		return dst, err
	}
	n = n.Add(delta)
	if !n.IsFinite() {
		return dst, ErrNaNOrInfinity
	}
	start := len(dst)
	dst = encoding.AppendLongDouble(dst, n)
	value := dst[start:]
	o := SetOptions{KeepTTL: true, ExpireAtMs: s.rec.ExpireAtMs()}
	if err := store(tx, key, value, encoding.PlainStringKind(value), o); err != nil {
		return dst, err
	}
	tx.Modified(key, persistence.EventString, "incrbyfloat")
	return dst, nil
}

func openFloat(tx *persistence.Tx, key []byte) (s stringValue, n encoding.LongDouble, err error) {
	s, err = openString(tx, key)
	if err != nil || !s.exists() {
		return s, n, err
	}
	b, err := s.all()
	if err != nil {
		return s, n, err
	}
	n, ok := encoding.ParseLongDouble(b)
	if !ok {
		return s, n, ErrNotFloat
	}
	return s, n, nil
}
