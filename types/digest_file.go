package types

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

// KeyDigest is the digest of a value alone: what DigestValue says of a key that
// does not expire.
type KeyDigest struct {
	Type       encoding.Type
	ExpireAtMs int64 // 0: never
	Value      Digest
}

// DigestWithoutExpiry takes out of a digest of DigestValue that its key expires.
func DigestWithoutExpiry(d Digest) Digest {
	d.xor(digestExpires)
	return d
}

// digestExpires is what the digest of a key that expires has besides its value.
var digestExpires = []byte("!!expire!!")

// DigestFile is the digest of a value of a file or of a DUMP payload, which is
// read to its end. Memory does not grow with it.
func DigestFile(v *rdb.Value) (d Digest, err error) {
	number, ok := digestTypes[v.Type]
	if !ok {
		return d, fmt.Errorf("there is no digest of a %s", v.Type)
	}
	d.mix(binary.BigEndian.AppendUint32(nil, number))
	switch v.Type {
	case encoding.TypeString:
		d.mix(v.Bytes())
	case encoding.TypeList:
		for e := range v.Elements() {
			d.mix(e)
		}
	case encoding.TypeSet:
		for e := range v.Elements() {
			d.xor(e)
		}
	case encoding.TypeHash:
		for f := range v.Fields() {
			if f.ExpireAtMs != 0 {
				err = ErrFieldExpires
			}
			var pair Digest
			pair.mix(f.Name)
			pair.mix(f.Value)
			d.xor(pair[:])
		}
	case encoding.TypeZSet:
		for member, score := range v.Scored() {
			var text [32]byte
			var pair Digest
			pair.mix(member)
			pair.mix(encoding.AppendDouble(text[:0], score))
			d.xor(pair[:])
		}
	case encoding.TypeStream:
		d.fileStream(v)
	}
	if failed := v.Err(); failed != nil {
		err = failed
	}
	return d, err
}

func (d *Digest) fileStream(v *rdb.Value) {
	var text []byte
	for e := range v.Entries() {
		text = strconv.AppendUint(text[:0], e.ID.Ms, 10)
		text = append(text, '.')
		d.mix(strconv.AppendUint(text, e.ID.Seq, 10))
		for name, value := range e.Fields() {
			d.mix(name)
			d.mix(value)
		}
	}
	for range v.Groups() { // which have no part in it
	}
}

// DigestStored is the digest of a key of a snapshot.
func DigestStored(store *persistence.Store, tx *persistence.Tx, k *persistence.StoredKey) (d KeyDigest, err error) {
	err = store.ViewStored(tx, k, func(tx *persistence.Tx) (err error) {
		d.Value, err = DigestValue(tx, k.Name)
		return err
	})
	d.Type, d.ExpireAtMs = k.Record.Kind.Type(), k.Record.ExpireAtMs
	if d.ExpireAtMs != 0 {
		d.Value = DigestWithoutExpiry(d.Value)
	}
	return d, err
}
