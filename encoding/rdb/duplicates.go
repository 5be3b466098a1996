package rdb

import "hash/maphash"

// duplicates notices an element that comes twice in a packed collection. It keeps seeded hashes of 64 bits, so that an
// element costs 16 to 32 bytes at most; that two different elements are taken for the same one among a million has a
// chance of 1 in 10^7.
type duplicates struct {
	seed  maphash.Seed
	table []uint64 // open addressing, 0 is empty; its length is a power of two
	few   []uint64 // what table is part of as long as it is small
	count int
}

const fewDuplicates = 1 << 10

// reset begins with another collection, of about n elements.
func (d *duplicates) reset(n int) {
	if d.few == nil {
		d.seed, d.few = maphash.MakeSeed(), make([]uint64, fewDuplicates)
	}
	size := 16
	for size < fewDuplicates && size < 2*n {
		size *= 2
	}
	d.table, d.count = d.few[:size], 0
	clear(d.table)
}

// add tells whether b is new.
func (d *duplicates) add(b []byte) bool {
	if 2*d.count >= len(d.table) {
		d.grow()
	}
	h := max(maphash.Bytes(d.seed, b), 1)
	if !insertHash(d.table, h) {
		return false
	}
	d.count++
	return true
}

func (d *duplicates) grow() {
	table := make([]uint64, 2*len(d.table))
	for _, h := range d.table {
		if h != 0 {
			insertHash(table, h)
		}
	}
	d.table = table
}

// insertHash tells whether h was not in the table.
func insertHash(table []uint64, h uint64) bool {
	mask := uint64(len(table) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch table[i] {
		case h:
			return false
		case 0:
			table[i] = h
			return true
		}
	}
}
