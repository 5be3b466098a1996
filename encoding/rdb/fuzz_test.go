package rdb

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// fuzzLimits keep the fuzzer's memory small.
var fuzzLimits = Limits{MaxString: 1 << 20}

// corpus are the files of testdata, and those put together by hand.
func corpus(f *testing.F) (files [][]byte) {
	f.Helper()
	paths, err := filepath.Glob("testdata/*.rdb")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		files = append(files, file)
	}
	for _, c := range formatCases() {
		files = append(files, c.file)
	}
	// Long ones make the fuzzer slow.
	return slices.DeleteFunc(files, func(file []byte) bool { return len(file) > 4<<10 })
}

// unsummed is a file whose checksum is 0, so that the fuzzer need not find the right one.
func unsummed(file []byte) []byte {
	if file[6] == '0' && file[7] == '0' && file[8] < '5' || len(file) < magicBytes+9 {
		return file
	}
	return append(file[:len(file)-8:len(file)-8], make([]byte, 8)...)
}

func FuzzReader(f *testing.F) {
	for _, file := range corpus(f) {
		f.Add(unsummed(file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		keys, _, err := readFile(file, fuzzLimits)
		sameByBatches(t, file, fuzzLimits)
		if err != nil {
			return
		}
		var whole []modelKey
		for _, k := range keys {
			if writable(&k) {
				whole = append(whole, k)
			}
		}
		again, _, err := readFile(writeFile(t, whole, Options{Version: VersionRedis72}), fuzzLimits)
		if err != nil {
			t.Fatal(err)
		}
		sameKeys(t, again, whole)
	})
}

// writable tells whether a key can be written with nothing lost.
func writable(k *modelKey) bool {
	for _, f := range k.fields {
		if f.expireAtMs != 0 {
			return false
		}
	}
	for _, e := range k.entries {
		if len(e.pairs) == 0 {
			return false
		}
	}
	for _, s := range k.scored {
		if s.score == 0 { // perhaps a negative one, which is not kept
			return false
		}
	}
	return !k.repeats() && (k.size() > 0 || k.typ == encoding.TypeString || k.typ == encoding.TypeStream)
}

func FuzzDump(f *testing.F) {
	for _, payload := range dumps() {
		f.Add(payload[:len(payload)-dumpTail], uint16(DefaultVersion))
	}
	f.Fuzz(func(t *testing.T, body []byte, version uint16) {
		payload := append(binary.LittleEndian.AppendUint16(body[:len(body):len(body)], version), make([]byte, 8)...)
		v, err := OpenDump(sum(payload), VersionValkey9, fuzzLimits)
		if err != nil {
			return
		}
		k := modelKey{model: readValue(v)}
		if v.Err() != nil || !writable(&k) {
			return
		}
		d := NewDumper(Options{Version: VersionRedis72, Compress: true})
		if err := k.write(&d.ValueWriter); err != nil {
			t.Fatal(err)
		}
		again, err := d.Payload()
		if err != nil {
			t.Fatal(err)
		}
		if v, err = OpenDump(again, VersionRedis72, fuzzLimits); err != nil {
			t.Fatal(err)
		}
		sameKeys(t, []modelKey{{model: readValue(v)}}, []modelKey{k})
	})
}
