package encoding

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Encodings of sorted sets, as OBJECT ENCODING names them. The entries of a
// listpack lie in the order of their scores, those of equal scores in that of
// their members:
//
//	score (appendShort), member        no value
//
// A skiplist has each member twice, in one tree; all entries of the first kind
// come before those of the second:
//
//	'm', hash:u64, member              score:u64 (its bits, big-endian)
//	's', score:8 (Sortable), member    no value, or '-' if the score is -0
//
// so that the n-th by score of a set of len members is entry len+n.
const (
	ZSetListpack uint8 = iota
	ZSetSkiplist
)

// What the keys of a skiplist's entries begin with.
const (
	zsetByMember = 'm'
	zsetByScore  = 's'
)

var negativeZero = []byte{'-'}

// AppendZSetListpack builds the key of an entry of a listpack.
func AppendZSetListpack(dst []byte, score float64, member []byte) []byte {
	return append(AppendZSetListpackBound(dst, Sortable(score)), member...)
}

// AppendZSetListpackBound builds the key before which the entries of lower
// scores lie.
func AppendZSetListpackBound(dst []byte, sortable uint64) []byte { return appendShort(dst, sortable) }

// ParseZSetListpack takes the key of an entry of a listpack apart; member
// aliases key.
func ParseZSetListpack(key []byte) (score float64, member []byte) {
	if len(key) == 0 { // damaged
		return 0, nil
	}
	sortable, n := parseShort(key)
	return fromSortable(sortable), key[n:]
}

// IsZSetListpack tells whether the key is that of a member's entry.
func IsZSetListpack(key, member []byte) bool {
	if len(key) <= len(member) || !bytes.HasSuffix(key, member) {
		return false
	}
	_, n := parseShort(key)
	return n == len(key)-len(member)
}

// AppendZSetMember builds the key of the entry that finds a member.
func AppendZSetMember(dst []byte, hash uint64, member []byte) []byte {
	return AppendHashed(append(dst, zsetByMember), hash, member)
}

// ZSetMemberHashed is the part of such a key that AppendHashed has built.
func ZSetMemberHashed(key []byte) []byte { return key[min(1, len(key)):] }

// AppendZSetCursor builds the key at which, or after which, the entries that
// find the members of a cursor lie (see HashedCursor).
func AppendZSetCursor(dst []byte, cursor uint64) []byte {
	return AppendHashedCursor(append(dst, zsetByMember), cursor)
}

// AppendZSetScore builds the value of the entry that finds a member.
func AppendZSetScore(dst []byte, score float64) []byte {
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(score))
}

// ParseZSetScore reads what AppendZSetScore built.
func ParseZSetScore(value []byte) float64 {
	if len(value) != 8 {
		return 0
	}
	return math.Float64frombits(binary.BigEndian.Uint64(value))
}

// AppendZSetOrdered builds the key of the entry that stands at a member's place
// in the order of scores.
func AppendZSetOrdered(dst []byte, score float64, member []byte) []byte {
	return append(AppendZSetOrderedBound(dst, Sortable(score)), member...)
}

// AppendZSetOrderedBound builds the key before which the entries of lower scores
// lie.
func AppendZSetOrderedBound(dst []byte, sortable uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, zsetByScore), sortable)
}

// ZSetOrderedValue is the value of such an entry.
func ZSetOrderedValue(score float64) []byte {
	if score == 0 && math.Signbit(score) {
		return negativeZero
	}
	return nil
}

// ParseZSetOrdered takes such an entry apart; member aliases key.
func ParseZSetOrdered(key, value []byte) (score float64, member []byte) {
	const start = 1 + 8
	if len(key) < start {
		return 0, nil
	}
	score, member = fromSortable(binary.BigEndian.Uint64(key[1:])), key[start:]
	if len(value) > 0 {
		score = math.Copysign(0, -1)
	}
	return score, member
}

// ListpackScore is a score as a listpack keeps it: Redis makes an integer of
// -0, and so 0.
func ListpackScore(score float64) float64 {
	if score == 0 {
		return 0
	}
	return score
}

// AppendListpackScore appends a score as Redis shows what a listpack holds,
// where it shows it unread (ZSCAN): whole numbers up to 2^62 have all digits.
func AppendListpackScore(dst []byte, score float64) []byte {
	if n := int64(score); float64(n) == score && n >= -1<<62 && n <= 1<<62 {
		return AppendInt(dst, n)
	}
	return AppendDouble(dst, score)
}
