package encoding

import "bytes"

// Slots is the number of key slots of a Redis Cluster.
const Slots = 1 << 14

// Slot returns the slot of a key as in Redis Cluster: CRC16 of the key, or of
// what stands between its first { and the next } if that is not empty, so that
// keys with the same tag share a slot.
func Slot(key []byte) uint16 {
	if open := bytes.IndexByte(key, '{'); open >= 0 {
		tag := key[open+1:]
		if end := bytes.IndexByte(tag, '}'); end > 0 {
			key = tag[:end]
		}
	}
	return crc16(key) & (Slots - 1)
}

// crc16Tables[k][x] is the checksum of the byte x followed by k zero bytes, so
// that eight bytes take eight lookups that do not wait for one another.
var crc16Tables = makeCRC16Tables()

func makeCRC16Tables() (t [8][256]uint16) {
	for x := range t[0] {
		crc := uint16(x) << 8
		for range 8 {
			poly := uint16(0)
			if crc&0x8000 != 0 {
				poly = 0x1021
			}
			crc = crc<<1 ^ poly
		}
		t[0][x] = crc
	}
	for k := 1; k < len(t); k++ {
		for x, crc := range t[k-1] {
			t[k][x] = crc<<8 ^ t[0][crc>>8]
		}
	}
	return t
}

// crc16 is CRC-16/XMODEM: polynomial 0x1021, highest bit first, starting from
// 0.
func crc16(b []byte) (crc uint16) {
	t := &crc16Tables
	for len(b) >= 8 {
		crc = t[7][b[0]^byte(crc>>8)] ^ t[6][b[1]^byte(crc)] ^
			t[5][b[2]] ^ t[4][b[3]] ^ t[3][b[4]] ^ t[2][b[5]] ^ t[1][b[6]] ^ t[0][b[7]]
		b = b[8:]
	}
	for _, c := range b {
		crc = crc<<8 ^ t[0][byte(crc>>8)^c]
	}
	return crc
}
