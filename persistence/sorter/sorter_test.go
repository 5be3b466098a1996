package sorter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

func testOptions(fs vfs.FS, batchBytes int) Options {
	return Options{FS: fs, BatchBytes: batchBytes, Path: func(n int) string { return fmt.Sprintf("run-%d", n) }}
}

type keyValue struct{ key, value []byte }

// randomRows have keys that share starts, many of them more than once; the value of each tells when it came.
func randomRows(r *rand.Rand, n int) (list []keyValue) {
	for i := range n {
		key := bytes.Repeat([]byte{byte(r.IntN(3))}, r.IntN(20))
		key = binary.BigEndian.AppendUint16(key, uint16(r.IntN(n)))
		value := binary.BigEndian.AppendUint32(make([]byte, 0, 64), uint32(i))
		list = append(list, keyValue{key, append(value, make([]byte, r.IntN(60))...)})
	}
	return list
}

func mustBeSorted(t *testing.T, s *Sorter, list []keyValue) {
	t.Helper()
	slices.SortStableFunc(list, func(a, b keyValue) int { return bytes.Compare(a.key, b.key) })
	rows, err := s.Sort()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range list {
		ok, err := rows.Next()
		if err != nil || !ok || !bytes.Equal(rows.Key(), want.key) || !bytes.Equal(rows.Value(), want.value) {
			t.Fatalf("row %d of %d: %v %v", i, len(list), ok, err)
		}
	}
	if ok, err := rows.Next(); ok || err != nil {
		t.Fatalf("after the last row: %v %v", ok, err)
	}
}

// Rows come out in order, those of a key as they came, whatever the number of runs; and no file stays.
func TestSort(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000, 60_000} {
		for _, batchBytes := range []int{1, 1 << 10, 64 << 10, 64 << 20} {
			if n > 1000 && batchBytes == 1 {
				continue
			}
			t.Run(fmt.Sprintf("%d by %d", n, batchBytes), func(t *testing.T) {
				fs := vfs.NewMem()
				s := New(testOptions(fs, batchBytes))
				list := randomRows(rand.New(rand.NewPCG(uint64(n), uint64(batchBytes))), n)
				first, second := s.Writer(), s.Writer()
				for i, e := range list {
					w := first
					if i >= n/3 {
						w = second
					}
					if err := w.Add(e.key, e.value); err != nil {
						t.Fatal(err)
					}
				}
				mustBeSorted(t, s, list)
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if left, err := fs.List(""); err != nil || len(left) > 0 {
					t.Errorf("%d files are left, such as %v: %v", len(left), left[:min(3, len(left))], err)
				}
			})
		}
	}
}

// A row that is larger than a batch, and than what is read at once, is a row like others.
func TestSortLargeRows(t *testing.T) {
	s := New(testOptions(vfs.NewMem(), 100<<10))
	w := s.Writer()
	var list []keyValue
	for i := range 40 {
		e := keyValue{fmt.Appendf(nil, "%d", i*7%40), bytes.Repeat([]byte{byte(i)}, i%5*200_000)}
		list = append(list, e)
		room, err := w.Reserve(e.key, len(e.value))
		if err != nil {
			t.Fatal(err)
		}
		copy(room, e.value)
	}
	mustBeSorted(t, s, list)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Whatever fails is said, and the sorter can be closed.
func TestSortFails(t *testing.T) {
	full := fmt.Errorf("injected: %w", syscall.ENOSPC)
	list := randomRows(rand.New(rand.NewPCG(1, 1)), 5000)
	failed, calls := 0, 1
	for at := 0; at < calls; at += 1 + at/20 {
		n := 0
		s := New(testOptions(errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
			if op.Kind == errorfs.OpRemove {
				return nil
			}
			if n++; n == at {
				return full
			}
			return nil
		})), 2<<10))
		if sortAll(s, list) != nil {
			failed++
		} else if at > 0 {
			t.Errorf("call %d failed and nobody has said so", at)
		}
		if err := s.Close(); err != nil && !errors.Is(err, full) {
			t.Fatal(err)
		}
		calls = max(calls, n)
	}
	if failed < 20 {
		t.Errorf("only %d failures", failed)
	}
}

func sortAll(s *Sorter, list []keyValue) error {
	w := s.Writer()
	for _, e := range list {
		if err := w.Add(e.key, e.value); err != nil {
			return err
		}
	}
	rows, err := s.Sort()
	for ok := err == nil; ok && err == nil; {
		ok, err = rows.Next()
	}
	return err
}
