package wal

import (
	"bytes"
	"testing"
)

// put appends payload to t as Append does.
func (t *tail) put(payload []byte, end int64) int64 {
	copy(t.reserve(len(payload), end, 0), payload)
	return end + int64(len(payload))
}

// Leaving a block must not touch batches that a writer may be reading.
func TestTailLeavesTakenBatchesAlone(t *testing.T) {
	tl := tail{blockBytes: 256, maxFree: 4}
	end := tl.put(make([]byte, 50), 0)
	taken := tl.take(nil, end, 0)
	copy(taken[0].buf, bytes.Repeat([]byte{7}, recordHeaderBytes)) // the writer's header
	end = tl.put(make([]byte, 200), end)                           // needs another block
	if !bytes.Equal(taken[0].buf[:recordHeaderBytes], bytes.Repeat([]byte{7}, recordHeaderBytes)) {
		t.Fatal("header of a taken batch was overwritten")
	}
	taken = tl.take(taken, end, 0)
	if len(taken) != 2 || taken[1].start != 50 || taken[1].end() != 250 {
		t.Fatalf("batches %+v", taken)
	}
}

// Whoever writes a batch writes zeros behind it, whatever the block held before.
func TestTailZerosBehindBatches(t *testing.T) {
	tl := tail{blockBytes: 256, maxFree: 4}
	var end int64
	for round := range 50 {
		n := 1 + round*37%300
		end = tl.put(bytes.Repeat([]byte{0xff}, n), end)
		taken := tl.take(nil, end, 0)
		for _, b := range taken {
			behind := b.buf[len(b.buf) : len(b.buf)+recordHeaderBytes]
			if !allZero(behind) {
				t.Fatalf("round %d: %x behind a batch", round, behind)
			}
			copy(b.buf, bytes.Repeat([]byte{0xff}, recordHeaderBytes))
		}
		for _, b := range taken {
			tl.release(b.blk, 1)
		}
	}
}

func TestTailReusesBlocks(t *testing.T) {
	tl := tail{blockBytes: 1024, maxFree: 4}
	var end int64
	var taken []batch
	allocs := testing.AllocsPerRun(100, func() {
		for range 10 {
			end = tl.put(payload150, end)
			taken = tl.take(taken[:0], end, 0)
			for _, b := range taken {
				tl.release(b.blk, 1)
			}
		}
	})
	if allocs > 0 {
		t.Fatalf("%v allocations", allocs)
	}
}
