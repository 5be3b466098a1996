package salvage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
)

// tableInfo is what a manifest says of a table.
type tableInfo struct {
	file              uint64 // number of the file, which more than one virtual table may share
	level             int
	smallest, largest []byte // keys
	minSeq, maxSeq    uint64
}

// manifest is what can be read of the files that say which tables there are.
type manifest struct {
	known map[uint64]tableInfo // by table number, deleted ones too
	live  map[uint64]bool      // table numbers
	gone  map[uint64]bool      // those that were deleted
	whole bool                 // nothing was missing: live is the truth
	// tornBytes at the end are no edits. Was there one, its tables are not live.
	tornBytes int
}

func newManifest() *manifest {
	return &manifest{known: map[uint64]tableInfo{}, live: map[uint64]bool{}, gone: map[uint64]bool{}}
}

// Tags of Pebble's edits (internal/manifest/version_edit.go).
const (
	tagComparator     = 1
	tagLogNumber      = 2
	tagNextFile       = 3
	tagLastSequence   = 4
	tagCompactPointer = 5
	tagDeletedFile    = 6
	tagNewFile2       = 100
	tagNewFile4       = 103
	tagNewFile5       = 104
	tagCreatedBacking = 105
	tagRemovedBacking = 106

	customTerminate   = 1
	customVirtual     = 66
	customUnsafeMask  = 64
	internalTailBytes = 8 // of a key, behind the user's key
)

