package types

import (
	"iter"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// stringValue is a key's string, and the only way to its bytes, so that how a
// string is kept is known here and nowhere else: in its record, or, if it is
// long, in chunks (encoding/longstring.go). A missing key is an empty string
// that does not exist. Bytes that the methods return are valid until the key's
// next change.
type stringValue struct {
	tx      *persistence.Tx
	key     []byte
	rec     persistence.Record // as it was when the string was opened
	value   []byte             // if it is short
	changed bool               // since then; value may be written to

	object persistence.Object // of the chunks of a long one, else 0
	length int64              // of a long one
}

// openString looks up a key that must hold a string or nothing, else it is
// ErrWrongType.
func openString(tx *persistence.Tx, key []byte) (stringValue, error) {
	r, err := tx.Get(key)
	if err != nil {
		return stringValue{}, err
	}
	if r.Exists() && r.Type() != encoding.TypeString {
		return stringValue{}, ErrWrongType
	}
	s := stringValue{tx: tx, key: key, rec: r, value: r.Value()}
	if r.Exists() && r.Kind().HasObject() {
		var object uint64
		object, s.length, err = encoding.ParseLongString(s.value)
		s.object, s.value = persistence.Object(object), nil
	}
	return s, err
}

// putString makes a key hold a string, whatever it held before. It does not
// look at what was there.
func putString(tx *persistence.Tx, key []byte, kind encoding.Kind, value []byte, expireAtMs int64) error {
	if len(value) <= encoding.MaxShortString {
		return tx.Put(key, kind, value, expireAtMs)
	}
	o, err := tx.NewObject(key)
	if err != nil {
		return err
	}
	if err := putChunks(tx, o, value); err != nil {
		return err
	}
	return putLong(tx, key, kind, o, int64(len(value)), expireAtMs)
}

// putChunks writes the chunks of a new object.
func putChunks(tx *persistence.Tx, o persistence.Object, value []byte) error {
	for i := uint64(0); len(value) > 0; i++ {
		n := min(len(value), encoding.ChunkBytes)
		b, err := tx.CreateNode(o, i, n)
		if err != nil {
			return err
		}
		copy(b, value[:n])
		value = value[n:]
	}
	return nil
}

// putLong writes the record of a long string.
func putLong(tx *persistence.Tx, key []byte, kind encoding.Kind, o persistence.Object, length, expireAtMs int64) error {
	var room [encoding.ObjectHeaderBytes + 8]byte
	payload := encoding.AppendLongString(room[:0], uint64(o), length)
	return tx.Put(key, kind|encoding.Kind(encoding.InNodes), payload, expireAtMs)
}

func (s *stringValue) exists() bool { return s.rec.Exists() }

func (s *stringValue) isLong() bool { return s.object != 0 }

func (s *stringValue) len() int64 {
	if s.isLong() {
		return s.length
	}
	return int64(len(s.value))
}

// all returns the whole string.
func (s *stringValue) all() ([]byte, error) { return s.part(0, s.len()) }

// part returns the bytes from first up to, not including, end. What lies
// beyond the string is left out.
func (s *stringValue) part(first, end int64) ([]byte, error) {
	first, end = min(first, s.len()), min(end, s.len())
	if !s.isLong() {
		return s.value[first:end], nil
	}
	b := make([]byte, end-first)
	return b, s.read(b, first)
}

// piece is some bytes of a string, and where in it they start.
type piece struct {
	at    int64
	bytes []byte
}

// pieces goes through the bytes from first up to, not including, end, in
// order, without bringing them together.
func (s *stringValue) pieces(first, end int64) iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		if !s.isLong() {
			b, err := s.part(first, end)
			yield(piece{first, b}, err)
			return
		}
		for end = min(end, s.length); first < end; {
			n := min(end-first, encoding.ChunkBytes-first%encoding.ChunkBytes)
			b, err := s.part(first, first+n)
			if !yield(piece{first, b}, err) || err != nil {
				return
			}
			first += n
		}
	}
}

