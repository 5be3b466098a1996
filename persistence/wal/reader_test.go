package wal

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A reader may begin at any offset, and sees what comes later too.
func TestReaderFromEveryOffset(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	o.SegmentBytes = 900
	l := openStarted(t, o)
	m := newModel()
	for i := range 20 {
		m.append(l, i%2, bytes.Repeat([]byte{byte(i)}, 30))
		mustSync(t, l)
	}
	half := m.end()
	var readers []*Reader
	for from := int64(0); from <= half; from++ {
		r, err := l.NewReader(from)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if from%3 == 0 {
			readAll(t, r, half)
		}
		readers = append(readers, r)
	}
	for i := range 20 {
		m.append(l, i%2, bytes.Repeat([]byte{byte(i)}, 30))
		mustSync(t, l)
	}
	for _, r := range readers {
		from := r.Offset()
		if got := readAll(t, r, m.end()); !bytes.Equal(got, m.stream[from:]) {
			t.Fatalf("from %d: %d bytes", from, len(got))
		}
	}
}

// Under Always another machine must not have what this one may still lose.
func TestReaderWaitsForSync(t *testing.T) {
	for _, policy := range []Policy{Always, EverySec, No} {
		o := quiet(testOptions(vfs.NewMem()))
		o.Policy = policy
		l := openStarted(t, o)
		r, err := l.NewReader(0)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		end := l.Append(0, []byte("x"))
		l.Flush()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		rec, err := r.Next(ctx)
		cancel()
		if policy != Always && (err != nil || rec.End() != end) || policy == Always && err != context.DeadlineExceeded {
			t.Fatalf("%s: %+v, %v", policy, rec, err)
		}
		if policy != Always {
			continue
		}
		go l.Sync(end)
		if rec, err := r.Next(context.Background()); err != nil || rec.End() != end {
			t.Fatalf("%s: %+v, %v", policy, rec, err)
		}
	}
}

func TestReaderEndsWithTheLog(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	l := openStarted(t, o)
	r, err := l.NewReader(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := make(chan error)
	go func() {
		_, err := r.Next(context.Background())
		got <- err
		_, err = r.Next(context.Background())
		got <- err
	}()
	time.Sleep(5 * time.Millisecond)
	l.Append(0, []byte("x"))
	l.Close()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != ErrClosed {
		t.Fatal(err)
	}
}

func TestReaderOutside(t *testing.T) {
	l := openStarted(t, quiet(testOptions(vfs.NewMem())))
	l.Append(0, []byte("x"))
	for _, from := range []int64{-1, 100} {
		var oe *OffsetError
		if _, err := l.NewReader(from); !errors.As(err, &oe) || oe.Offset != from {
			t.Errorf("from %d: %v", from, err)
		}
	}
}

// Under No a reader may be ahead of the synced offset when a heal moves these bytes to another segment.
func TestReaderAcrossHeal(t *testing.T) {
	f := newFailing(vfs.NewMem(), opSync)
	o := quiet(testOptions(f))
	o.Policy = No
	l := openStarted(t, o)
	m := newModel()
	r, _ := l.NewReader(0)
	defer r.Close()
	rng := rand.New(rand.NewPCG(5, 5))
	var got []byte
	for range 30 {
		for range 3 {
			m.append(l, 0, randomPayload(rng, 300))
			l.Flush()
			if rng.IntN(2) == 0 {
				got = append(got, readAll(t, r, l.Written())...)
			}
		}
		f.breakWith(errInjected)
		l.Sync(m.end())
		f.repair()
		if err := l.Retry(); err != nil {
			t.Fatal(err)
		}
	}
	if got = append(got, readAll(t, r, m.end())...); !bytes.Equal(got, m.stream) {
		t.Fatal("other bytes")
	}
}
