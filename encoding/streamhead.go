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

// StreamConsumer is a consumer of a group, little-endian:
//
//	seenMs:i64 pending:u64 name
type StreamConsumer struct {
	SeenMs  int64  // when it last asked for messages, in Unix milliseconds
	Pending uint64 // how many messages are pending for it
	Name    []byte
}

const streamConsumerBytes = 8 + 8

// AppendStreamConsumer builds the value of a consumer.
func AppendStreamConsumer(dst []byte, c *StreamConsumer) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, uint64(c.SeenMs))
	dst = binary.LittleEndian.AppendUint64(dst, c.Pending)
	return append(dst, c.Name...)
}

// ParseStreamConsumer reads the value of a consumer, whose name aliases it.
func ParseStreamConsumer(b []byte) (StreamConsumer, error) {
	if len(b) < streamConsumerBytes {
		return StreamConsumer{}, fmt.Errorf("a consumer of a stream has %d bytes", len(b))
	}
	return StreamConsumer{
		SeenMs: int64(binary.LittleEndian.Uint64(b)), Pending: binary.LittleEndian.Uint64(b[8:]),
		Name: b[streamConsumerBytes:],
	}, nil
}

// AppendStreamNumber builds the value of a consumer's name.
func AppendStreamNumber(dst []byte, number uint64) []byte {
	return binary.LittleEndian.AppendUint64(dst, number)
}

// ParseStreamNumber reads the value of a consumer's name.
func ParseStreamNumber(b []byte) (uint64, error) {
	if len(b) != 8 {
		return 0, fmt.Errorf("the number of a consumer of a stream has %d bytes", len(b))
	}
	return binary.LittleEndian.Uint64(b), nil
}