// A manifest is a row of blocks of 32 KiB, and each of those a row of chunks
// (LevelDB's log format): crc:u32 length:u16 type:u8 payload. A record is one
// chunk, or a first one, middle ones and a last one.
const (
	manifestBlockBytes = 32 << 10
	chunkHeaderBytes   = 7

	chunkFull, chunkFirst, chunkMiddle, chunkLast = 1, 2, 3, 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// unmask inverts what LevelDB's formats do to a CRC before they store it.
func unmask(stored uint32) uint32 {
	rot := stored - 0xa282ead8
	return rot>>17 | rot<<15
}

// readManifest reads one manifest file. Damage is told to found.
func readManifest(fs vfs.FS, path string, found func(at int64, text string)) (*manifest, error) {
	b, err := readFile(fs, path)
	if err != nil {
		return nil, err
	}
	m := newManifest()
	m.whole = true
	damaged := func(at int, text string) {
		m.whole = false
		found(int64(at), text)
	}
	var record []byte
	open := false
	for at := 0; at < len(b); {
		kind, payload, next, mended := chunkAt(b, at)
		if kind == 0 {
			end := nextChunk(b, at)
			if end == len(b) { // what a crash tears, as if it had never been written
				m.tornBytes = end - at
				break
			}
			damaged(at, fmt.Sprintf("%d bytes are not readable: changes of the set of tables are not known", end-at))
			at, open = end, false
			continue
		}
		if mended {
			found(int64(at), "a bit was turned over; nothing is lost")
		}
		switch {
		case kind == chunkFull:
			record, open = payload, true
		case kind == chunkFirst:
			record, open = slices.Clone(payload), true
		case open:
			record = append(record, payload...)
		}
		if open && (kind == chunkFull || kind == chunkLast) {
			if err := m.edit(record); err != nil {
				damaged(at, err.Error())
			}
			open = false
		}
		at = next
	}
	if len(m.known) == 0 {
		damaged(0, "it names no tables")
	}
	return m, nil
}

// chunkAt reads the chunk at an offset; kind is 0 if there is none.
func chunkAt(b []byte, at int) (kind byte, payload []byte, next int, mended bool) {
	left := manifestBlockBytes - at%manifestBlockBytes
	if left < chunkHeaderBytes { // padding
		return chunkMiddle, nil, min(len(b), at+left), false
	}
	if at+chunkHeaderBytes > len(b) {
		return 0, nil, at, false
	}
	n := chunkHeaderBytes + int(binary.LittleEndian.Uint16(b[at+4:]))
	if n > left || at+n > len(b) || n == chunkHeaderBytes && b[at+6] == 0 {
		return 0, nil, at, false
	}
	body := slices.Clone(b[at+6 : at+n])
	sum, want := crc32.Checksum(body, castagnoli), unmask(binary.LittleEndian.Uint32(b[at:]))
	if sum != want {
		if !mend(body, sum, binary.LittleEndian.Uint32(b[at:])) {
			return 0, nil, at, false
		}
		mended = true
	}
	if body[0] < chunkFull || body[0] > chunkLast {
		return 0, nil, at, false
	}
	return body[0], body[1:], at + n, mended
}

// mend corrects bytes of which one bit is wrong, or whose masked checksum has
// one.
func mend(body []byte, sum, stored uint32) bool {
	if _, ok := encoding.MendCRC32C(body, sum, unmask(stored)); ok {
		return true
	}
	for bit := range 32 {
		if unmask(stored^1<<bit) == sum {
			return true
		}
	}
	return false
}

// nextChunk finds a whole chunk behind an offset, or the end.
func nextChunk(b []byte, at int) int {
	for next := at + 1; next < len(b); next++ {
		if kind, payload, _, mended := chunkAt(b, next); kind != 0 && len(payload) > 0 && !mended {
			return next
		}
	}
	return len(b)
}

// edit applies one edit to the set of tables.
func (m *manifest) edit(record []byte) error {
	d := editReader{r: bytes.NewReader(record)}
	var deleted, added []uint64
	for d.r.Len() > 0 && d.err == nil {
		switch tag := d.uvarint(); tag {
		case tagComparator:
			d.bytes()
		case tagLogNumber, tagNextFile, tagLastSequence, tagRemovedBacking:
			d.uvarint()
		case tagCompactPointer:
			d.uvarint()
			d.bytes()
		case tagCreatedBacking:
			d.uvarint()
			d.uvarint()
		case tagDeletedFile:
			d.uvarint()
			deleted = append(deleted, d.uvarint())
		case tagNewFile2, tagNewFile4, tagNewFile5:
			number, t := d.table(tag)
			if d.err == nil {
				m.known[number] = t
				added = append(added, number)
			}
		default:
			return fmt.Errorf("an edit has the tag %d, which means nothing here", tag)
		}
	}
	if d.err != nil {
		return fmt.Errorf("an edit ends within a field: %w", d.err)
	}
	for _, n := range deleted {
		delete(m.live, n)
		m.gone[n] = true
	}
	for _, n := range added {
		m.live[n] = true
		delete(m.gone, n) // it has only moved to another level
	}
	return nil
}

// editReader reads an edit's fields and remembers if one was missing.
type editReader struct {
	r   *bytes.Reader
	err error
}

func (d *editReader) uvarint() uint64 {
	n, err := binary.ReadUvarint(d.r)
	d.err = errors.Join(d.err, err)
	return n
}

func (d *editReader) bytes() []byte {
	n := d.uvarint()
	if d.err != nil || n > uint64(d.r.Len()) {
		d.err = errors.Join(d.err, io.ErrUnexpectedEOF)
		return nil
	}
	b := make([]byte, n)
	_, err := io.ReadFull(d.r, b)
	d.err = errors.Join(d.err, err)
	return b
}

func (d *editReader) table(tag uint64) (number uint64, t tableInfo) {
	t.level = int(d.uvarint())
	number = d.uvarint()
	t.file = number
	d.uvarint() // size
	if tag == tagNewFile5 {
		d.err = errors.Join(d.err, errors.New("a table of range keys, which are not used here"))
		return 0, t
	}
	t.smallest, t.largest = userKey(d.bytes()), userKey(d.bytes())
	t.minSeq, t.maxSeq = d.uvarint(), d.uvarint()
	for tag == tagNewFile4 && d.err == nil {
		switch custom := d.uvarint(); {
		case custom == customTerminate:
			return number, t
		case custom == customVirtual:
			t.file = d.uvarint()
		case custom&customUnsafeMask != 0:
			d.err = errors.Join(d.err, fmt.Errorf("a table with the field %d, which is not used here", custom))
		default:
			d.bytes()
		}
	}
	return number, t
}

func userKey(b []byte) []byte { return b[:max(0, len(b)-internalTailBytes)] }

func readFile(fs vfs.FS, path string) ([]byte, error) {
	f, err := fs.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

const (
	manifestPrefix = "MANIFEST-"
	markerPrefix   = "marker.manifest."
	optionsPrefix  = "OPTIONS-"
)

// currentManifest is the name of the manifest that counts: what the newest
// marker names, or, if there is none, the newest of all.
func currentManifest(names []string) (name string, marked bool) {
	newest := ""
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n, markerPrefix); ok && rest > newest {
			newest = rest
		}
		if strings.HasPrefix(n, manifestPrefix) && n > name {
			name = n
		}
	}
	if newest == "" {
		return name, false
	}
	_, name, _ = strings.Cut(newest, ".")
	return name, true
}
