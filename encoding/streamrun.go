package encoding

import (
	"encoding/binary"
	"fmt"
)

// StreamPending is a message that was delivered and not acknowledged.
type StreamPending struct {
	Consumer    uint64 // whose it is
	DeliveredMs int64  // when it was delivered last, in Unix milliseconds
	Count       uint64 // how often it was delivered
}

// StreamRun is a run of pending messages of a group, in the order of their IDs.
// Messages come and go in runs of one consumer at one time; so a few bytes tell
// of one what it does not share with its neighbours, and a hundred messages cost
// the tree one entry. The key of the run has its base: an ID that is not greater
// than any in it. Little-endian:
//
//	run     count:u16 others:u16 consumer:u64 atMs:i64 { message }
//	message sizes:u16 ms seq consumer atMs count
//
// A message's ms and atMs are relative to the base's and the run's. others are
// the messages that are not the run's consumer's. Each number takes as many bytes
// as two bits of sizes, in the order of the numbers from the lowest on, say: 0,
// 1, 3 or 8. A consumer without bytes is the run's; a count without bytes is 1.
type StreamRun []byte

// StreamRunMessages is how many messages a run has at most.
const StreamRunMessages = 100

const (
	streamRunHeader = 2 + 2 + 8 + 8
	streamRunSizes  = 5 * 2 // bits
	// MaxStreamRun bounds the length of a run.
	MaxStreamRun = streamRunHeader + StreamRunMessages*(2+5*8)
)

var (
	sizesOfCode = [4]int{0, 1, 3, 8}
	masksOfCode = [4]uint64{0, 0xff, 0xffffff, ^uint64(0)}
	// messageBytes are the lengths of messages by their sizes.
	messageBytes = func() (list [1 << streamRunSizes]uint8) {
		for sizes := range list {
			n := 2
			for code := sizes; code > 0; code >>= 2 {
				n += sizesOfCode[code&3]
			}
			list[sizes] = uint8(n)
		}
		return list
	}()
)

// NewStreamRun begins a run, which shares a consumer and a time.
func NewStreamRun(dst []byte, consumer uint64, atMs int64) StreamRun {
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.LittleEndian.AppendUint64(dst, consumer)
	return binary.LittleEndian.AppendUint64(dst, uint64(atMs))
}

// Count is the number of messages.
func (r StreamRun) Count() int { return int(binary.LittleEndian.Uint16(r)) }

func (r StreamRun) others() int      { return int(binary.LittleEndian.Uint16(r[2:])) }
func (r StreamRun) consumer() uint64 { return binary.LittleEndian.Uint64(r[4:]) }
func (r StreamRun) atMs() int64      { return int64(binary.LittleEndian.Uint64(r[12:])) }

func (r StreamRun) adjust(count, others int) {
	binary.LittleEndian.PutUint16(r, uint16(r.Count()+count))
	binary.LittleEndian.PutUint16(r[2:], uint16(r.others()+others))
}

// Begin is the offset of the first message. Messages are named by their offsets;
// that of the end is the length of the run.
func (r StreamRun) Begin() int { return streamRunHeader }

func (r StreamRun) sizes(at int) int {
	return int(binary.LittleEndian.Uint16(r[at:])) & (1<<streamRunSizes - 1)
}

// After is the offset of the message behind one.
func (r StreamRun) After(at int) int { return at + int(messageBytes[r.sizes(at)]) }

// number reads a number that is as long as a code says.
func (r StreamRun) number(at, code int) uint64 {
	if at+8 <= len(r) {
		return binary.LittleEndian.Uint64(r[at:]) & masksOfCode[code]
	}
	var room [8]byte
	copy(room[:], r[at:at+sizesOfCode[code]])
	return binary.LittleEndian.Uint64(room[:])
}

// Seek finds an ID that is not smaller than the base: the offset of the first
// message whose ID is not smaller, and whether it is the ID itself.
func (r StreamRun) Seek(base, id StreamID) (at int, found bool) {
	ms := id.Ms - base.Ms
	for at = streamRunHeader; at < len(r); at = r.After(at) {
		sizes := r.sizes(at)
		haveMs := r.number(at+2, sizes&3)
		if haveMs < ms {
			continue
		}
		seq := r.number(at+2+sizesOfCode[sizes&3], sizes>>2&3)
		if haveMs > ms || seq >= id.Seq {
			return at, haveMs == ms && seq == id.Seq
		}
	}
	return at, false
}

