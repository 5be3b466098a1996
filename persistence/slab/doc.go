// Package slab keeps packed bytes outside the Go heap, so that the garbage
// collector never sees them.
//
// An Arena is one reserved range of addresses. Its lower half is cut into
// pages of 16 KiB; its upper half holds blocks too big for a page, each in a
// slot of a power of two of addresses of which only the touched part costs
// memory. A Heap belongs to one shard: it takes pages from the arena, gives
// each one size class, and hands out blocks. A block is named by a Ref, which
// fits 36 bits, so an index entry of 8 bytes has room for more.
//
// What must always hold:
//   - A Heap is used under its shard's lock; the arena has a lock of its own,
//     taken inside, and does no I/O under it.
//   - Bytes of a block are valid until it is freed; nobody may keep them
//     outside the lock unless the block is known to stay (a sealed block).
//   - A page holds blocks of one heap and one class only. So one shard's lock
//     is enough to empty a page and give it back.
//   - The first 8 bytes of a live block never equal the free mark: byte 7 of
//     a live block is not 0xFF.
//
// Sizes are in bytes. Accounting is by page (and by 4 KiB for large blocks),
// which is what the process really holds.
package slab
