package encoding

import (
	"encoding/binary"
	"fmt"
)

// StreamHead is what a stream remembers besides its tree, in a fixed layout,
// little-endian:
//
//	front:u64 length:u64 last:id maxDeleted:id added:u64 groups:u64 tailFirst:id tail:node
//
// with an id being ms:u64 seq:u64, and a node as StreamNode has it.
type StreamHead struct {
	Front      uint64   // what the tree has before the entries
	Length     uint64   // entries that there are
	Last       StreamID // the greatest ID given so far, or what XSETID said
	MaxDeleted StreamID // the greatest ID that XDEL has deleted
	Added      uint64   // entries ever added
	Groups     uint64   // groups ever created; the number of the next one
	TailFirst  StreamID // the ID that the last macro node began with
	Tail       StreamNode
}

// StreamHeadBytes is the length of a StreamHead.
const StreamHeadBytes = 8 + 8 + 16 + 16 + 8 + 8 + 16 + StreamNodeBytes

// AppendStreamHead builds the head of a stream.
func AppendStreamHead(dst []byte, h *StreamHead) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, h.Front)
	dst = binary.LittleEndian.AppendUint64(dst, h.Length)
	dst = appendFixedID(dst, h.Last)
	dst = appendFixedID(dst, h.MaxDeleted)
	dst = binary.LittleEndian.AppendUint64(dst, h.Added)
	dst = binary.LittleEndian.AppendUint64(dst, h.Groups)
	dst = appendFixedID(dst, h.TailFirst)
	return AppendStreamNode(dst, &h.Tail)
}

// ParseStreamHead reads the head of a stream.
func ParseStreamHead(b []byte) (h StreamHead, err error) {
	if len(b) != StreamHeadBytes {
		return h, fmt.Errorf("the head of a stream has %d bytes", len(b))
	}
	h.Front, b = binary.LittleEndian.Uint64(b), b[8:]
	h.Length = binary.LittleEndian.Uint64(b)
	h.Last = fixedID(b[8:])
	h.MaxDeleted = fixedID(b[24:])
	h.Added = binary.LittleEndian.Uint64(b[40:])
	h.Groups = binary.LittleEndian.Uint64(b[48:])
	h.TailFirst = fixedID(b[56:])
	h.Tail, err = ParseStreamNode(b[72:])
	return h, err
}

func appendFixedID(dst []byte, id StreamID) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, id.Ms)
	return binary.LittleEndian.AppendUint64(dst, id.Seq)
}

func fixedID(b []byte) StreamID {
	return StreamID{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
}

// NotRead is the EntriesRead of a group for which it is not known.
const NotRead = -1

// StreamGroup is a group of consumers, in a fixed layout, little-endian:
//
//	number:u64 last:id entriesRead:i64 consumers:u64 top:id
type StreamGroup struct {
	Number      uint64   // names the group in other keys
	Last        StreamID // entries up to here were delivered
	EntriesRead int64    // how many entries those were, deleted ones too, or NotRead
	Consumers   uint64   // consumers ever created; the number of the next one
	Top         StreamID // no message with a greater ID has ever been pending
}

// StreamGroupBytes is the length of a StreamGroup.
const StreamGroupBytes = 8 + 16 + 8 + 8 + 16

// AppendStreamGroup builds the value of a group.
func AppendStreamGroup(dst []byte, g *StreamGroup) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, g.Number)
	dst = appendFixedID(dst, g.Last)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(g.EntriesRead))
	dst = binary.LittleEndian.AppendUint64(dst, g.Consumers)
	return appendFixedID(dst, g.Top)
}

// ParseStreamGroup reads the value of a group.
func ParseStreamGroup(b []byte) (StreamGroup, error) {
	if len(b) != StreamGroupBytes {
		return StreamGroup{}, fmt.Errorf("a group of a stream has %d bytes", len(b))
	}
	return StreamGroup{
		Number: binary.LittleEndian.Uint64(b), Last: fixedID(b[8:]),
		EntriesRead: int64(binary.LittleEndian.Uint64(b[24:])), Consumers: binary.LittleEndian.Uint64(b[32:]),
		Top: fixedID(b[40:]),
	}, nil
}

// StreamConsumer is a consumer of a group, in a fixed layout, little-endian:
//
//	number:u64 seenMs:i64
type StreamConsumer struct {
	Number uint64 // names the consumer in other keys of the group
	SeenMs int64  // when it last asked for messages, in Unix milliseconds
}

// StreamConsumerBytes is the length of a StreamConsumer.
const StreamConsumerBytes = 8 + 8

// AppendStreamConsumer builds the value of a consumer.
func AppendStreamConsumer(dst []byte, c *StreamConsumer) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, c.Number)
	return binary.LittleEndian.AppendUint64(dst, uint64(c.SeenMs))
}

// ParseStreamConsumer reads the value of a consumer.
func ParseStreamConsumer(b []byte) (StreamConsumer, error) {
	if len(b) != StreamConsumerBytes {
		return StreamConsumer{}, fmt.Errorf("a consumer of a stream has %d bytes", len(b))
	}
	return StreamConsumer{binary.LittleEndian.Uint64(b), int64(binary.LittleEndian.Uint64(b[8:]))}, nil
}

// StreamPending is a message that was delivered and not acknowledged:
//
//	consumer:uvarint deliveredMs:uvarint count:uvarint
type StreamPending struct {
	Consumer    uint64 // whose it is
	DeliveredMs int64  // when it was delivered last, in Unix milliseconds
	Count       uint64 // how often it was delivered
}

// MaxStreamPending bounds the length of a StreamPending.
const MaxStreamPending = 3 * binary.MaxVarintLen64

// AppendStreamPending builds the value of a pending message.
func AppendStreamPending(dst []byte, p *StreamPending) []byte {
	dst = binary.AppendUvarint(dst, p.Consumer)
	dst = binary.AppendUvarint(dst, uint64(p.DeliveredMs))
	return binary.AppendUvarint(dst, p.Count)
}

// ParseStreamPending reads the value of a pending message.
func ParseStreamPending(b []byte) (p StreamPending, err error) {
	var parts [3]uint64
	rest := b
	for i := range parts {
		n, size := binary.Uvarint(rest)
		if size <= 0 {
			return p, fmt.Errorf("not a pending message: % x", b)
		}
		parts[i], rest = n, rest[size:]
	}
	if len(rest) > 0 {
		return p, fmt.Errorf("not a pending message: % x", b)
	}
	return StreamPending{parts[0], int64(parts[1]), parts[2]}, nil
}
