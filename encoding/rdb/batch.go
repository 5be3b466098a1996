package rdb

import "io"

// Batch is keys that follow each other in a file, as they are there, so that somebody else can read them (Reader.Open)
// while the file is read on.
type Batch struct {
	data        []byte
	offset      int64 // in the file
	version, db int
}

// NextBatch is Next for one who lets others read keys. It fills batch with keys that come next, as many as are at hand;
// or, if the next thing is something else, or a large or rare key, that is the item, and the batch empty.
func (r *Reader) NextBatch(batch *Batch) (Item, error) {
	batch.data = batch.data[:0]
	if r.err == nil && r.version != 0 && r.passOver() == nil {
		n := r.glance()
		batch.data = append(batch.data, r.buf[r.at:r.at+n]...)
		batch.offset, batch.version, batch.db = r.offset(), r.version, r.db
		r.at += n
		if n > 0 {
			return nil, nil
		}
	}
	return r.Next()
}

// Empty tells whether there are no keys in the batch.
func (b *Batch) Empty() bool { return len(b.data) == 0 }

// glance is how many bytes of whole keys are at hand. If not even one is that has begun, it reads on once: who looked
// again and again would never end where single bytes come.
func (r *Reader) glance() int {
	for again := true; ; again = false {
		g := glance{b: r.buf[r.at:r.end]}
		if n := g.keys(r.version); n > 0 {
			return n
		}
		if !again || !g.cutOff || r.end-r.at == len(r.buf) || !r.more() {
			return 0
		}
	}
}

// more reads some more of the file, and tells whether there is more.
func (s *source) more() bool {
	s.shift()
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	return n > 0 && (err == nil || err == io.EOF)
}

// NewBatchReader makes a reader of batches: Open it on one.
func NewBatchReader(limits Limits) *Reader {
	r := newReader(limits)
	r.err = io.EOF
	return r
}

// Open makes a reader of NewBatchReader read a batch, at whose end Next returns io.EOF. Offsets are those of the file.
func (r *Reader) Open(b *Batch) {
	r.source = memorySource(b.data)
	r.base = b.offset
	r.version, r.db, r.inKey, r.err, r.ofBatch = b.version, b.db, false, nil, true
}
