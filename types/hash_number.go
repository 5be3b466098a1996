package types

import (
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var wordHIncrBy = []byte("HINCRBY")

// HIncrBy adds to the integer that a field holds, 0 if it is missing, and
// returns the sum. ErrFieldNotInteger if it holds something else.
func HIncrBy(tx *persistence.Tx, key, field []byte, delta int64, lim HashLimits) (int64, error) {
	h, err := openHash(tx, key)
	if err != nil {
		return 0, err
	}
	n, err := h.integer(field)
	if err != nil {
		return 0, err
	}
	sum, ok := addIntegers(n, delta)
	if !ok {
		return 0, ErrOverflow
	}
	var digits [20]byte
	if err := h.put(field, strconv.AppendInt(digits[:0], sum, 10), lim); err != nil {
		return 0, err
	}
	tx.Log(wordHIncrBy, key, field, strconv.AppendInt(digits[:0], delta, 10))
	tx.Modified(key, persistence.EventHash, "hincrby")
	return sum, nil
}

// integer is what a field holds as a number, 0 if it is missing.
func (h *hashValue) integer(field []byte) (int64, error) {
	value, found, err := h.find(field)
	if err != nil || !found {
		return 0, err
	}
	n, ok := encoding.ParseInt(value)
	if !ok {
		return 0, ErrFieldNotInteger
	}
	return n, nil
}

// HIncrByFloat adds to the number that a field holds, 0 if it is missing, and
// appends the sum to dst as it is stored. ErrFieldNotFloat if it holds
// something else. Sums are logged as such: a replica need not compute the same.
func HIncrByFloat(tx *persistence.Tx, key, field []byte, delta encoding.LongDouble, lim HashLimits,
	dst []byte) ([]byte, error) {
	h, err := openHash(tx, key)
	if err != nil {
		return dst, err
	}
	n, err := h.float(field)
	if err != nil {
		return dst, err
	}
	sum := n.Add(delta)
	if !sum.IsFinite() {
		return dst, ErrNaNOrInfinity
	}
	start := len(dst)
	dst = encoding.AppendLongDouble(dst, sum)
	if err := h.put(field, dst[start:], lim); err != nil {
		return dst, err
	}
	tx.Log(wordHSet, key, field, dst[start:])
	tx.Modified(key, persistence.EventHash, "hincrbyfloat")
	return dst, nil
}

// float is what a field holds as a number, 0 if it is missing.
func (h *hashValue) float(field []byte) (n encoding.LongDouble, err error) {
	value, found, err := h.find(field)
	if err != nil || !found {
		return n, err
	}
	n, ok := encoding.ParseLongDouble(value)
	if !ok {
		return n, ErrFieldNotFloat
	}
	return n, nil
}
