package salvage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/sstable/block"
	"github.com/cockroachdb/pebble/v2/sstable/block/blockkind"
	"github.com/cockroachdb/pebble/v2/sstable/colblk"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// hole is a range of keys of which a table's rows are lost: greater than after
// (nil: from the first), and not greater than upto (nil: to the last).
type hole struct {
	after, upto []byte
	rank        uint64 // rows up to this rank may have been there
}

func (h *hole) covers(key []byte) bool {
	return (h.after == nil || slices.Compare(key, h.after) > 0) && (h.upto == nil || slices.Compare(key, h.upto) <= 0)
}

// table is one table that is being read.
type table struct {
	name   string // of the file
	number uint64
	info   tableInfo
	known  bool // by a manifest
	file   *patchedFile
	reader *sstable.Reader
	holes  []hole // which a cursor has to go over
	// scanned: the reader is of what a scan of the file has found; lostRanges are
	// where it has found nothing.
	scanned    bool
	lostRanges []hole
	first      []byte // no row has a smaller key, nor a greater one than last
	last       []byte
	rank       func(seq uint64) uint64
	// Counts of blocks, for the report.
	blocks, damaged int
}

// patchedFile is a table's file with some bytes corrected.
type patchedFile struct {
	vfs.File
	patches []patch
}

type patch struct {
	at int64
	b  byte
}

func (f *patchedFile) ReadAt(b []byte, at int64) (int, error) {
	n, err := f.File.ReadAt(b, at)
	for _, p := range f.patches {
		if p.at >= at && p.at < at+int64(n) {
			b[p.at-at] = p.b
		}
	}
	return n, err
}

var keySchema = colblk.DefaultKeySchema(pebble.DefaultComparer, 16)

func readerOptions() sstable.ReaderOptions {
	return sstable.ReaderOptions{
		Comparer: pebble.DefaultComparer, Merger: pebble.DefaultMerger,
		KeySchemas: sstable.MakeKeySchemas(&keySchema),
	}
}

// openTable opens a table, mends what can be, and finds its holes. A table that
// cannot be read at all has no reader, and one hole that is all of it.
func openTable(fs vfs.FS, path string, t *table, found func(at int64, text string)) error {
	f, err := fs.Open(path)
	if err != nil {
		return err
	}
	t.file = &patchedFile{File: f}
	t.first, t.last = t.info.smallest, t.info.largest
	if err := t.open(); err != nil {
		if !t.mendEnd() {
			found(-1, fmt.Sprintf("the table cannot be opened: %v", err))
			return t.scanBlocks(found)
		}
		found(t.file.patches[0].at, "a bit was turned over; nothing is lost")
	}
	v := &tableVerify{table: t, found: found}
	if err := v.run(); err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	return nil
}

// before is a key that is smaller, so that a hole after it has the key.
func before(key []byte) []byte {
	if len(key) == 0 {
		return nil
	}
	return key[:len(key)-1]
}

func (t *table) open() error {
	readable, err := sstable.NewSimpleReadable(t.file)
	if err != nil {
		return err
	}
	t.reader, err = protected(func() (*sstable.Reader, error) {
		return sstable.NewReader(context.Background(), readable, readerOptions())
	})
	return err
}

// protected turns a panic into an error: bytes that pass a checksum but were
// written wrong must not end the program.
func protected[T any](fn func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return fn()
}

// mendEnd tries to correct one bit of what a reader begins with: footer, index
// of the meta blocks, properties. They lie at the end, have checksums, and are
// short enough to try.
func (t *table) mendEnd() bool {
	info, err := t.file.Stat()
	if err != nil {
		return false
	}
	const most = 1200
	end := make([]byte, min(most, info.Size()))
	start := info.Size() - int64(len(end))
	if _, err := t.file.ReadAt(end, start); err != nil {
		return false
	}
	for i := len(end) - 1; i >= 0; i-- {
		for bit := range 8 {
			t.file.patches = []patch{{start + int64(i), end[i] ^ 1<<bit}}
			if t.open() == nil {
				return true
			}
		}
	}
	t.file.patches = nil
	return false
}

func (t *table) close() error {
	if t.reader != nil {
		return t.reader.Close()
	}
	if t.file != nil {
		return t.file.Close()
	}
	return nil
}

// tableVerify reads a table block by block.
type tableVerify struct {
	*table
	found func(at int64, text string)
	prev  []byte // the separator before the block at hand
	buf   []byte
}

func (v *tableVerify) run() error {
	index, err := v.indexHandle()
	if err != nil {
		return err
	}
	// The layout has the blocks beside the data, even if the index is damaged.
	if l, err := protected(v.reader.Layout); err == nil {
		if err := v.others(l); err != nil {
			return err
		}
	}
	return v.index(index, v.reader.Attributes.Has(sstable.AttributeTwoLevelIndex))
}

// footerBytes is the length of the footer of the tables that are written here.
const footerBytes = 61

// indexHandle reads from the footer where the index is.
func (v *tableVerify) indexHandle() (block.Handle, error) {
	info, err := v.file.Stat()
	if err != nil {
		return block.Handle{}, err
	}
	var b [footerBytes]byte
	if _, err := v.file.ReadAt(b[:], info.Size()-footerBytes); err != nil {
		return block.Handle{}, err
	}
	_, n := block.DecodeHandle(b[1:])
	index, m := block.DecodeHandle(b[1+n:])
	if block.ChecksumType(b[0]) != block.ChecksumTypeCRC32c || n == 0 || m == 0 {
		return block.Handle{}, errors.New("a table of another format")
	}
	return index, nil
}

