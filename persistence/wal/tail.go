package wal

// The tail holds, in RAM, every byte that is not known to be on disk.
//
// Appended bytes go into blocks, and never move: a block is a row of batches, each with a gap before its payload for
// the record header. So a batch is written with one call and no copy, appenders fill the block behind a batch while
// the writer reads it, and a batch can be written again to another file should its fsync fail. The 40 bytes behind a
// batch are the (still zero) gap of the next: written along, they end the log even in a file that held other bytes
// before.

// block is a buffer of batches. Guarded by Log.mu, but for the bytes of closed batches, which are Log.ioMu's.
type block struct {
	data []byte
	used int
	refs int // batches in it that may still be needed, plus one while it is being filled
}

// batch is one record to be: the payload of whole Appends.
type batch struct {
	start  int64
	timeMs int64
	db     int    // selected at start
	buf    []byte // header gap and payload; recordHeaderBytes more of capacity, zero or the next header
	blk    *block
}

func (b *batch) end() int64 { return b.start + int64(len(b.buf)-recordHeaderBytes) }

// tail collects appends into batches. All of it is guarded by Log.mu.
type tail struct {
	blockBytes int
	blk        *block
	open       int // position of the open batch's gap in blk
	openStart  int64
	openDB     int
	closed     []batch // full ones that no writer has taken yet
	free       []*block
	maxFree    int
}

// reserve returns n bytes of the open batch for the caller to fill before it unlocks. end and db are the log's end and
// selected database before those bytes.
func (t *tail) reserve(n int, end int64, db int) []byte {
	if t.blk == nil || t.blk.used+n+recordHeaderBytes > len(t.blk.data) {
		t.nextBlock(n, end, db)
	}
	from := t.blk.used
	t.blk.used += n
	return t.blk.data[from:t.blk.used]
}

func (t *tail) openBytes() int { return t.blk.used - t.open - recordHeaderBytes }

// nextBlock closes the open batch and begins another in a block with room for n bytes.
func (t *tail) nextBlock(n int, end int64, db int) {
	left := t.blk
	if left != nil && t.openBytes() > 0 {
		t.closeOpen(end, db)
	}
	t.blk = t.newBlock(n + 2*recordHeaderBytes)
	t.blk.refs = 1
	t.beginBatch(0, end, db)
	if left != nil {
		t.release(left, 1)
	}
}

func (t *tail) newBlock(needBytes int) *block {
	if last := len(t.free) - 1; last >= 0 && needBytes <= t.blockBytes {
		b := t.free[last]
		t.free = t.free[:last]
		return b
	}
	return &block{data: make([]byte, max(needBytes, t.blockBytes))}
}

// beginBatch clears the gap at position at: a writer may send it to the disk as the log's end before it is filled.
func (t *tail) beginBatch(at int, start int64, db int) {
	t.open, t.openStart, t.openDB = at, start, db
	t.blk.used = at + recordHeaderBytes
	clear(t.blk.data[at:t.blk.used])
}

func (t *tail) closeOpen(end int64, db int) {
	to := t.blk.used
	t.blk.refs++
	t.closed = append(t.closed, batch{
		start: t.openStart,
		db:    t.openDB,
		buf:   t.blk.data[t.open : to : to+recordHeaderBytes],
		blk:   t.blk,
	})
	t.beginBatch(to, end, db)
}

// take moves all pending batches to the end of dst.
func (t *tail) take(dst []batch, end int64, db int) []batch {
	if t.blk != nil && t.openBytes() > 0 {
		t.closeOpen(end, db)
	}
	dst = append(dst, t.closed...)
	clear(t.closed)
	t.closed = t.closed[:0]
	return dst
}

// release gives back n references. A block that only the (empty) open batch uses is filled from its front again: it is
// in the processor's cache.
func (t *tail) release(b *block, n int) {
	b.refs -= n
	switch {
	case b.refs < 0:
		panic("wal: block released twice")
	case b.refs == 0 && len(b.data) == t.blockBytes && len(t.free) < t.maxFree:
		t.free = append(t.free, b)
	case b.refs == 1 && b == t.blk && t.openBytes() == 0:
		t.beginBatch(0, t.openStart, t.openDB)
	}
}

// shrink drops what a burst left behind, down to one spare block.
func (t *tail) shrink() {
	if len(t.free) > 1 {
		clear(t.free[1:])
		t.free = t.free[:1]
	}
}
