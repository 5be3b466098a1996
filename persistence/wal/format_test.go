package wal

import (
	"encoding/hex"
	"flag"
	"hash/crc32"
	"os"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

var rewrite = flag.Bool("rewrite", false, "rewrite golden files")

// The bytes of a segment are a promise to every later version: this file changes only with the format version.
func TestGoldenSegment(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	o.SegmentBytes = 1024
	o.random = func() uint32 { return 0xa1b2c3d4 }
	o.Now = func() int64 { return 1700000000123 }
	l := mustOpen(t, o)
	err := l.Start(StartOptions{DB: 0, Offset: 4711, History: History{
		ID: "0123456789abcdef0123456789abcdef01234567", PrevID: "76543210fedcba9876543210fedcba9876543210", PrevEnd: 4242,
	}})
	if err != nil {
		t.Fatal(err)
	}
	l.Append(0, []byte("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"))
	mustSync(t, l)
	l.Append(5, []byte("*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n"))
	l.Close()
	name := "00000000000000004711-00000001a1b2c3d4.log"
	got := hex.Dump(readFile(t, o.FS, o.FS.PathJoin(testDir, name)))
	const golden = "testdata/segment.golden"
	if *rewrite {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("segment bytes changed:\n%s", got)
	}
}

func TestSegmentNames(t *testing.T) {
	name := segmentName(42, 0x100000002)
	if name != "00000000000000000042-0000000100000002.log" {
		t.Fatal(name)
	}
	if start, generation, ok := parseSegmentName(name); !ok || start != 42 || generation != 0x100000002 {
		t.Fatal(start, generation, ok)
	}
	for _, bad := range []string{
		"", ".log", "spare-0000000000000000", "00000000000000000042-0000000100000002", "42-1.log",
		"00000000000000000042-000000010000000A.log", "+0000000000000000042-0000000100000002.log",
		"99999999999999999999-0000000100000002.log", "00000000000000000042_0000000100000002.log",
	} {
		if _, _, ok := parseSegmentName(bad); ok {
			t.Errorf("%q is taken for a segment", bad)
		}
	}
}

func TestRecordHeader(t *testing.T) {
	for _, h := range []recordHeader{
		{}, {start: 5, synced: 5, timeMs: 1, db: -1, flags: flagClosed},
		{start: 1 << 60, synced: 1 << 50, timeMs: 1 << 41, db: MaxDB},
	} {
		record := recordBuffer([]byte("payload"))
		h.encode(record, 7)
		var got recordHeader
		if wrong := got.decode(record, 7); wrong != "" || got != h {
			t.Errorf("%+v became %+v, %s", h, got, wrong)
		}
		if got.decode(record, 8) == "" {
			t.Error("header of another generation is accepted")
		}
		for bit := range recordHeaderBytes * 8 {
			record[bit/8] ^= 1 << (bit % 8)
			if got.decode(record, 7) == "" {
				t.Errorf("bit %d of the header is not checked", bit)
			}
			record[bit/8] ^= 1 << (bit % 8)
		}
	}
	impossible := recordHeader{start: 5, synced: 6}
	record := recordBuffer(nil)
	impossible.encode(record, 7)
	if impossible.decode(record, 7) == "" {
		t.Error("a header that was synced beyond itself is accepted")
	}
}

// TestFollowedHistory: the mark is one bit, and what else is there is of a later version.
func TestFollowedHistory(t *testing.T) {
	name := segmentName(0, 1)
	s := SegmentInfo{Name: name, Generation: 1, History: History{ID: "0123456789abcdef0123456789abcdef01234567", Followed: true}}
	b := encodeSegmentHeader(s)
	if got, wrong, err := decodeSegmentHeader(name, b); got.History != s.History || wrong != "" || err != nil {
		t.Errorf("%+v, %q, %v", got.History, wrong, err)
	}
	b[136] |= 2
	le.PutUint32(b[508:], crc32.Checksum(b[:508], castagnoli))
	if _, wrong, err := decodeSegmentHeader(name, b); wrong != "" || err == nil {
		t.Errorf("an unknown flag: %q, %v", wrong, err)
	}
}