// others verifies what is neither data nor index.
func (v *tableVerify) others(l *sstable.Layout) error {
	for _, f := range l.Filter {
		if err := v.besides(f.Handle, "a filter is damaged; it only saves time"); err != nil {
			return err
		}
	}
	if err := v.besides(l.RangeDel, "deletions of ranges are lost; what they deleted may come back"); err != nil {
		return err
	}
	for _, h := range append(slices.Clone(l.ValueBlock), l.ValueIndex) {
		if err := v.besides(h, "older values are damaged; nobody reads them"); err != nil {
			return err
		}
	}
	return nil
}

func (v *tableVerify) besides(h block.Handle, text string) error {
	if h.Length == 0 {
		return nil
	}
	ok, err := v.verify(h)
	if err == nil && !ok {
		v.found(int64(h.Offset), text)
	}
	return err
}

// verify compares a block with its checksum, and mends it.
func (v *tableVerify) verify(h block.Handle) (ok bool, err error) {
	info, err := v.file.Stat()
	if err != nil {
		return false, err
	}
	n := int64(h.Length) + block.TrailerLen
	if int64(h.Offset) < 0 || int64(h.Length) < 0 || int64(h.Offset)+n > info.Size() {
		return false, nil
	}
	v.blocks++
	v.buf = slices.Grow(v.buf[:0], int(n))[:n]
	if _, err := v.file.ReadAt(v.buf, int64(h.Offset)); err != nil {
		return false, err
	}
	body, stored := v.buf[:n-4], binary.LittleEndian.Uint32(v.buf[n-4:])
	sum := crc32.Checksum(body, castagnoli)
	if sum == unmask(stored) {
		return true, nil
	}
	was := slices.Clone(body)
	if !mend(body, sum, stored) {
		v.damaged++
		return false, nil
	}
	v.found(int64(h.Offset), "a bit of a block was turned over; nothing is lost")
	for i := range body {
		if body[i] != was[i] {
			v.file.patches = append(v.file.patches, patch{int64(h.Offset) + int64(i), body[i]})
		}
	}
	right := mask(crc32.Checksum(body, castagnoli))
	for i, b := range binary.LittleEndian.AppendUint32(nil, right) {
		v.file.patches = append(v.file.patches, patch{int64(h.Offset) + n - 4 + int64(i), b})
	}
	return true, nil
}

// mask inverts unmask.
func mask(sum uint32) uint32 { return (sum>>15 | sum<<17) + 0xa282ead8 }

// index verifies the blocks that an index names.
func (v *tableVerify) index(h block.Handle, upper bool) error {
	ok, err := v.verify(h)
	if err != nil {
		return err
	}
	it, fail := v.indexIter(h, ok)
	if fail != nil {
		v.found(int64(h.Offset), fmt.Sprintf("the index is damaged (%v)", fail))
		if v.prev == nil && upper || !v.reader.Attributes.Has(sstable.AttributeTwoLevelIndex) {
			return v.scanBlocks(v.found)
		}
		return nil
	}
	defer func() { _ = it.Close() }() // releases a buffer
	for ok := it.First(); ok; ok = it.Next() {
		separator := slices.Clone(it.Separator())
		b, err := it.BlockHandleWithProperties()
		if err != nil {
			return err
		}
		if upper {
			err = v.partition(b.Handle, separator)
		} else {
			err = v.data(b.Handle, separator)
		}
		if err != nil {
			return err
		}
		v.prev = separator
	}
	if v.known {
		return nil
	}
	v.last = v.prev
	return nil
}

func (v *tableVerify) indexIter(h block.Handle, ok bool) (*colblk.IndexIter, error) {
	if !ok {
		return nil, errors.New("checksum mismatch")
	}
	return protected(func() (*colblk.IndexIter, error) {
		buf, err := v.reader.BlockReader().Read(context.Background(), block.NoReadEnv, nil, h, blockkind.Index,
			colblk.InitIndexBlockMetadata)
		if err != nil {
			return nil, err
		}
		it := &colblk.IndexIter{}
		return it, it.InitHandle(pebble.DefaultComparer, buf, block.IterTransforms{})
	})
}

// partition verifies a part of a two-level index, which goes up to a separator.
func (v *tableVerify) partition(h block.Handle, separator []byte) error {
	start := v.prev
	ok, err := v.verify(h)
	if err != nil {
		return err
	}
	if !ok {
		v.found(int64(h.Offset), "a part of the index is damaged: "+rangeText(start, separator)+" cannot be found")
		v.addHole(start, separator)
		return nil
	}
	return v.index(h, false)
}

func (v *tableVerify) data(h block.Handle, separator []byte) error {
	ok, err := v.verify(h)
	if err == nil && !ok {
		v.found(int64(h.Offset), fmt.Sprintf("a block of %d bytes is damaged: it had %s", h.Length, rangeText(v.prev, separator)))
		v.addHole(v.prev, separator)
	}
	return err
}

func (v *tableVerify) addHole(after, upto []byte) {
	if n := len(v.holes); n > 0 && after != nil && slices.Equal(v.holes[n-1].upto, after) {
		v.holes[n-1].upto = upto
		return
	}
	if after == nil && v.first != nil {
		after = before(v.first)
	}
	v.holes = append(v.holes, hole{after: after, upto: upto})
}
