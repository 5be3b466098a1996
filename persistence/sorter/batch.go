package sorter

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// A row lies in memory and in a run as
//
//	keyLen:u32 valueLen:u32 key value      little-endian
const rowHeader = 8

// maxBatch bounds the offsets of rows in a batch.
const maxBatch = 1<<32 - 1

// batch is rows in memory.
type batch struct {
	data []byte
	rows []row
}

// row is where a row lies, with the start of its key, by which most rows differ.
type row struct {
	high, low uint64 // the first 16 bytes of the key, big-endian
	at        uint32
}

func rowBytes(keyLen, valueLen int) int { return rowHeader + keyLen + valueLen }

// add appends a row whose value is for the caller to fill.
func (b *batch) add(key []byte, valueLen int) (value []byte) {
	at, size := len(b.data), rowBytes(len(key), valueLen)
	b.rows = append(b.rows, row{prefix(key), prefix(key[min(8, len(key)):]), uint32(at)})
	b.data = slices.Grow(b.data, size)[:at+size]
	binary.LittleEndian.PutUint32(b.data[at:], uint32(len(key)))
	binary.LittleEndian.PutUint32(b.data[at+4:], uint32(valueLen))
	copy(b.data[at+rowHeader:], key)
	return b.data[at+size-valueLen : at+size : at+size]
}

// prefix is the first 8 bytes of b as a number, zeros for those that it has not.
func prefix(b []byte) uint64 {
	if len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	var room [8]byte
	copy(room[:], b)
	return binary.BigEndian.Uint64(room[:])
}

// cutRow reads the row that b begins with.
func cutRow(b []byte) (key, value []byte, size int) {
	keyLen, valueLen := int(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint32(b[4:]))
	end := rowHeader + keyLen
	size = end + valueLen
	return b[rowHeader:end:end], b[end:size:size], size
}

func (b *batch) key(at uint32) []byte {
	n := binary.LittleEndian.Uint32(b.data[at:])
	return b.data[at+rowHeader:][:n]
}

// sort brings the rows in order.
func (b *batch) sort() {
	slices.SortFunc(b.rows, func(x, y row) int {
		switch {
		case x.high != y.high:
			return cmp.Compare(x.high, y.high)
		case x.low != y.low:
			return cmp.Compare(x.low, y.low)
		}
		if c := bytes.Compare(b.key(x.at), b.key(y.at)); c != 0 {
			return c
		}
		return cmp.Compare(x.at, y.at)
	})
}

func (b *batch) reset() { b.data, b.rows = b.data[:0], b.rows[:0] }