// read fills dst with the bytes from offset at on, zeros beyond the end.
func (s *stringValue) read(dst []byte, at int64) error {
	if !s.isLong() {
		b, err := s.part(at, at+int64(len(dst)))
		clear(dst[copy(dst, b):])
		return err
	}
	for len(dst) > 0 {
		off := at % encoding.ChunkBytes
		n := min(int64(len(dst)), encoding.ChunkBytes-off)
		b, err := s.chunk(at / encoding.ChunkBytes)
		if err != nil {
			return err
		}
		clear(dst[copy(dst[:n], b[min(off, int64(len(b))):]):n])
		dst, at = dst[n:], at+n
	}
	return nil
}

// chunk returns a chunk's bytes, none if all are zeros. If it has to be loaded,
// those behind it are too.
func (s *stringValue) chunk(i int64) ([]byte, error) {
	b, err := s.tx.Node(s.object, uint64(i))
	if err != nil {
		for next := uint64(i) + 1; next < encoding.Chunks(s.length) && s.tx.WantNode(s.object, next); next++ {
		}
	}
	return b, err
}

// ensure makes the string raw and at least n bytes long, filled up with zeros,
// if it is not so already.
func (s *stringValue) ensure(n int64) error {
	if s.exists() && s.rec.Kind().Label() == encoding.RawStringKind() && n <= s.len() {
		return nil
	}
	return s.own(n)
}

// write puts b at offset at of the string, which is made raw, and longer if it
// has to be. The expire time stays.
func (s *stringValue) write(at int64, b []byte) error {
	if err := s.own(at + int64(len(b))); err != nil {
		return err
	}
	if !s.isLong() {
		copy(s.value[at:], b)
		return nil
	}
	for len(b) > 0 {
		off := at % encoding.ChunkBytes
		n := min(int64(len(b)), encoding.ChunkBytes-off)
		if err := s.writeChunk(at/encoding.ChunkBytes, off, b[:n]); err != nil {
			return err
		}
		b, at = b[n:], at+n
	}
	return nil
}

func (s *stringValue) writeChunk(i, off int64, b []byte) error {
	old, err := s.chunk(i)
	if err != nil {
		return err
	}
	to, err := s.tx.ResizeNode(s.object, uint64(i), max(len(old), int(off)+len(b)))
	if err != nil {
		return err
	}
	copy(to[off:], b)
	return nil
}

// own makes the string raw, at least n bytes long, and the transaction's to
// write to.
func (s *stringValue) own(n int64) (err error) {
	n = max(n, s.len())
	if s.changed && n == s.len() {
		return nil
	}
	if s.isLong() || n > encoding.MaxShortString {
		return s.ownLong(n)
	}
	if err := s.makeRaw(); err != nil {
		return err
	}
	s.changed = true
	s.value, err = s.tx.Resize(s.key, int(n))
	return err
}

// ownLong is own for a string that is long or becomes so.
func (s *stringValue) ownLong(n int64) error {
	raw := encoding.RawStringKind()
	s.changed = true
	if s.isLong() {
		s.length = n
		return putLong(s.tx, s.key, raw, s.object, n, s.rec.ExpireAtMs())
	}
	o, err := s.tx.NewObject(s.key)
	if err != nil {
		return err
	}
	if err := putChunks(s.tx, o, s.value); err != nil {
		return err
	}
	expireAtMs := s.rec.ExpireAtMs()
	s.object, s.length, s.value = o, n, nil
	return putLong(s.tx, s.key, raw, o, n, expireAtMs)
}

func (s *stringValue) makeRaw() error {
	raw := encoding.RawStringKind()
	if s.changed || s.exists() && s.rec.Kind() == raw {
		return nil
	}
	return s.tx.Put(s.key, raw, s.value, s.rec.ExpireAtMs())
}

// replace makes the string b, raw. The expire time stays. Nothing may be asked
// of s after it.
func (s *stringValue) replace(b []byte) error {
	return putString(s.tx, s.key, encoding.RawStringKind(), b, s.rec.ExpireAtMs())
}
