package salvage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/sstable/block"
	"github.com/cockroachdb/pebble/v2/sstable/colblk"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// A table whose index or end is damaged still has its data blocks, one behind the
// other from the first byte on, each with a checksum behind it. Where a block
// ends is found by trying: at the length after which the checksum of all before
// is stored. What is found so is put into a table in RAM.

const (
	// maxScanBlock bounds the length that is tried for a block.
	maxScanBlock = 64 << 20
	// Behind damage, where blocks begin is not known either: shorter ones are
	// looked for, so that the work stays in proportion.
	maxResyncBlock = 16 << 10
	maxResyncBytes = 512 << 10
)

// scanBlocks makes of a table that cannot be opened one of what lies in it.
func (t *table) scanBlocks(found func(at int64, text string)) error {
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	b := make([]byte, info.Size())
	if _, err := t.file.File.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	s := &blockScan{table: t, b: b, found: found}
	if err := s.openWriter(); err != nil {
		return err
	}
	s.run()
	return s.finish()
}

type blockScan struct {
	*table
	b     []byte
	found func(at int64, text string)
	mem   *vfs.MemFS
	w     *sstable.Writer
	last  []byte // key
	rows  int
	gap   bool // damage since the last key
	over  bool // the data blocks have ended
}

func (s *blockScan) openWriter() error {
	s.mem = vfs.NewMem()
	f, err := s.mem.Create("found", vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	s.w = sstable.NewWriter(objstorageprovider.NewFileWritable(f), sstable.WriterOptions{
		Comparer: pebble.DefaultComparer, KeySchema: &keySchema, TableFormat: sstable.TableFormatPebblev5,
	})
	return nil
}

// run goes through the blocks.
func (s *blockScan) run() {
	resync := 0 // bytes since a block was found
	for at := 0; at < len(s.b) && !s.over && !s.complete(); {
		most := maxScanBlock
		if resync > 0 {
			most = maxResyncBlock
		}
		n := blockLength(s.b[at:], most)
		if n == 0 {
			if resync == 0 {
				s.gap = true
			}
			resync++
			at++
			if resync > maxResyncBytes {
				return
			}
			continue
		}
		resync = 0
		s.block(s.b[at : at+n+1])
		at += n + block.TrailerLen
	}
}

// complete tells whether the last row has been found.
func (s *blockScan) complete() bool {
	return s.known && s.rows > 0 && bytes.Compare(s.last, s.info.largest) >= 0
}

// blockLength finds the length of the block at the start of b, 0 if there is
// none.
func blockLength(b []byte, most int) int {
	sum := ^uint32(0)
	for n := 0; n < min(most, len(b)-block.TrailerLen); n++ {
		// With the byte at n taken for the one that tells how the block is packed.
		if kind := b[n]; n > 0 && (kind == 0 || kind == byte(block.SnappyCompressionIndicator) ||
			kind == byte(block.MinLZCompressionIndicator) || kind == byte(block.ZstdCompressionIndicator)) {
			with := ^(castagnoli[byte(sum)^kind] ^ sum>>8)
			if with == unmask(binary.LittleEndian.Uint32(b[n+1:])) {
				return n
			}
		}
		sum = castagnoli[byte(sum)^b[n]] ^ sum>>8
	}
	return 0
}

// block takes the rows of a block, which has the byte behind it that tells how it
// is packed. What is none of data is passed over.
func (s *blockScan) block(b []byte) {
	rows, err := protected(func() ([]scannedRow, error) { return decodeBlock(b) })
	if err != nil || len(rows) == 0 || bytes.Compare(rows[0].key, s.last) < 0 || !s.plausible(rows) {
		s.over = s.rows > 0 && !s.gap // the index comes behind the last data
		return
	}
	if s.gap {
		s.hole(rows[0].key)
	}
	for i := range rows {
		if s.rows > 0 && bytes.Equal(rows[i].key, s.last) {
			continue // an older version
		}
		s.rows++
		s.last = rows[i].key
		// The sequence number and what the row does go in front of the value.
		value := binary.LittleEndian.AppendUint64(nil, rows[i].seq)
		value = append(append(value, byte(rows[i].kind)), rows[i].value...)
		if err := s.w.Set(rows[i].key, value); err != nil {
			s.found(-1, fmt.Sprintf("a row of key %q is lost: %v", rows[i].key, err))
		}
	}
}

func (s *blockScan) plausible(rows []scannedRow) bool {
	for i := range rows {
		k := rows[i].key
		if len(k) == 0 || !slices.Contains([]byte{prefixRecord, prefixMeta, prefixNode, prefixExpiry}, k[0]) ||
			i > 0 && bytes.Compare(rows[i-1].key, k) > 0 {
			return false
		}
		if s.known && (bytes.Compare(k, s.info.smallest) < 0 || bytes.Compare(k, s.info.largest) > 0) {
			return false
		}
	}
	return true
}

// hole notes that rows before a key are lost.
func (s *blockScan) hole(next []byte) {
	s.gap = false
	after := s.last
	if after == nil {
		after = before(s.info.smallest)
	}
	s.lostRanges = append(s.lostRanges, hole{after: after, upto: next})
	s.found(-1, "damage: it had "+rangeText(after, next))
}

// finish opens what was found as the table.
func (s *blockScan) finish() error {
	if !s.complete() && (s.gap || !s.over) {
		s.hole(s.info.largest)
	}
	s.found(-1, fmt.Sprintf("%d rows were found without the index; deletions of ranges, if it had any, are lost", s.rows))
	if err := s.w.Close(); err != nil {
		return err
	}
	f, err := s.mem.Open("found")
	if err != nil {
		return err
	}
	closing := s.file
	s.file = &patchedFile{File: f}
	s.scanned, s.holes = true, nil
	return errors.Join(s.open(), closing.Close())
}

// scannedRow is a row as a block has it.
type scannedRow struct {
	key, value []byte
	seq        uint64
	kind       pebble.InternalKeyKind
}

func decodeBlock(b []byte) (rows []scannedRow, err error) {
	packed, how := b[:len(b)-1], block.CompressionIndicator(b[len(b)-1])
	n, err := block.DecompressedLen(how, packed)
	if err != nil || n > maxScanBlock*2 {
		return nil, errors.Join(err, errors.New("not a block"))
	}
	data := make([]byte, n)
	if how == block.NoCompressionIndicator {
		copy(data, packed)
	} else if err := block.DecompressInto(how, packed, data); err != nil {
		return nil, err
	}
	if !isData(data) {
		return nil, errors.New("not a block of data")
	}
	var d colblk.DataBlockDecoder
	d.Init(&keySchema, data)
	var it colblk.DataBlockIter
	it.InitOnce(&keySchema, pebble.DefaultComparer, nil)
	if err := it.Init(&d, block.IterTransforms{}); err != nil {
		return nil, err
	}
	for kv := it.First(); kv != nil; kv = it.Next() {
		value, _, err := kv.Value(nil)
		if err != nil {
			return nil, err
		}
		rows = append(rows, scannedRow{slices.Clone(kv.K.UserKey), slices.Clone(value), uint64(kv.SeqNum()), kv.Kind()})
	}
	return rows, nil
}

// Blocks of columns begin, behind a header of their kind, with a version and the
// number of columns. Those of data are told from others by these: a decoder
// believes what it is given.
const (
	dataHeaderBytes = 4
	columnsVersion  = 1
	dataColumns     = 7
)

func isData(b []byte) bool {
	return len(b) > dataHeaderBytes+7 && b[dataHeaderBytes] == columnsVersion &&
		binary.LittleEndian.Uint16(b[dataHeaderBytes+1:]) == dataColumns
}
