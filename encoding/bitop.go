package encoding

import (
	"crypto/subtle"
	"encoding/binary"
)

// BitOperator is what BITOP does with the bytes of its sources.
type BitOperator uint8

// The operators of BITOP.
const (
	BitAnd BitOperator = iota
	BitOr
	BitXor
	BitNot
)

// BitOp fills dst with op applied to srcs, byte by byte. A source shorter than
// dst counts as followed by zeros, so for the result of whole strings dst is
// as long as the longest; pieces of long strings may be done one after
// another. BitNot has one source. REQUIRES: at least one source, none longer
// than dst; dst overlaps no source except that srcs[0] may be dst itself.
func BitOp(op BitOperator, dst []byte, srcs [][]byte) {
	clear(dst[copy(dst, srcs[0]):])
	if op == BitNot {
		bitNot(dst)
		return
	}
	for _, src := range srcs[1:] {
		switch op {
		case BitAnd:
			clear(dst[len(src):])
			bitAnd(dst[:len(src)], src)
		case BitOr:
			bitOr(dst[:len(src)], src)
		case BitXor:
			subtle.XORBytes(dst, dst, src)
		}
	}
}

func bitNot(dst []byte) {
	for ; len(dst) >= 16; dst = dst[16:] {
		storeWord(dst, ^loadWord(dst))
		storeWord(dst[8:], ^loadWord(dst[8:]))
	}
	for i := range dst {
		dst[i] = ^dst[i]
	}
}

func bitAnd(dst, src []byte) {
	for ; len(src) >= 16 && len(dst) >= 16; src, dst = src[16:], dst[16:] {
		storeWord(dst, loadWord(dst)&loadWord(src))
		storeWord(dst[8:], loadWord(dst[8:])&loadWord(src[8:]))
	}
	for i, c := range src {
		dst[i] &= c
	}
}

func bitOr(dst, src []byte) {
	for ; len(src) >= 16 && len(dst) >= 16; src, dst = src[16:], dst[16:] {
		storeWord(dst, loadWord(dst)|loadWord(src))
		storeWord(dst[8:], loadWord(dst[8:])|loadWord(src[8:]))
	}
	for i, c := range src {
		dst[i] |= c
	}
}

// loadWord and storeWord move eight bytes; bit operations do not care in which
// order.
func loadWord(b []byte) uint64     { return binary.NativeEndian.Uint64(b) }
func storeWord(b []byte, w uint64) { binary.NativeEndian.PutUint64(b, w) }