// Message reads the message at an offset.
func (r StreamRun) Message(base StreamID, at int) (id StreamID, p StreamPending) {
	sizes := r.sizes(at)
	at += 2
	var n [5]uint64
	for i := range n {
		n[i] = r.number(at, sizes&3)
		at += sizesOfCode[sizes&3]
		if i == 2 && sizes&3 == 0 {
			n[i] = r.consumer()
		}
		if i == 4 && sizes&3 == 0 {
			n[i] = 1
		}
		sizes >>= 2
	}
	return StreamID{base.Ms + n[0], n[1]}, StreamPending{n[2], r.atMs() + int64(n[3]), n[4]}
}

// Of is whose the message at an offset is.
func (r StreamRun) Of(at int) uint64 {
	sizes := r.sizes(at)
	if sizes>>4&3 == 0 {
		return r.consumer()
	}
	return r.number(at+2+sizesOfCode[sizes&3]+sizesOfCode[sizes>>2&3], sizes>>4&3)
}

// Has tells whether a message is a consumer's.
func (r StreamRun) Has(consumer uint64) bool {
	if consumer == r.consumer() {
		return r.others() < r.Count()
	}
	if r.others() == 0 {
		return false
	}
	for at := streamRunHeader; at < len(r); at = r.After(at) {
		if r.Of(at) == consumer {
			return true
		}
	}
	return false
}

// Put adds a message before the one at an offset, and returns the run, which may
// have been moved. Its ID must not be smaller than the base, and in order.
func (r StreamRun) Put(base StreamID, at int, id StreamID, p StreamPending) StreamRun {
	var room [2 + 5*8]byte
	m := room[:2]
	sizes := 0
	for i, n := range [...]uint64{id.Ms - base.Ms, id.Seq, p.Consumer, uint64(p.DeliveredMs - r.atMs()), p.Count} {
		code := codeOf(n)
		switch {
		case i == 2 && n == r.consumer(), i == 4 && n == 1:
			code = 0
		case i == 2 || i == 4: // without bytes it would be another number
			code = max(code, 1)
		}
		sizes |= code << (2 * i)
		for range sizesOfCode[code] {
			m = append(m, byte(n))
			n >>= 8
		}
	}
	binary.LittleEndian.PutUint16(m, uint16(sizes))
	end := len(r)
	r = append(r, m...)
	if at < end {
		copy(r[at+len(m):], r[at:end])
		copy(r[at:], m)
	}
	r.adjust(1, oneIf(p.Consumer != r.consumer()))
	return r
}

func codeOf(n uint64) int {
	for code, mask := range masksOfCode {
		if n&^mask == 0 {
			return code
		}
	}
	return 3
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Cut takes the message at an offset out, and returns the run.
func (r StreamRun) Cut(at int) StreamRun {
	r.adjust(-1, -oneIf(r.Of(at) != r.consumer()))
	return append(r[:at], r[r.After(at):]...)
}

// Half is the offset of the message in the midst.
func (r StreamRun) Half() int {
	at := streamRunHeader
	for range r.Count() / 2 {
		at = r.After(at)
	}
	return at
}

// CheckStreamRun verifies that a run can be read without harm, and is in order.
func CheckStreamRun(base StreamID, b []byte) error {
	if len(b) < streamRunHeader {
		return fmt.Errorf("a run of pending messages has %d bytes", len(b))
	}
	r := StreamRun(b)
	count, others := 0, 0
	var last StreamID
	for at := streamRunHeader; at < len(r); at = r.After(at) {
		if len(r)-at < 2 || r[at+1]>>2 != 0 || r.After(at) > len(r) {
			return fmt.Errorf("a run of pending messages ends within message %d", count)
		}
		id, p := r.Message(base, at)
		if id.Compare(base) < 0 || count > 0 && id.Compare(last) <= 0 {
			return fmt.Errorf("message %v of the run of pending messages from %v on is not in order", id, base)
		}
		last = id
		count++
		others += oneIf(p.Consumer != r.consumer())
	}
	if count == 0 || count != r.Count() || others != r.others() {
		return fmt.Errorf("a run of pending messages has %d of them, %d of other consumers, and says %d and %d",
			count, others, r.Count(), r.others())
	}
	return nil
}
