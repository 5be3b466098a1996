package persistence

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/record"
)

// TestManifestDamage: a byte flipped anywhere but in the last record is found,
// and a torn tail is none of it.
func TestManifestDamage(t *testing.T) {
	var buf bytes.Buffer
	w := record.NewWriter(&buf)
	for i := range 400 {
		if _, err := w.WriteRecord(bytes.Repeat([]byte(fmt.Sprint(i, " ")), 30)); err != nil {
			t.Fatal(err)
		}
	}
	lastStart := w.Size()
	if _, err := w.WriteRecord([]byte("the last record")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := buf.Bytes()
	for cut := range 200 {
		if at, damaged := damageOf(whole[:len(whole)-cut]); damaged {
			t.Fatalf("cut by %d bytes: damaged at %d of %d", cut, at, len(whole))
		}
	}
	for at := 0; at < int(lastStart); at += 37 {
		if at%manifestBlockBytes > manifestBlockBytes-manifestChunkHeader {
			continue // padding
		}
		b := bytes.Clone(whole)
		b[at] ^= 0x10
		if _, damaged := damageOf(b); !damaged {
			t.Fatalf("a flipped byte at %d of %d was not found", at, len(whole))
		}
	}
}

// TestTornManifestRecord: of a long record that a crash has torn any part may be there, also the one behind a block's
// end. That is no damage within the manifest.
func TestTornManifestRecord(t *testing.T) {
	var buf bytes.Buffer
	w := record.NewWriter(&buf)
	if _, err := w.WriteRecord([]byte("the first one")); err != nil {
		t.Fatal(err)
	}
	start := int(w.Size())
	if _, err := w.WriteRecord(bytes.Repeat([]byte("long"), 20<<10)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for from := start; from < buf.Len(); from += 4 << 10 {
		b := bytes.Clone(buf.Bytes())
		clear(b[from:min(len(b), from+4<<10)])
		if at, within := damageOf(b); within || at < start || at == len(b) {
			t.Fatalf("a page lost at %d: damaged at %d, within %v", from, at, within)
		}
	}
}
