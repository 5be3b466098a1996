package rdb

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/iotest"
)

// batchwise reads items as one does who lets others read keys, and counts the keys that came in batches.
func batchwise(r *Reader, limits Limits) (next func() (Item, error), inBatches *int) {
	inBatches = new(int)
	batch, of := &Batch{}, NewBatchReader(limits)
	return func() (Item, error) {
		for {
			if item, err := of.Next(); err != io.EOF {
				*inBatches++
				return item, err
			}
			item, err := r.NextBatch(batch)
			if item != nil || err != nil {
				return item, err
			}
			of.Open(batch)
		}
	}, inBatches
}

// sameByBatches compares what a file holds read as a whole and by batches.
func sameByBatches(t *testing.T, file []byte, limits Limits) (inBatches int) {
	t.Helper()
	keys, other, failed := readFile(file, limits)
	for name, src := range map[string]io.Reader{
		"whole": bytes.NewReader(file), "by single bytes": iotest.OneByteReader(bytes.NewReader(file)),
		"by halves": iotest.HalfReader(bytes.NewReader(file)),
	} {
		next, n := batchwise(NewReader(src, limits), limits)
		gotKeys, gotOther, err := readItems(next)
		if failed != nil || err != nil {
			if fmt.Sprint(failed) != fmt.Sprint(err) {
				t.Fatalf("%s: by batches it is %v, else %v", name, err, failed)
			}
			continue
		}
		if !reflect.DeepEqual(gotKeys, keys) || !reflect.DeepEqual(gotOther, other) {
			t.Fatalf("%s: by batches\n%v\n%v\nnot\n%v\n%v", name, gotKeys, gotOther, keys, other)
		}
		inBatches = max(inBatches, *n)
	}
	return inBatches
}

func TestBatches(t *testing.T) {
	for _, c := range formatCases() {
		t.Run(c.name, func(t *testing.T) { sameByBatches(t, c.file, Limits{}) })
	}
	r, inBatches := rand.New(rand.NewPCG(1, 2)), 0
	for range 20 {
		var keys []modelKey
		for i := range 20 {
			keys = append(keys, modelKey{name: fmt.Sprint(randomText(r), i), model: randomModel(r)})
		}
		file := writeFile(t, keys, Options{Version: VersionRedis7, Compress: r.IntN(2) == 0})
		inBatches += sameByBatches(t, file, Limits{})
		for range 2 { // damage
			bad := bytes.Clone(file)
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
			sameByBatches(t, bad, fuzzLimits)
		}
	}
	if inBatches < 200 {
		t.Errorf("only %d keys came in batches", inBatches)
	}
}
