package rdb

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cairndb/cairn/encoding"
)

// ValueWriter writes values, one after the other:
//
//	String(b)
//	BeginList(n), n times Element(b), End()
//	BeginSet(n), n times Element(b), End()
//	BeginHash(n), n times Field(name, value), End()
//	BeginZSet(n), n times Scored(member, score), End()
//	BeginStream(s), s.Length times Entry(id, names and values), s.Groups times Group(g), End()
//
// Elements are all different where the type says so; a list is written from head to tail, a stream in order of ids, the
// rest in any order. (Redis loads large sorted sets fastest from the highest score to the lowest.) What Redis would keep
// packed is held back until End and written packed; everything else leaves as it comes. Nothing that is passed in is
// kept. After an error only more errors follow.
type ValueWriter struct {
	sink
	version int
	packing Packing
	maxHeld int // bytes held back, to be packed, of a single value

	before, after []byte // what goes around the code of the next value: its attributes, its key
	needKey       bool   // a value without a key is a mistake

	open    encoding.Type // the value that was begun, TypeNone between values
	promise int64         // how many elements it will have
	count   int64         // how many it has
	plain   bool          // nothing is held back (any more)
	held    []byte        // elements held back, each with its length
	numbers []int64       // the same of a set, as long as it has nothing but numbers
	list    listpackWriter
	blob    []byte
	stream  streamWriter
	err     error
}

var errMisused = errors.New("rdb: calls of the writer that make no value")

// begin begins a value of n elements.
func (w *ValueWriter) begin(t encoding.Type, n int64, packable bool) error {
	if n < 0 || n == 0 && t != encoding.TypeStream {
		return w.misuse("a %v of %d elements", t, n)
	}
	if err := w.mayBegin(); err != nil {
		return err
	}
	w.open, w.promise, w.count = t, n, 0
	w.held, w.numbers = w.held[:0], w.numbers[:0]
	w.plain = false
	if !packable {
		return w.spill()
	}
	return nil
}

func (w *ValueWriter) mayBegin() error {
	if w.err == nil && (w.open != encoding.TypeNone || w.needKey && len(w.after) == 0) {
		return w.misuse("a value within a %v, or without a key", w.open)
	}
	return w.err
}

func (w *ValueWriter) misuse(format string, args ...any) error {
	return w.fail(fmt.Errorf("%w: %s", errMisused, fmt.Sprintf(format, args...)))
}

func (w *ValueWriter) fail(err error) error {
	if w.err == nil {
		w.err = err
	}
	return w.err
}

// code writes what a value begins with.
func (w *ValueWriter) code(code byte) {
	w.buf = append(append(append(w.buf, w.before...), code), w.after...)
	w.before, w.after = w.before[:0], w.after[:0]
}

// next counts an element of an open value of type t.
func (w *ValueWriter) next(t encoding.Type) error {
	if w.err != nil {
		return w.err
	}
	if w.open != t || w.count == w.promise {
		return w.misuse("element %d of a %v, within a %v of %d", w.count+1, t, w.open, w.promise)
	}
	w.count++
	return nil
}

// String writes a string.
func (w *ValueWriter) String(b []byte) error {
	if err := w.mayBegin(); err != nil {
		return err
	}
	w.code(codeString)
	return w.fail(w.string(b))
}

// BeginList begins a list of n elements.
func (w *ValueWriter) BeginList(n int64) error {
	return w.begin(encoding.TypeList, n, w.version >= VersionRedis7)
}

// BeginSet begins a set of n members.
func (w *ValueWriter) BeginSet(n int64) error {
	return w.begin(encoding.TypeSet, n, n <= int64(w.packing.SetMaxIntset))
}

// BeginHash begins a hash of n fields.
func (w *ValueWriter) BeginHash(n int64) error {
	return w.begin(encoding.TypeHash, n, w.version >= VersionRedis7 && n <= int64(w.packing.HashMaxEntries))
}

// BeginZSet begins a sorted set of n members.
func (w *ValueWriter) BeginZSet(n int64) error {
	return w.begin(encoding.TypeZSet, n, w.version >= VersionRedis7 && n <= int64(w.packing.ZSetMaxEntries))
}

// Element writes an element of a list or a member of a set.
func (w *ValueWriter) Element(b []byte) error {
	t := w.open
	if t != encoding.TypeSet {
		t = encoding.TypeList
	}
	if err := w.next(t); err != nil {
		return err
	}
	if w.plain {
		return w.fail(w.string(b))
	}
	if t == encoding.TypeList {
		return w.hold(b)
	}
	if n, ok := encoding.ParseInt(b); ok {
		w.numbers = append(w.numbers, n)
		return nil
	}
	if err := w.spill(); err != nil {
		return err
	}
	return w.fail(w.string(b))
}

// Field writes a field of a hash.
func (w *ValueWriter) Field(name, value []byte) error {
	if err := w.next(encoding.TypeHash); err != nil {
		return err
	}
	if !w.plain && max(len(name), len(value)) > w.packing.HashMaxValue {
		if err := w.spill(); err != nil {
			return err
		}
	}
	if !w.plain {
		return w.hold(name, value)
	}
	if err := w.string(name); err != nil {
		return w.fail(err)
	}
	return w.fail(w.string(value))
}

// Scored writes a member of a sorted set.
func (w *ValueWriter) Scored(member []byte, score float64) error {
	if err := w.next(encoding.TypeZSet); err != nil {
		return err
	}
	if !w.plain && len(member) > w.packing.ZSetMaxValue {
		if err := w.spill(); err != nil {
			return err
		}
	}
	if !w.plain {
		w.blob = appendScore(w.blob[:0], score)
		return w.hold(member, w.blob)
	}
	return w.scored(member, score)
}

// hold holds an element back, or, if that would become too much, all of them no longer.
func (w *ValueWriter) hold(parts ...[]byte) error {
	for _, b := range parts {
		w.held = append(binary.AppendUvarint(w.held, uint64(len(b))), b...)
	}
	if w.w == nil && w.maxKept > 0 && len(w.held) > 2*w.maxKept {
		return w.fail(tooLong(uint64(len(w.held)), uint64(w.maxKept))) // it will not become so much shorter
	}
	if len(w.held) > w.maxHeld {
		return w.spill()
	}
	return nil
}

// End ends the value.
func (w *ValueWriter) End() error {
	if w.err != nil {
		return w.err
	}
	if w.open == encoding.TypeNone || w.count != w.promise {
		return w.misuse("a %v ends with %d of %d elements", w.open, w.count, w.promise)
	}
	var err error
	if w.open == encoding.TypeStream {
		err = w.endStream()
	} else if !w.plain {
		err = w.pack()
	}
	w.open = encoding.TypeNone
	dropLarge(&w.held)
	dropLarge(&w.blob)
	dropLarge(&w.list.b)
	return w.fail(err)
}
