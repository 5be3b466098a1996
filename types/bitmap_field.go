package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// BitFieldVerb is what one operation of BITFIELD does.
type BitFieldVerb uint8

// The operations of BITFIELD.
const (
	BitFieldGet BitFieldVerb = iota
	BitFieldSet
	BitFieldIncrBy
)

// BitFieldOp is one operation of BITFIELD, and what comes of it.
type BitFieldOp struct {
	Verb     BitFieldVerb
	Field    encoding.BitField
	Offset   uint64 // in bits
	Operand  int64
	Overflow encoding.BitOverflow

	// Result is what the field holds (GET), held before (SET) or holds now
	// (INCRBY). Refused: it would overflow, and nothing was written.
	Result  int64
	Refused bool
	changed bool
}

func (op *BitFieldOp) writes() bool { return op.Verb != BitFieldGet }

var wordBitField = []byte("BITFIELD")

// BitField carries out operations on a string, in order. Any that writes makes
// the string long enough for all that write, refused ones too. given are the
// operations in the client's words, for the log.
func BitField(tx *persistence.Tx, key []byte, ops []BitFieldOp, given [][]byte) error {
	s, err := openString(tx, key)
	if err != nil {
		return err
	}
	n, before := writtenBytes(ops), s.len()
	missed(tx, key, n > 0 || s.exists())
	if n > 0 {
		if err := s.ensure(n); err != nil {
			return err
		}
	}
	for i := range ops {
		if err := s.carryOut(&ops[i]); err != nil {
			return err
		}
	}
	if s.changed {
		tellBitField(tx, key, ops, s.len() > before)
		tx.LogList(given, wordBitField, key)
	}
	return nil
}

// tellBitField tells of a changed string. That it was made longer for
// operations that were all refused is no event.
func tellBitField(tx *persistence.Tx, key []byte, ops []BitFieldOp, grew bool) {
	for i := range ops {
		if op := &ops[i]; op.changed || grew && op.writes() && !op.Refused {
			tx.Modified(key, persistence.EventString, "setbit")
			return
		}
	}
	if grew {
		tx.Modified(key, persistence.EventString, "")
	}
}

// writtenBytes is how long a string has to be for all that is written to it.
func writtenBytes(ops []BitFieldOp) int64 {
	n := uint64(0)
	for i := range ops {
		if ops[i].writes() {
			_, end := ops[i].Field.Bytes(ops[i].Offset)
			n = max(n, end)
		}
	}
	return int64(n)
}

func (s *stringValue) carryOut(op *BitFieldOp) error {
	var buf [9]byte
	first, end := op.Field.Bytes(op.Offset)
	b, off := buf[:end-first], op.Offset-8*first
	if err := s.read(b, int64(first)); err != nil {
		return err
	}
	old := op.Field.Get(b, off)
	op.Result, op.Refused, op.changed = old, false, false
	if !op.writes() {
		return nil
	}
	next, ok := op.apply(old)
	if !ok {
		op.Refused = true
		return nil
	}
	if next == old {
		return nil
	}
	op.changed = true
	op.Field.Put(b, off, next)
	return s.write(int64(first), b)
}

// apply returns what the field will hold, and keeps what the client is told.
func (op *BitFieldOp) apply(old int64) (next int64, ok bool) {
	if op.Verb == BitFieldSet {
		return op.Field.Add(op.Operand, 0, op.Overflow)
	}
	next, ok = op.Field.Add(old, op.Operand, op.Overflow)
	op.Result = next
	return next, ok
}
