package encoding

// MendCRC32C corrects bytes whose CRC32C is sum and should be want, if they
// differ in one bit from those that it is of: what ageing media and bad memory mostly do to a file. It
// tells which bit it has turned over, or -1 if it was one of the checksum's own.
// In runs of up to 600 bytes, two or three bits turned over never pass for one;
// of any other difference the chance is about len(b)*8/2^32.
//
// CRCs are linear: the checksum of the difference is the difference of the
// checksums. So each bit's effect is known without looking at the bytes, and is
// that of the bit one byte further on, put through one more zero byte.
func MendCRC32C(b []byte, sum, want uint32) (bit int, ok bool) {
	diff := sum ^ want
	if diff == 0 || diff&(diff-1) == 0 {
		return -1, true
	}
	var effect [8]uint32
	for i := range effect {
		effect[i] = castagnoli[1<<i]
	}
	for at := len(b) - 1; at >= 0; at-- {
		for i, e := range effect {
			if e == diff {
				b[at] ^= 1 << i
				return 8*at + i, true
			}
			effect[i] = castagnoli[byte(e)] ^ e>>8
		}
	}
	return 0, false
}
