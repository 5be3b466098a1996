package rdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Reader reads a file, item by item, and holds no more of it than one element. It may be used by one goroutine at a
// time.
type Reader struct {
	decoder
	version int
	db      int
	name    []byte // of the key that is being read
	inKey   bool
	ofBatch bool
	err     error // for good

	key      Key
	aux      Aux
	function Function
	sizes    Sizes
	module   Module
	slots    SlotImport
	nameBuf  [2][]byte
}

// NewReader reads from src, up to 256 KiB ahead (see Rest).
func NewReader(src io.Reader, limits Limits) *Reader {
	r := newReader(limits)
	r.source = newSource(src)
	return r
}

func newReader(limits Limits) *Reader {
	r := &Reader{decoder: decoder{maxString: limits.maxString()}}
	r.key.place = r.place
	r.key.used = finished
	return r
}

// Version is the format's version, once Next has been called.
func (r *Reader) Version() int { return r.version }

// Offset is how many bytes of the file have been read.
func (r *Reader) Offset() int64 { return r.offset() }

// Rest is what was read beyond the end of the file, when Next has returned io.EOF: the start of what follows there. It
// is valid until src is used again through this reader.
func (r *Reader) Rest() []byte { return r.buf[r.at:r.end] }

// Next returns the next item. What the last one's value still holds is passed over, but checked. At the end of the file,
// after its checksum was verified, the error is io.EOF. Every other error is an *Error; there is no going on after it.
func (r *Reader) Next() (Item, error) {
	if r.err != nil {
		return nil, r.err
	}
	item, err := r.next()
	if err != nil {
		if err != io.EOF {
			err = r.place(err)
		}
		r.err = err
		return nil, err
	}
	return item, nil
}

// place says of an error where it happened.
func (r *Reader) place(err error) error {
	var placed *Error
	if errors.As(err, &placed) {
		return err
	}
	e := &Error{Offset: r.offset(), DB: r.db, Err: err}
	if r.inKey {
		e.Key = bytes.Clone(r.name)
		if e.Key == nil {
			e.Key = []byte{}
		}
	}
	return e
}

func (r *Reader) next() (Item, error) {
	if r.version == 0 {
		return r.start()
	}
	if err := r.passOver(); err != nil {
		return nil, err
	}
	if r.ofBatch && r.at == r.end {
		return nil, io.EOF
	}
	return r.item()
}

// passOver passes over what the last value still holds.
func (r *Reader) passOver() error {
	if !r.inKey {
		return nil
	}
	if err := r.key.Skip(); err != nil {
		return err
	}
	r.inKey = false
	r.forget()
	return nil
}

// start reads the first bytes of the file, then the first item.
func (r *Reader) start() (Item, error) {
	b, err := r.take(magicBytes)
	if err != nil {
		return nil, err
	}
	if r.version, err = parseMagic(b); err != nil {
		return nil, err
	}
	return r.item()
}

// item reads up to the next thing that is worth telling.
func (r *Reader) item() (Item, error) {
	k := &r.key
	k.ExpireAtMs, k.Usage = 0, Usage{}
	for {
		op, err := r.byte()
		if err != nil {
			return nil, err
		}
		if op < opSlotImport {
			return r.value(op)
		}
		item, err := r.special(op)
		if item != nil || err != nil {
			return item, err
		}
	}
}

// special reads what an opcode says: an item, or something about items to come.
func (r *Reader) special(op byte) (item Item, err error) {
	switch op {
	case opSelectDB:
		return nil, r.selectDB()
	case opExpireMs, opExpireSec:
		return nil, r.expire(op)
	case opIdle:
		return nil, r.idle()
	case opFreq:
		freq, err := r.byte()
		r.key.Usage = Usage{UsageFreq, int64(freq)}
		return nil, err
	case opSlotInfo:
		return nil, r.skipLengths(3) // a slot, and how many keys and expire times it has
	case opResizeDB:
		return r.readSizes()
	case opAux:
		return r.readAux()
	case opFunction, opFunctionPreGA:
		return r.readFunction(op)
	case opModuleAux:
		return r.readModuleAux()
	case opSlotImport:
		return r.readSlotImport()
	}
	return nil, r.finish()
}

func (r *Reader) selectDB() error {
	n, err := r.length()
	if err == nil && n > math.MaxInt32 {
		err = malformed("database %d", n)
	}
	r.db = int(n)
	return err
}

// expire reads an expire time, -1 for never.
func (r *Reader) expire(op byte) error {
	n := 8
	if op == opExpireSec {
		n = 4
	}
	b, err := r.take(n)
	if err != nil {
		return err
	}
	var at int64
	if op == opExpireSec {
		at = 1000 * int64(int32(binary.LittleEndian.Uint32(b)))
	} else {
		at = int64(binary.LittleEndian.Uint64(b))
	}
	if r.key.ExpireAtMs = max(at, 1); at == -1 {
		r.key.ExpireAtMs = 0
	}
	return nil
}

func (r *Reader) idle() error {
	n, err := r.length()
	r.key.Usage = Usage{UsageIdle, int64(min(n, math.MaxInt64))}
	return err
}

func (r *Reader) skipLengths(n int) error {
	for range n {
		if _, err := r.length(); err != nil {
			return err
		}
	}
	return nil
}

// value reads a key and what its value begins with.
func (r *Reader) value(code byte) (Item, error) {
	name, err := r.kept(&r.name)
	if err != nil {
		return nil, err
	}
	r.name, r.inKey = name, true
	if code == codeModule || code == codeModulePreGA {
		return r.readModuleValue(code)
	}
	k := &r.key
	k.DB, k.Name = r.db, name
	return k, k.begin(&r.decoder, code, r.version)
}

// finish reads what follows the last item, and returns io.EOF.
func (r *Reader) finish() error {
	if r.version < 5 {
		return io.EOF
	}
	sum := r.sum()
	b, err := r.take(8)
	if err != nil {
		return err
	}
	// A server that was told not to sum up writes 0.
	if want := binary.LittleEndian.Uint64(b); want != 0 && want != sum {
		return fmt.Errorf("%w: %#x, and the file says %#x", ErrChecksum, sum, want)
	}
	return io.EOF
}
