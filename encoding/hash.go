package encoding

import "encoding/binary"

// Encodings of hashes, as OBJECT ENCODING names them. A listpack keeps its
// fields in the order in which they were added; the entries of a hash table
// are keyed by AppendHashed.
const (
	HashListpack uint8 = iota
	HashTable
)

// hashedPrefix is the length of the hash in front of a name.
const hashedPrefix = 8

// AppendHashed builds the key of an entry that is found by its name:
//
//	hash:u64 big-endian, name
//
// so that entries lie in the order of their hashes, which spreads them evenly
// and gives cursors that mean the same place whatever comes and goes.
func AppendHashed(dst []byte, hash uint64, name []byte) []byte {
	return append(binary.BigEndian.AppendUint64(dst, hash), name...)
}

// HashedName is the name in a key built by AppendHashed; it aliases key.
func HashedName(key []byte) []byte { return key[min(hashedPrefix, len(key)):] }

// HashedCursor is the place of an entry in the order of its tree, as cursors of
// HSCAN and its like name it: the upper 48 bits of the hash. Entries that share
// a cursor follow one another. So short, a cursor survives clients that keep it
// in a signed integer or in a double.
func HashedCursor(key []byte) uint64 {
	if len(key) < hashedPrefix {
		return 0
	}
	return binary.BigEndian.Uint64(key) >> 16
}

// MaxHashedCursor is the largest cursor that HashedCursor gives.
const MaxHashedCursor = 1<<48 - 1

// AppendHashedCursor builds the key at which, or after which, the entries of a
// cursor lie. REQUIRES: cursor is at most MaxHashedCursor.
func AppendHashedCursor(dst []byte, cursor uint64) []byte {
	return binary.BigEndian.AppendUint64(dst, cursor<<16)
}
