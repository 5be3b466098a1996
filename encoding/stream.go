package encoding

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// A stream is one tree. The first byte of a key tells what it stands for; all
// of a kind lie together, in the order of what follows:
//
//	'A' name                  group (StreamGroup)
//	'B' group consumer's name consumer's number: u64, little-endian
//	'C' group consumer        consumer (StreamConsumer)
//	'e' id                    entry: its fields (StreamFields)
//	'm' id                    macro node, by its first ID (StreamNode)
//	'p' group id              run of pending messages, by its base (StreamRun)
//	'q' group consumer id     nothing: the consumer has messages in the run of this base
//
// Groups and consumers are numbers here, given once and never again: of a group
// within its stream, of a consumer within its group. Numbers are written as a
// byte that counts bytes, and so many bytes of the number, big-endian; an ID is
// two of them. So all keys that begin with a number n come before the number
// n+1, and how many there are of something is the difference of two ranks.
//
// What is looked up all the time comes first: it is found at once in its leaf.
// The head says how many that are, and how many entries follow.
const (
	streamGroupKey   = 'A'
	streamNameKey    = 'B'
	streamMemberKey  = 'C'
	streamEntryKey   = 'e'
	streamNodeKey    = 'm'
	streamPendingKey = 'p'
	streamOwnedKey   = 'q'
)

// StreamPlain is the one encoding of streams.
const StreamPlain uint8 = 0

// appendOrdered appends a number so that byte order is numeric order.
func appendOrdered(dst []byte, n uint64) []byte {
	size := (bits.Len64(n) + 7) / 8
	dst = append(dst, byte(size))
	for i := size - 1; i >= 0; i-- {
		dst = append(dst, byte(n>>(8*i)))
	}
	return dst
}

// cutOrdered reads what appendOrdered wrote.
func cutOrdered(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) == 0 || int(b[0]) > min(8, len(b)-1) {
		return 0, nil, false
	}
	end := 1 + int(b[0])
	for _, c := range b[1:end] {
		n = n<<8 | uint64(c)
	}
	return n, b[end:], true
}

func appendOrderedID(dst []byte, id StreamID) []byte {
	return appendOrdered(appendOrdered(dst, id.Ms), id.Seq)
}

// MaxStreamIDKey bounds the length of all keys that end with an ID.
const MaxStreamIDKey = 1 + 9 + 9 + 18

// AppendStreamEntryKey builds an entry's key.
func AppendStreamEntryKey(dst []byte, id StreamID) []byte {
	return appendOrderedID(append(dst, streamEntryKey), id)
}

// AppendStreamNodeKey builds a macro node's key from its first ID.
func AppendStreamNodeKey(dst []byte, first StreamID) []byte {
	return appendOrderedID(append(dst, streamNodeKey), first)
}

// AppendStreamGroupKey builds a group's key.
func AppendStreamGroupKey(dst, name []byte) []byte {
	return append(append(dst, streamGroupKey), name...)
}

// AppendStreamNameKey builds the key of a consumer's name.
func AppendStreamNameKey(dst []byte, group uint64, name []byte) []byte {
	return append(appendOrdered(append(dst, streamNameKey), group), name...)
}

// AppendStreamMemberKey builds a consumer's key by its number.
func AppendStreamMemberKey(dst []byte, group, consumer uint64) []byte {
	return appendOrdered(appendOrdered(append(dst, streamMemberKey), group), consumer)
}

// AppendStreamPendingKey builds the key of a run of pending messages.
func AppendStreamPendingKey(dst []byte, group uint64, base StreamID) []byte {
	return appendOrderedID(appendOrdered(append(dst, streamPendingKey), group), base)
}

// AppendStreamOwnedKey builds the key of a run of pending messages among those in
// which a consumer has some.
func AppendStreamOwnedKey(dst []byte, group, consumer uint64, base StreamID) []byte {
	return appendOrderedID(appendOrdered(appendOrdered(append(dst, streamOwnedKey), group), consumer), base)
}

// IsStreamNodeKey tells whether a key is that of a macro node.
func IsStreamNodeKey(key []byte) bool { return len(key) > 0 && key[0] == streamNodeKey }

// IsStreamPendingKey tells whether a key is that of a run of pending messages of
// a group.
func IsStreamPendingKey(key []byte, group uint64) bool {
	if len(key) == 0 || key[0] != streamPendingKey {
		return false
	}
	n, _, ok := cutOrdered(key[1:])
	return ok && n == group
}

// StreamPart is a run of a stream's tree: the keys from Low up to, not
// including, High.
type StreamPart struct {
	Low, High []byte
}

// The parts of a stream that have all of a kind.

// StreamGroups are the groups.
func StreamGroups() StreamPart {
	return StreamPart{[]byte{streamGroupKey}, []byte{streamGroupKey + 1}}
}

// StreamNodes are the macro nodes.
func StreamNodes() StreamPart {
	return StreamPart{[]byte{streamNodeKey}, []byte{streamNodeKey + 1}}
}

// StreamNames are the names of a group's consumers.
func StreamNames(group uint64) StreamPart { return ofGroup(streamNameKey, group) }

