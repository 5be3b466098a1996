package rdb

import (
	"encoding/binary"
	"math"

	"github.com/cairndb/cairn/encoding"
)

var plainCodes = map[encoding.Type]byte{
	encoding.TypeList: codeList,
	encoding.TypeSet:  codeSet,
	encoding.TypeHash: codeHash,
	encoding.TypeZSet: codeZSet2,
}

// spill decides that the value is not packed, and writes what was held back.
func (w *ValueWriter) spill() error {
	w.plain = true
	if w.open == encoding.TypeStream {
		return w.fail(w.spillStream())
	}
	w.code(plainCodes[w.open])
	w.length(uint64(w.promise))
	var err error
	switch w.open {
	case encoding.TypeSet:
		err = w.spillNumbers()
	case encoding.TypeZSet:
		err = w.spillScored()
	default:
		err = w.spillStrings()
	}
	w.held, w.numbers = w.held[:0], w.numbers[:0]
	return w.fail(err)
}

func (w *ValueWriter) spillStrings() error {
	for held := w.held; len(held) > 0; {
		var b []byte
		b, held = cutHeld(held)
		if err := w.string(b); err != nil {
			return err
		}
	}
	return nil
}

func (w *ValueWriter) spillNumbers() error {
	for _, n := range w.numbers {
		w.blob = encoding.AppendInt(w.blob[:0], n)
		if err := w.string(w.blob); err != nil {
			return err
		}
	}
	return nil
}

func (w *ValueWriter) spillScored() error {
	for held := w.held; len(held) > 0; {
		var member, score []byte
		member, held = cutHeld(held)
		score, held = cutHeld(held)
		if err := w.scored(member, parseHeldScore(score)); err != nil {
			return err
		}
	}
	return nil
}

func (w *ValueWriter) scored(member []byte, score float64) error {
	if err := w.string(member); err != nil {
		return w.fail(err)
	}
	w.buf = appendScore(w.buf, score)
	return w.fail(w.room())
}

// cutHeld takes the first string off what is held back.
func cutHeld(held []byte) (b, rest []byte) {
	n, head := binary.Uvarint(held)
	held = held[head:]
	return held[:n:n], held[n:]
}

func appendScore(dst []byte, score float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(score))
}

func parseHeldScore(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }
