package encoding

import "encoding/binary"

// crc64Tables[k][x] is the checksum of the byte x followed by k zero bytes.
var crc64Tables = makeCRC64Tables()

func makeCRC64Tables() (t [8][256]uint64) {
	const jonesReversed = 0x95ac9329ac4bc9b5 // 0xad93d23594c935a9, lowest bit first
	for x := range t[0] {
		crc := uint64(x)
		for range 8 {
			crc = crc>>1 ^ crc&1*jonesReversed
		}
		t[0][x] = crc
	}
	for k := 1; k < len(t); k++ {
		for x, crc := range t[k-1] {
			t[k][x] = crc>>8 ^ t[0][byte(crc)]
		}
	}
	return t
}

// CRC64 continues the checksum of RDB files and DUMP payloads over b; it
// starts from 0. It is the CRC-64 of Jones's polynomial without the usual
// inversion before and after.
func CRC64(crc uint64, b []byte) uint64 {
	t := &crc64Tables
	for len(b) >= 8 {
		crc ^= binary.LittleEndian.Uint64(b)
		crc = t[7][byte(crc)] ^ t[6][byte(crc>>8)] ^ t[5][byte(crc>>16)] ^ t[4][byte(crc>>24)] ^
			t[3][byte(crc>>32)] ^ t[2][byte(crc>>40)] ^ t[1][byte(crc>>48)] ^ t[0][crc>>56]
		b = b[8:]
	}
	for _, c := range b {
		crc = crc>>8 ^ t[0][byte(crc)^c]
	}
	return crc
}
