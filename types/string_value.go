package types

import (
	"iter"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// stringValue is a key's string, and the only way to its bytes, so that how a
// string is kept is known here and nowhere else. A missing key is an empty
// string that does not exist. Bytes that the methods return are valid until
// the key's next change.
type stringValue struct {
	tx      *persistence.Tx
	key     []byte
	rec     persistence.Record // as it was when the string was opened
	value   []byte
	changed bool // since then; value may be written to
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
	return stringValue{tx: tx, key: key, rec: r, value: r.Value()}, nil
}

func (s *stringValue) exists() bool { return s.rec.Exists() }

func (s *stringValue) len() int64 { return int64(len(s.value)) }

// all returns the whole string.
func (s *stringValue) all() ([]byte, error) { return s.value, nil }

// part returns the bytes from first up to, not including, end. What lies
// beyond the string is left out.
func (s *stringValue) part(first, end int64) ([]byte, error) {
	first, end = min(first, s.len()), min(end, s.len())
	return s.value[first:end], nil
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
		b, err := s.part(first, end)
		yield(piece{first, b}, err)
	}
}

// read fills dst with the bytes from offset at on, zeros beyond the end.
func (s *stringValue) read(dst []byte, at int64) error {
	b, err := s.part(at, at+int64(len(dst)))
	clear(dst[copy(dst, b):])
	return err
}

// ensure makes the string raw and at least n bytes long, filled up with zeros,
// if it is not so already.
func (s *stringValue) ensure(n int64) error {
	if s.exists() && s.rec.Kind() == encoding.RawStringKind() && n <= s.len() {
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
	copy(s.value[at:], b)
	return nil
}

// own makes value raw, at least n bytes long, and the transaction's to write
// to.
func (s *stringValue) own(n int64) (err error) {
	n = max(n, s.len())
	if s.changed && n == s.len() {
		return nil
	}
	if err := s.makeRaw(); err != nil {
		return err
	}
	s.changed = true
	s.value, err = s.tx.Resize(s.key, int(n))
	return err
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
	return s.tx.Put(s.key, encoding.RawStringKind(), b, s.rec.ExpireAtMs())
}
