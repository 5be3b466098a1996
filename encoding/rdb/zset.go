package rdb

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"

	"github.com/cairndb/cairn/encoding"
)

var errScore = malformed("a score is not a number")

// Scored are the members of a sorted set and their scores, in no order. No score is NaN.
func (v *Value) Scored() iter.Seq2[[]byte, float64] {
	return func(yield func([]byte, float64) bool) {
		if !v.claim(encoding.TypeZSet, untouched, finished) {
			return
		}
		on := true
		v.end(v.scored(func(member []byte, score float64) {
			if on {
				on = yield(member, score)
			}
		}))
	}
}

func (v *Value) scored(emit func([]byte, float64)) error {
	if v.code != codeZSet && v.code != codeZSet2 {
		return v.packedScored(emit)
	}
	for range v.n {
		member, err := v.d.kept(&v.first)
		if err != nil {
			return err
		}
		score, err := v.readScore()
		if err != nil {
			return err
		}
		emit(member, score)
	}
	return nil
}

func (v *Value) readScore() (float64, error) {
	if v.code == codeZSet {
		return v.d.textScore()
	}
	b, err := v.d.take(8)
	if err != nil {
		return 0, err
	}
	score := math.Float64frombits(binary.LittleEndian.Uint64(b))
	if math.IsNaN(score) {
		return 0, errScore
	}
	return score, nil
}

// textScore reads a score of old: its length in a byte, of which the highest have meanings of their own, and its text.
func (d *decoder) textScore() (float64, error) {
	n, err := d.byte()
	if err != nil {
		return 0, err
	}
	switch n {
	case 255:
		return math.Inf(-1), nil
	case 254:
		return math.Inf(1), nil
	case 253:
		return 0, errScore
	}
	b, err := d.take(int(n))
	if err != nil {
		return 0, err
	}
	return parseScore(b)
}

func parseScore(b []byte) (float64, error) {
	score, ok := encoding.ParseDouble(b)
	if !ok {
		return 0, fmt.Errorf("%w: %q", errScore, b)
	}
	return score, nil
}

// packedScored walks through member, score, member, score.
func (v *Value) packedScored(emit func([]byte, float64)) error {
	p, err := v.openPacked(v.blob)
	if err != nil {
		return err
	}
	for {
		e, ok, err := p.next()
		if err != nil || !ok {
			return err
		}
		member := e.bytes(&v.first)
		if !v.seen.add(member) {
			return malformed("a member comes twice: %s", quoteKey(member))
		}
		score, err := packedScore(p)
		if err != nil {
			return err
		}
		emit(member, score)
	}
}

func packedScore(p packed) (float64, error) {
	e, err := must(p)
	if err != nil {
		return 0, err
	}
	if e.isNum {
		return float64(e.num), nil
	}
	return parseScore(e.text)
}