// StreamMembers are a group's consumers, by number.
func StreamMembers(group uint64) StreamPart { return ofGroup(streamMemberKey, group) }

// StreamPendings are the runs of a group's pending messages.
func StreamPendings(group uint64) StreamPart { return ofGroup(streamPendingKey, group) }

// StreamOwned are the same runs by consumer.
func StreamOwned(group uint64) StreamPart { return ofGroup(streamOwnedKey, group) }

// StreamOwnedBy are those runs in which one consumer has messages.
func StreamOwnedBy(group, consumer uint64) StreamPart {
	low := appendOrdered([]byte{streamOwnedKey}, group)
	return StreamPart{appendOrdered(low, consumer), appendOrdered(low[:len(low):len(low)], consumer+1)}
}

func ofGroup(kind byte, group uint64) StreamPart {
	return StreamPart{appendOrdered([]byte{kind}, group), appendOrdered([]byte{kind}, group+1)}
}

// ParseStreamIDKey reads the ID at the end of a key of an entry, a macro node or
// a run of pending messages.
func ParseStreamIDKey(key []byte) (StreamID, error) {
	rest, skip := key, 0
	if len(key) > 0 {
		rest = key[1:]
		switch key[0] {
		case streamEntryKey, streamNodeKey:
		case streamPendingKey:
			skip = 1
		case streamOwnedKey:
			skip = 2
		default:
			return StreamID{}, badStreamKey(key)
		}
	}
	ok := true
	for ; skip > 0 && ok; skip-- {
		_, rest, ok = cutOrdered(rest)
	}
	var id StreamID
	if ok {
		id.Ms, rest, ok = cutOrdered(rest)
	}
	if ok {
		id.Seq, rest, ok = cutOrdered(rest)
	}
	if !ok || len(rest) > 0 {
		return StreamID{}, badStreamKey(key)
	}
	return id, nil
}

// ParseStreamGroupKey reads a group's name, which aliases the key.
func ParseStreamGroupKey(key []byte) ([]byte, error) {
	if len(key) == 0 || key[0] != streamGroupKey {
		return nil, badStreamKey(key)
	}
	return key[1:], nil
}

// ParseStreamNameKey reads a consumer's name, which aliases the key.
func ParseStreamNameKey(key []byte) ([]byte, error) {
	if len(key) > 0 && key[0] == streamNameKey {
		if _, name, ok := cutOrdered(key[1:]); ok {
			return name, nil
		}
	}
	return nil, badStreamKey(key)
}

func badStreamKey(key []byte) error { return fmt.Errorf("not a key of a stream: %q", key) }

// StreamFields are the fields of an entry, packed:
//
//	pairs:uvarint { len:uvarint bytes }   field and value in turn
type StreamFields []byte

// AppendStreamFields packs fields and values that come in turn.
func AppendStreamFields(dst []byte, fields [][]byte) []byte {
	dst = AppendStreamFieldCount(dst, len(fields)/2)
	for _, f := range fields {
		dst = AppendStreamField(dst, f)
	}
	return dst
}

// AppendStreamFieldCount begins to pack fields that come one by one: so many
// pairs, of which each of both is packed by AppendStreamField.
func AppendStreamFieldCount(dst []byte, pairs int) []byte {
	return binary.AppendUvarint(dst, uint64(pairs))
}

// AppendStreamField packs a field or a value.
func AppendStreamField(dst, f []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(f))), f...)
}

// StreamFieldsBytes is how long AppendStreamFields's result is.
func StreamFieldsBytes(fields [][]byte) int {
	n := uvarintLen(len(fields) / 2)
	for _, f := range fields {
		n += uvarintLen(len(f)) + len(f)
	}
	return n
}

func uvarintLen(n int) int { return (bits.Len64(uint64(n)|1) + 6) / 7 }

// Pairs takes the number of pairs off the front. What is left are twice as many
// strings, for Cut.
func (f StreamFields) Pairs() (n int, rest StreamFields) {
	pairs, size := binary.Uvarint(f)
	return int(pairs), f[size:]
}

// Cut takes a string off the front of what Pairs left.
func (f StreamFields) Cut() (s []byte, rest StreamFields) {
	if n := int(f[0]); n < 0x80 {
		return f[1 : 1+n : 1+n], f[1+n:]
	}
	n, size := binary.Uvarint(f)
	end := size + int(n)
	return f[size:end:end], f[end:]
}

// CheckStreamFields verifies that fields can be read without harm.
func CheckStreamFields(b []byte) error {
	pairs, size := binary.Uvarint(b)
	if size <= 0 || pairs == 0 || pairs > uint64(len(b)) {
		return fmt.Errorf("an entry of a stream has no fields: % x", b[:min(len(b), 8)])
	}
	b = b[size:]
	for range 2 * pairs {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return fmt.Errorf("an entry of a stream ends within its %d fields", pairs)
		}
		b = b[size+int(n):]
	}
	if len(b) > 0 {
		return fmt.Errorf("an entry of a stream has %d bytes behind its fields", len(b))
	}
	return nil
}
