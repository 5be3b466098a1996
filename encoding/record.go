package encoding

import (
	"encoding/binary"
	"fmt"
)

// Type is what kind of value a key holds; the numbers stand on disk.
type Type uint8

// The types of Redis.
const (
	TypeNone Type = iota
	TypeString
	TypeList
	TypeSet
	TypeZSet
	TypeHash
	TypeStream
)

var typeNames = [...]string{"none", "string", "list", "set", "zset", "hash", "stream"}

// String is the name that the TYPE command gives.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("type-%d", uint8(t))
}

// Kind is a record's type and how its payload is packed; the meaning of the
// encoding number belongs to the type.
type Kind uint8

// MakeKind joins a type and its encoding (0 to 7, and InNodes).
func MakeKind(t Type, enc uint8) Kind { return Kind(uint8(t)<<4 | enc&15) }

// Type is the kind's type.
func (k Kind) Type() Type { return Type(k >> 4) }

// Encoding is the kind's encoding, 0 to 7: where the value lies is not part of
// it.
func (k Kind) Encoding() uint8 { return uint8(k) & 7 }

// Ordered tells whether a collection's keys are in order, so that they can be
// looked up.
func (k Kind) Ordered() bool {
	return k.Type() != TypeList && k.Label() != MakeKind(TypeHash, HashListpack)
}

// Label is the kind whatever the place where the value lies.
func (k Kind) Label() Kind { return k &^ Kind(InNodes) }

const recordExpires = 1

// Record is a key's value as the store keeps it.
type Record struct {
	Kind       Kind
	ExpireAtMs int64 // 0: never
	Payload    []byte
}

// AppendRecord builds a record's value.
func AppendRecord(dst []byte, r Record) []byte {
	if r.ExpireAtMs == 0 {
		return append(append(dst, byte(r.Kind), 0), r.Payload...)
	}
	dst = append(dst, byte(r.Kind), recordExpires)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.ExpireAtMs))
	return append(dst, r.Payload...)
}

// ParseRecord takes a record's value apart; the payload aliases b.
func ParseRecord(b []byte) (Record, error) {
	if len(b) < 2 || b[1]&^recordExpires != 0 {
		return Record{}, fmt.Errorf("not a record: %d bytes starting % x", len(b), b[:min(len(b), 2)])
	}
	r := Record{Kind: Kind(b[0]), Payload: b[2:]}
	if b[1]&recordExpires != 0 {
		if len(b) < 10 {
			return Record{}, fmt.Errorf("a record of %d bytes ends within its expire time", len(b))
		}
		r.ExpireAtMs, r.Payload = int64(binary.LittleEndian.Uint64(b[2:])), b[10:]
	}
	return r, nil
}

// RecordBytes is how long AppendRecord's result is.
func RecordBytes(r Record) int {
	if r.ExpireAtMs == 0 {
		return 2 + len(r.Payload)
	}
	return 10 + len(r.Payload)
}
