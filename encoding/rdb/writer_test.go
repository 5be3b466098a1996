package rdb

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// Calls that make no value are errors, and nothing can be written after one.
func TestMisuse(t *testing.T) {
	one := [][]byte{[]byte("f"), []byte("v")}
	for name, calls := range map[string]func(w *Writer) error{
		"a value without a key":    func(w *Writer) error { return w.String(nil) },
		"a key without a value":    func(w *Writer) error { _ = w.Key(nil, Attributes{}); return w.Close() },
		"a key within a value":     func(w *Writer) error { _ = begun(w).BeginList(2); return w.Key(nil, Attributes{}) },
		"an empty collection":      func(w *Writer) error { return begun(w).BeginSet(0) },
		"a value within a value":   func(w *Writer) error { _ = begun(w).BeginSet(1); return w.String(nil) },
		"too few elements":         func(w *Writer) error { _ = begun(w).BeginSet(1); return w.End() },
		"too many elements":        func(w *Writer) error { _ = begun(w).BeginSet(1); _ = w.Element(nil); return w.Element(nil) },
		"elements of another type": func(w *Writer) error { _ = begun(w).BeginHash(1); return w.Element(nil) },
		"an end without a start":   func(w *Writer) error { return w.End() },
		"ids that descend": func(w *Writer) error {
			_ = begun(w).BeginStream(Stream{Length: 2})
			_ = w.Entry(StreamID{1, 1}, one)
			return w.Entry(StreamID{1, 0}, one)
		},
		"a last id before the last": func(w *Writer) error {
			_ = begun(w).BeginStream(Stream{Length: 1})
			_ = w.Entry(StreamID{1, 1}, one)
			return w.End()
		},
		"a group before the entries": func(w *Writer) error {
			_ = begun(w).BeginStream(Stream{Length: 1, Groups: 1})
			return w.Group(&Group{})
		},
		"too few groups": func(w *Writer) error { _ = begun(w).BeginStream(Stream{Groups: 1}); return w.End() },
		"pending for nobody": func(w *Writer) error {
			_ = begun(w).BeginStream(Stream{Groups: 1})
			return w.Group(&Group{Pending: []Pending{{}}})
		},
		"too few pending":  func(w *Writer) error { _ = group(w, 1); return w.BeginConsumers(0) },
		"too many pending": func(w *Writer) error { _ = group(w, 0); return w.Pending(&Pending{}) },
		"no consumers":     func(w *Writer) error { _ = group(w, 0); return w.End() },
		"too many owned": func(w *Writer) error {
			_ = group(w, 1)
			_ = w.Pending(&Pending{})
			_ = w.BeginConsumers(1)
			return w.Consumer(&Consumer{}, 2)
		},
		"too few owned": func(w *Writer) error {
			_ = group(w, 1)
			_ = w.Pending(&Pending{})
			_ = w.BeginConsumers(1)
			_ = w.Consumer(&Consumer{}, 0)
			return w.End()
		},
		"functions of old": func(*Writer) error { return NewWriter(io.Discard, Options{Version: 9}).Function(nil) },
	} {
		w := NewWriter(io.Discard, Options{})
		if err := calls(w); !errors.Is(err, errMisused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := NewWriter(io.Discard, Options{})
	first := w.String(nil)
	if again := w.Aux("a", "b"); again != first {
		t.Errorf("first %v, then %v", first, again)
	}
}

// group begins the only group of a stream.
func group(w *Writer, pending int64) error {
	_ = begun(w).BeginStream(Stream{Groups: 1})
	return w.BeginGroup(nil, StreamID{}, 0, pending)
}

func begun(w *Writer) *Writer {
	_ = w.Key([]byte("k"), Attributes{})
	return w
}

// errDisk is what a full disk says.
var errDisk = errors.New("disk full")

// A writer that fails is noticed at the latest by Close.
func TestWriteErrors(t *testing.T) {
	var whole bytes.Buffer
	w := NewWriter(&whole, Options{})
	_ = benchWrite(w, "zset")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for limit := 0; limit < whole.Len(); limit += whole.Len()/10 + 1 {
		w := NewWriter(&fullDisk{limit}, Options{})
		_ = benchWrite(w, "zset")
		if err := w.Close(); !errors.Is(err, errDisk) {
			t.Fatalf("after %d bytes: %v", limit, err)
		}
	}
}

type fullDisk struct{ left int }

func (d *fullDisk) Write(b []byte) (int, error) {
	if len(b) > d.left {
		return d.left, errDisk
	}
	d.left -= len(b)
	return len(b), nil
}

// A payload has a limit, and memory follows it.
func TestMaxPayload(t *testing.T) {
	d := NewDumper(Options{MaxPayload: 1000})
	if err := d.String(make([]byte, 1001)); !errors.Is(err, ErrTooLong) {
		t.Errorf("%v", err)
	}
	d = NewDumper(Options{MaxPayload: 1000})
	err := d.BeginList(1 << 40)
	for range 1 << 20 {
		if err != nil {
			break
		}
		err = d.Element([]byte("element"))
	}
	if !errors.Is(err, ErrTooLong) || cap(d.held) > 10_000 {
		t.Errorf("%v after %d bytes", err, len(d.held))
	}
}
