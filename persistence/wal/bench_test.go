package wal

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func openBench(b *testing.B, p Policy) *Log {
	b.Helper()
	l, err := Open(Options{
		FS: vfs.Default, Dir: b.TempDir() + "/log", Policy: p,
		Now: func() int64 { return time.Now().UnixMilli() },
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := l.Start(StartOptions{}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	return l
}

var payload150 = make([]byte, 150)

// A log that syncs behind, as everysec does: the cost that is paid under a shard's lock.
func BenchmarkAppend(b *testing.B) {
	l := openBench(b, EverySec)
	b.SetBytes(int64(len(payload150)))
	for i := 0; b.Loop(); i++ {
		l.Append(0, payload150)
		if i%65536 == 65535 {
			b.StopTimer()
			l.Sync(l.end.Load())
			b.StartTimer()
		}
	}
}

func BenchmarkAppendParallel(b *testing.B) {
	l := openBench(b, EverySec)
	b.SetBytes(int64(len(payload150)))
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			l.Append(0, payload150)
			if i%65536 == 65535 {
				l.Sync(l.end.Load())
			}
		}
	})
}

func BenchmarkAppendFlush(b *testing.B) {
	l := openBench(b, EverySec)
	b.SetBytes(int64(len(payload150)))
	for b.Loop() {
		l.Append(0, payload150)
		if err := l.Flush(); err != nil {
			b.Fatal(err)
		}
		l.Throttle(context.Background())
	}
}

// A pipeline of 16 commands, then its Flush.
func BenchmarkAppend16Flush(b *testing.B) {
	l := openBench(b, EverySec)
	b.SetBytes(16 * int64(len(payload150)))
	for b.Loop() {
		for range 16 {
			l.Append(0, payload150)
		}
		if err := l.Flush(); err != nil {
			b.Fatal(err)
		}
		l.Throttle(context.Background())
	}
}

func BenchmarkAlways(b *testing.B) {
	for _, clients := range []struct {
		name string
		n    int
	}{{"1", 1}, {"10", 10}, {"50", 50}, {"500", 500}} {
		b.Run(clients.name, func(b *testing.B) { benchAlways(b, clients.n) })
	}
}

// benchAlways has n goroutines append and await; an op is one append made durable.
func benchAlways(b *testing.B, n int) {
	l := openBench(b, Always)
	turns := make(chan struct{}, 1024)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			w := make(chanWaiter, 1)
			for range turns {
				if durable, err := l.Await(l.Append(0, payload150), w); err != nil {
					b.Error(err)
				} else if !durable {
					<-w
				}
			}
		})
	}
	b.ResetTimer()
	for range b.N {
		turns <- struct{}{}
	}
	close(turns)
	wg.Wait()
	b.StopTimer()
	s := l.Stats()
	b.ReportMetric(float64(b.N)/float64(s.Syncs), "appends/sync")
	b.ReportMetric(float64(s.SyncNanos)/float64(s.Syncs)/1e3, "us/sync")
}

// Opening scans the newest segment, here a full one of small records, and looks through the rest of its file.
func BenchmarkOpen(b *testing.B) {
	o := Options{FS: vfs.Default, Dir: b.TempDir() + "/log", Policy: No, Now: func() int64 { return 0 }}
	l := mustOpen(b, o)
	if err := l.Start(StartOptions{}); err != nil {
		b.Fatal(err)
	}
	for l.end.Load() < firstSegmentBytes/2 {
		l.Append(0, payload150)
		l.Flush()
	}
	l.Close()
	b.SetBytes(l.end.Load())
	for b.Loop() {
		mustOpen(b, o)
	}
}

func BenchmarkReplay(b *testing.B) {
	o := Options{FS: vfs.Default, Dir: b.TempDir() + "/log", Policy: No, Now: func() int64 { return 0 }}
	l := mustOpen(b, o)
	if err := l.Start(StartOptions{}); err != nil {
		b.Fatal(err)
	}
	for l.end.Load() < 64<<20 {
		for range 16 {
			l.Append(0, payload150)
		}
		l.Flush()
	}
	l.Close()
	l = mustOpen(b, o)
	b.SetBytes(l.end.Load())
	for b.Loop() {
		if err := l.Replay(0, func(Record) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
