package types

import (
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var wordSetBit = []byte("SETBIT")

// SetBit sets the bit at offset off of a string, which is made, or filled up
// with zeros, if it is too short, and returns what the bit was.
func SetBit(tx *persistence.Tx, key []byte, off uint64, bit int) (old int, err error) {
	s, err := openString(tx, key)
	if err != nil {
		return 0, err
	}
	at, before := int64(off>>3), s.len()
	if err := s.ensure(at + 1); err != nil {
		return 0, err
	}
	var b [1]byte
	if err := s.read(b[:], at); err != nil {
		return 0, err
	}
	old = encoding.SetBit(b[:], off&7, bit)
	if old == bit && !s.changed {
		return old, nil
	}
	if err := s.write(at, b[:]); err != nil {
		return 0, err
	}
	if old != bit || s.len() > before {
		tx.Modified(key, persistence.EventString, "setbit")
	}
	var digits [20]byte
	tx.Log(wordSetBit, key, strconv.AppendUint(digits[:0], off, 10), bitWords[bit])
	return old, nil
}

var bitWords = [2][]byte{[]byte("0"), []byte("1")}

// GetBit returns the bit at offset off of a string, 0 beyond its end.
func GetBit(tx *persistence.Tx, key []byte, off uint64) (int, error) {
	s, err := openString(tx, key)
	if err != nil {
		return 0, err
	}
	b, err := s.part(int64(off>>3), int64(off>>3)+1)
	return encoding.GetBit(b, off&7), err
}
