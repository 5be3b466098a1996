package encoding

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
)

// LZF (Marc Lehmann's liblzf) is what RDB compresses strings with:
//
//	000lllll byte*(l+1)            l+1 literal bytes
//	lllooooo oooooooo              l+2 bytes from o+1 bytes back, l from 1 to 6
//	111ooooo llllllll oooooooo     the same with l+7, up to 264 bytes
const (
	lzfMaxLiterals = 1 << 5
	lzfMaxOffset   = 1 << 13
	lzfMaxMatch    = 1<<8 + 1<<3
)

// ErrLZF: the compressed bytes are damaged, or their length is not the one
// announced.
var ErrLZF = errors.New("damaged LZF data")

// LZFDecompress appends to dst what src decompresses to, which must be size
// bytes. A caller that does not trust size bounds it first: it is allocated in
// one piece, but never more than src could possibly expand to.
func LZFDecompress(dst, src []byte, size int) ([]byte, error) {
	// Three bytes make at most lzfMaxMatch.
	if size < 0 || size > (len(src)+2)/3*lzfMaxMatch {
		return dst, ErrLZF
	}
	start := len(dst)
	out := slices.Grow(dst, size+lzfSlack)
	at, end := start, start+size
	out = out[:end+lzfSlack]
	for len(src) > 0 {
		ctrl := int(src[0])
		src = src[1:]
		if ctrl < lzfMaxLiterals {
			n := ctrl + 1
			if n > len(src) || n > end-at {
				return dst, ErrLZF
			}
			copy(out[at:], src[:n])
			src, at = src[n:], at+n
			continue
		}
		n, back, used := lzfReference(ctrl, src)
		if used == 0 || back > at-start || n > end-at {
			return dst, ErrLZF
		}
		src = src[used:]
		copyBack(out, at, back, n)
		at += n
	}
	if at != end {
		return dst, ErrLZF
	}
	return out[:end], nil
}

// lzfSlack is how many bytes behind its end copyBack may write.
const lzfSlack = 8

// lzfReference reads what follows ctrl: copy n bytes from back bytes back.
// used is 0 if src is cut off.
func lzfReference(ctrl int, src []byte) (n, back, used int) {
	n, used = ctrl>>5, 1
	if n == 7 {
		if len(src) == 0 {
			return 0, 0, 0
		}
		n += int(src[0])
		used++
	}
	if len(src) < used {
		return 0, 0, 0
	}
	return n + 2, (ctrl&31)<<8 + int(src[used-1]) + 1, used
}

// copyBack writes to out[at:] the n bytes from back bytes before; where they
// overlap the pattern repeats. It may write up to lzfSlack bytes more.
func copyBack(out []byte, at, back, n int) {
	from := at - back
	if back < 8 {
		for k := range n {
			out[at+k] = out[from+k]
		}
		return
	}
	for k := 0; k < n; k += 8 {
		binary.LittleEndian.PutUint64(out[at+k:], binary.LittleEndian.Uint64(out[from+k:]))
	}
}

// LZFCompress appends src, compressed, to dst. ok is false, and dst as it was,
// if that would take more than maxLen bytes: RDB stores such a string as it
// is. The same src always gives the same bytes.
func LZFCompress(dst, src []byte, maxLen int) (out []byte, ok bool) {
	// Clearing a table for long strings would cost short ones more than the
	// work itself.
	if len(src) <= 1<<10 {
		var seen [1 << 9]int32
		return lzfCompress(dst, src, maxLen, seen[:])
	}
	return lzfCompressLong(dst, src, maxLen)
}

// lzfCompressLong is apart so that only long strings need its stack.
//
//go:noinline
func lzfCompressLong(dst, src []byte, maxLen int) (out []byte, ok bool) {
	var seen [1 << 13]int32
	return lzfCompress(dst, src, maxLen, seen[:])
}

// lzfCompress keeps in seen, by hash, the place plus one of the last three
// bytes that had it. REQUIRES: seen is all 0 and as long as a power of two.
func lzfCompress(dst, src []byte, maxLen int, seen []int32) (out []byte, ok bool) {
	shift := 33 - bits.Len(uint(len(seen)))
	out = dst
	literals := 0 // from here to i: not written yet
	for i := 0; i+2 < len(src); {
		three := threeBytes(src, i)
		h := three * 2654435761 >> shift
		at := int(seen[h]) - 1
		seen[h] = int32(i + 1)
		if at < 0 || i-at > lzfMaxOffset || threeBytes(src, at) != three {
			i++
			continue
		}
		n := matchLength(src, at, i)
		out = appendLZFLiterals(out, src[literals:i])
		out = appendLZFReference(out, n, i-at)
		if len(out)-len(dst) > maxLen {
			return dst, false
		}
		i += n
		literals = i
	}
	out = appendLZFLiterals(out, src[literals:])
	if len(out)-len(dst) > maxLen {
		return dst, false
	}
	return out, true
}

// threeBytes are those at i, as a number.
func threeBytes(b []byte, i int) uint32 {
	if i+4 <= len(b) {
		return binary.BigEndian.Uint32(b[i:]) >> 8
	}
	return uint32(b[i])<<16 | uint32(b[i+1])<<8 | uint32(b[i+2])
}

// matchLength tells how many bytes at i equal those at the earlier place at.
// REQUIRES: three do.
func matchLength(src []byte, at, i int) int {
	limit := min(len(src)-i, lzfMaxMatch)
	n := 3
	for ; n+8 <= limit; n += 8 {
		if x := binary.LittleEndian.Uint64(src[at+n:]) ^ binary.LittleEndian.Uint64(src[i+n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
	}
	for n < limit && src[at+n] == src[i+n] {
		n++
	}
	return n
}

func appendLZFLiterals(out, b []byte) []byte {
	for len(b) > 0 {
		n := min(len(b), lzfMaxLiterals)
		out = append(out, byte(n-1))
		out = append(out, b[:n]...)
		b = b[n:]
	}
	return out
}

func appendLZFReference(out []byte, n, back int) []byte {
	n, back = n-2, back-1
	if n < 7 {
		return append(out, byte(n<<5|back>>8), byte(back))
	}
	return append(out, byte(7<<5|back>>8), byte(n-7), byte(back))
}
