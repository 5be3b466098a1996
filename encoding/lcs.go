package encoding

import (
	"errors"
	"math"
	"math/bits"
	"slices"
)

// LCSOptions are the options of the LCS command.
type LCSOptions struct {
	// LenOnly: only the length is wanted; Seq and Matches stay empty.
	LenOnly bool
	// MinMatchLen leaves out shorter matches; 0 keeps all.
	MinMatchLen int64
	// MaxBytes is proto-max-bulk-len: what Redis lets its table take.
	MaxBytes int64
}

// LCSResult is a longest common subsequence of two strings, out of those of
// equal length the one that Redis finds.
type LCSResult struct {
	Len int
	Seq []byte
	// Matches are the runs that make up Seq, from the end of the strings to
	// the start.
	Matches []LCSMatch
}

// LCSMatch is one run of equal bytes: a[AStart:AEnd+1] and b[BStart:BEnd+1].
type LCSMatch struct{ AStart, AEnd, BStart, BEnd int }

// Len returns how many bytes the match has.
func (m LCSMatch) Len() int { return m.AEnd - m.AStart + 1 }

// LCS refuses what Redis refuses, with or without need, so that a command that
// fails there fails here.
var (
	// ErrLCSTooLong: a string has 2^32-2 bytes or more.
	ErrLCSTooLong = errors.New("string too long for LCS")
	// ErrLCSTooLarge: Redis's table, 4 bytes a cell, would exceed MaxBytes.
	ErrLCSTooLarge = errors.New("LCS table too large")
)

// LCS finds the longest common subsequence of a and b: O(len(a)*len(b)/64)
// time, and one bit of memory a pair of bytes; only a row of bits if LenOnly.
func LCS(a, b []byte, o LCSOptions) (LCSResult, error) {
	if max(uint64(len(a)), uint64(len(b))) >= math.MaxUint32-1 {
		return LCSResult{}, ErrLCSTooLong
	}
	hi, cells := bits.Mul64(uint64(len(a))+1, uint64(len(b))+1)
	if hi != 0 || cells > uint64(max(o.MaxBytes, 0))/4 {
		return LCSResult{}, ErrLCSTooLarge
	}
	t := buildLCS(a, b, o.LenOnly)
	if o.LenOnly {
		return LCSResult{Len: t.length()}, nil
	}
	return t.trace(a, b, o.MinMatchLen), nil
}

// lcsTable stands for the usual table L, where L[i][j] is the length of the
// longest common subsequence of a[:i] and b[:j]. Neighbours in a row differ by
// 0 or 1, so a bit is enough: bit j of row i is 0 where L[i+1][j+1] is
// L[i+1][j]+1. A row follows from the one above, 64 bits at a time (Hyyrö
// 2004, "Bit-parallel LCS-length computation revisited"). The 4-byte cells of
// the plain table take 32 times the memory and some 50 times the time.
type lcsTable struct {
	words int // a row
	rows  []uint64
}

func buildLCS(a, b []byte, lastRowOnly bool) lcsTable {
	t := lcsTable{words: (len(b) + 63) / 64}
	row := make([]uint64, t.words)
	for i := range row {
		row[i] = ^uint64(0)
	}
	if !lastRowOnly {
		t.rows = make([]uint64, 0, t.words*len(a))
	}
	places := lcsPlaces(a, b)
	for _, c := range a {
		nextLCSRow(row, places[c])
		if !lastRowOnly {
			t.rows = append(t.rows, row...)
		}
	}
	if lastRowOnly || len(a) == 0 {
		t.rows = row
	}
	return t
}

// lcsPlaces returns, for each byte that occurs in a, a row with a bit set
// wherever b has that byte.
func lcsPlaces(a, b []byte) (places [256][]uint64) {
	for _, c := range a {
		if places[c] == nil {
			places[c] = make([]uint64, (len(b)+63)/64)
		}
	}
	for j, c := range b {
		if row := places[c]; row != nil {
			row[j/64] |= 1 << (j % 64)
		}
	}
	return places
}

func nextLCSRow(row, places []uint64) {
	var carry uint64
	places = places[:len(row)]
	for w, v := range row {
		u := v & places[w]
		var sum uint64
		sum, carry = bits.Add64(v, u, carry)
		row[w] = sum | v&^u
	}
}

// length counts the steps in the last row. Bits beyond len(b) are never reset:
// no byte of b is there.
func (t lcsTable) length() (n int) {
	for _, w := range t.rows[max(len(t.rows)-t.words, 0):] {
		n += bits.OnesCount64(^w)
	}
	return n
}

// step tells whether L[i][j] is L[i][j-1]+1. REQUIRES: i, j > 0.
func (t lcsTable) step(i, j int) bool {
	return t.rows[(i-1)*t.words+(j-1)/64]>>((j-1)%64)&1 == 0
}

// trace walks from the end of both strings to their start. Where the bytes
// differ Redis goes up if L[i-1][j] > L[i][j-1], else left; as L[i][j] is the
// larger of these, that is exactly where step is true.
func (t lcsTable) trace(a, b []byte, minLen int64) LCSResult {
	res := LCSResult{Len: t.length()}
	res.Seq = make([]byte, 0, res.Len)
	var m LCSMatch
	open := false
	closeMatch := func() {
		if open && int64(m.Len()) >= minLen {
			res.Matches = append(res.Matches, m)
		}
		open = false
	}
	for i, j := len(a), len(b); i > 0 && j > 0; {
		if a[i-1] != b[j-1] {
			closeMatch()
			if t.step(i, j) {
				i--
			} else {
				j--
			}
			continue
		}
		i, j = i-1, j-1
		if !open {
			m, open = LCSMatch{AEnd: i, BEnd: j}, true
		}
		m.AStart, m.BStart = i, j
		res.Seq = append(res.Seq, a[i])
	}
	closeMatch()
	slices.Reverse(res.Seq)
	return res
}
