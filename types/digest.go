package types

import (
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// Digest is a signature of data that depends on nothing but the data: not on
// the order of what has no order, nor on how values are packed. It is the same
// number that Redis computes (debug.c of Redis 7.0: DEBUG DIGEST and
// DIGEST-VALUE). The zero Digest is that of nothing.
type Digest [sha1.Size]byte

// xor adds something to a set: order does not matter.
func (d *Digest) xor(b []byte) {
	sum := sha1.Sum(b)
	for i := range d {
		d[i] ^= sum[i]
	}
}

// mix adds something to a sequence.
func (d *Digest) mix(b []byte) {
	d.xor(b)
	*d = sha1.Sum(d[:])
}

// String is the digest in hexadecimal.
func (d *Digest) String() string { return hex.EncodeToString(d[:]) }

// digestOf has for each type what adds a value of it to a digest.
var digestOf = map[encoding.Type]func(tx *persistence.Tx, key []byte, d *Digest) error{
	encoding.TypeString: digestString,
	encoding.TypeList:   digestList,
	encoding.TypeHash:   digestHash,
	encoding.TypeSet:    digestSet,
	encoding.TypeZSet:   digestZSet,
	encoding.TypeStream: digestStream,
}

// digestTypes are Redis's numbers of types.
var digestTypes = map[encoding.Type]uint32{
	encoding.TypeString: 0, encoding.TypeList: 1, encoding.TypeSet: 2,
	encoding.TypeZSet: 3, encoding.TypeHash: 4, encoding.TypeStream: 6,
}

// DigestValue is the digest of a key's value and of whether it expires, zero if
// the key is missing.
func DigestValue(tx *persistence.Tx, key []byte) (d Digest, err error) {
	_, err = d.value(tx, key)
	return d, err
}

// DigestKey is the digest of a key with its value; ok is false if the key is
// missing.
func DigestKey(tx *persistence.Tx, key []byte) (d Digest, ok bool, err error) {
	d.mix(key)
	ok, err = d.value(tx, key)
	return d, ok, err
}

func (d *Digest) value(tx *persistence.Tx, key []byte) (ok bool, err error) {
	r, err := tx.Examine(key)
	if err != nil || !r.Exists() {
		return false, err
	}
	add, ok := digestOf[r.Type()]
	if !ok {
		return false, fmt.Errorf("there is no digest of a %s", r.Type())
	}
	d.mix(binary.BigEndian.AppendUint32(nil, digestTypes[r.Type()]))
	expires := r.ExpireAtMs() != 0
	if err := add(tx, key, d); err != nil {
		return false, err
	}
	if expires {
		d.xor(digestExpires)
	}
	return true, nil
}

// digestString adds a string.
func digestString(tx *persistence.Tx, key []byte, d *Digest) error {
	s, err := openString(tx, key)
	if err != nil {
		return err
	}
	value, err := s.all()
	if err != nil {
		return err
	}
	d.mix(value)
	return nil
}

// DatasetDigest adds up the digests of all keys, database by database.
type DatasetDigest struct {
	sum Digest
}

// Database begins a database that has keys. Databases come in order.
func (d *DatasetDigest) Database(n int) {
	d.sum.mix(binary.BigEndian.AppendUint32(nil, uint32(n)))
}

// Add adds a key of the database; the order of keys does not matter.
func (d *DatasetDigest) Add(key Digest) { d.sum.xor(key[:]) }

// Sum is the digest of what was added.
func (d *DatasetDigest) Sum() Digest { return d.sum }
