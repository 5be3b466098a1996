package encoding

import (
	"encoding/binary"
	"fmt"
)

// First bytes of the store's keys.
const (
	prefixRecord = 'k'
	prefixNode   = 'n'
	prefixExpiry = 'x'
	prefixMeta   = 'm'
)

// MaxKeyBytes bounds the name of a key.
const MaxKeyBytes = 1<<24 - 1

const (
	recordPrefixLen = 1 + 4 + 2 + 6
	expiryPrefixLen = 1 + 8 + 4 + 2 + 6
)

// Place is where a key lies among the keys of its database: its slot in the
// upper 16 bits, the upper 48 bits of its hash below. SCAN's cursors are
// places.
type Place uint64

// MakePlace joins a slot and a 64-bit hash.
func MakePlace(slot uint16, hash uint64) Place { return Place(uint64(slot)<<48 | hash>>16) }

// Slot is the place's slot.
func (p Place) Slot() uint16 { return uint16(p >> 48) }

// AppendRecordKey builds the store's key of a key's record.
func AppendRecordKey(dst []byte, db uint32, p Place, key []byte) []byte {
	return append(AppendRecordPlace(dst, db, p), key...)
}

// AppendRecordPlace builds the start that all records at a place share, and
// at which or after which the records of later places come.
func AppendRecordPlace(dst []byte, db uint32, p Place) []byte {
	dst = append(dst, prefixRecord)
	dst = binary.BigEndian.AppendUint32(dst, db)
	return binary.BigEndian.AppendUint64(dst, uint64(p))
}

// ParseRecordKey takes the store's key of a record apart; key aliases b.
func ParseRecordKey(b []byte) (db uint32, p Place, key []byte, err error) {
	if len(b) < recordPrefixLen || b[0] != prefixRecord {
		return 0, 0, nil, fmt.Errorf("not a record's key: %q", b)
	}
	return binary.BigEndian.Uint32(b[1:]), Place(binary.BigEndian.Uint64(b[5:])), b[recordPrefixLen:], nil
}

// AppendNodeKey builds the store's key of a node.
func AppendNodeKey(dst []byte, db uint32, object, node uint64) []byte {
	return binary.BigEndian.AppendUint64(AppendObjectKey(dst, db, object), node)
}

// AppendObjectKey builds the start that all nodes of an object share.
func AppendObjectKey(dst []byte, db uint32, object uint64) []byte {
	dst = append(dst, prefixNode)
	dst = binary.BigEndian.AppendUint32(dst, db)
	return binary.BigEndian.AppendUint64(dst, object)
}

// ParseNodeKey takes the store's key of a node apart.
func ParseNodeKey(b []byte) (db uint32, object, node uint64, err error) {
	if len(b) != 1+4+8+8 || b[0] != prefixNode {
		return 0, 0, 0, fmt.Errorf("not a node's key: %q", b)
	}
	return binary.BigEndian.Uint32(b[1:]), binary.BigEndian.Uint64(b[5:]), binary.BigEndian.Uint64(b[13:]), nil
}

// AppendExpiryKey builds the store's key of an expiry hint.
func AppendExpiryKey(dst []byte, expireAtMs int64, db uint32, p Place, key []byte) []byte {
	dst = AppendExpiryTime(dst, expireAtMs)
	dst = binary.BigEndian.AppendUint32(dst, db)
	dst = binary.BigEndian.AppendUint64(dst, uint64(p))
	return append(dst, key...)
}

// AppendExpiryTime builds the start of all hints for one time.
func AppendExpiryTime(dst []byte, expireAtMs int64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, prefixExpiry), uint64(expireAtMs))
}

// ParseExpiryKey takes the store's key of an expiry hint apart; key aliases b.
func ParseExpiryKey(b []byte) (expireAtMs int64, db uint32, p Place, key []byte, err error) {
	if len(b) < expiryPrefixLen || b[0] != prefixExpiry {
		return 0, 0, 0, nil, fmt.Errorf("not an expiry hint's key: %q", b)
	}
	return int64(binary.BigEndian.Uint64(b[1:])), binary.BigEndian.Uint32(b[9:]),
		Place(binary.BigEndian.Uint64(b[13:])), b[expiryPrefixLen:], nil
}

// DatabaseOfKey is the physical database of the store's key of a record or node.
func DatabaseOfKey(b []byte) uint32 { return binary.BigEndian.Uint32(b[1:]) }

// AppendMetaKey builds the store's key of Meta.
func AppendMetaKey(dst []byte) []byte { return append(dst, prefixMeta) }

// DatabaseSpans are the key ranges [from, to) that hold all records and nodes
// of a physical database.
func DatabaseSpans(db uint32) [2][2][]byte {
	span := func(prefix byte) [2][]byte {
		from := binary.BigEndian.AppendUint32([]byte{prefix}, db)
		return [2][]byte{from, binary.BigEndian.AppendUint32([]byte{prefix}, db+1)}
	}
	return [2][2][]byte{span(prefixRecord), span(prefixNode)}
}
