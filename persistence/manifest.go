package persistence

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Pebble reads its manifest up to the first record that is damaged, as if the
// file ended there, and then removes all tables that it has not heard of. That
// is right for a tail that a crash has torn. Anywhere else it would cost the
// data; so damage is found before Pebble looks (see tablescheck.go).

// A manifest is a row of blocks of 32 KiB, and each of those a row of chunks
// (LevelDB's log format):
//
//	chunk = crc:u32 length:u16 type:u8 payload      crc32c of type and payload, masked
const (
	manifestBlockBytes  = 32 << 10
	manifestChunkHeader = 7
)

// checkManifest looks for damage in a manifest. torn tells of some at its end,
// "" if there is none; any other is refused.
func checkManifest(fs vfs.FS, path string) (torn string, err error) {
	b, err := readFile(fs, path)
	if err != nil {
		return "", err
	}
	switch at, within := damageOf(b); {
	case within:
		return "", fmt.Errorf("%s is damaged at byte %d, and whole records follow: %s", path, at, whatToDo)
	case at < len(b):
		return fmt.Sprintf("%s is damaged at byte %d", path, at), nil
	}
	return "", nil
}

func readFile(fs vfs.FS, path string) ([]byte, error) {
	f, err := fs.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

// damageOf finds the first place that is no chunk, len(b) if there is none.
// within tells whether a whole record begins behind it: then what was there had
// been on disk.
func damageOf(b []byte) (at int, within bool) {
	for at < len(b) {
		n := chunkBytes(b, at)
		if n == 0 {
			break
		}
		at += n
	}
	for next := at + 1; next < len(b); next++ {
		if n := chunkBytes(b, next); n > manifestChunkHeader && beginsRecord(b[next+6]) {
			return at, true
		}
	}
	return at, false
}

// beginsRecord tells of a chunk's type whether it is a record, or the first of
// one. Of a record that a crash has torn the rest may be there.
func beginsRecord(kind byte) bool { return kind == 1 || kind == 2 }

// chunkBytes is the length of the whole chunk at an offset, or of the padding
// that ends a block there; 0 if there is neither.
func chunkBytes(b []byte, at int) int {
	left := manifestBlockBytes - at%manifestBlockBytes
	if left < manifestChunkHeader {
		return left
	}
	if at+manifestChunkHeader > len(b) {
		return 0
	}
	n := manifestChunkHeader + int(binary.LittleEndian.Uint16(b[at+4:]))
	if n > left || at+n > len(b) || b[at+6] == 0 {
		return 0
	}
	sum := crc32.Checksum(b[at+6:at+n], castagnoli)
	if binary.LittleEndian.Uint32(b[at:]) != (sum>>15|sum<<17)+0xa282ead8 {
		return 0
	}
	return n
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)
