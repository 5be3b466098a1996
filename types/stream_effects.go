package types

import "github.com/cairndb/cairn/encoding"

var (
	wordXClaim     = []byte("XCLAIM")
	wordTime       = []byte("TIME")
	wordRetryCount = []byte("RETRYCOUNT")
	wordForce      = []byte("FORCE")
	wordJustID     = []byte("JUSTID")
	wordLastID     = []byte("LASTID")
	wordZero       = []byte("0")
	wordNoID       = []byte("0-0")
)

// claims logs messages that a consumer was given, as Redis does, by XCLAIM; one
// for as many as have the same count.
type claims struct {
	group    *streamGroup
	consumer []byte
	atMs     int64
	count    uint64
	ids      [maxClaims]encoding.StreamID
	n        int
}

// maxClaims is how many messages one XCLAIM may name.
const maxClaims = 16

// add logs a message that was given count times by now.
func (c *claims) add(id encoding.StreamID, count uint64) {
	if c.n == maxClaims || c.n > 0 && c.count != count {
		c.flush()
	}
	c.count = count
	c.ids[c.n] = id
	c.n++
}

// flush logs what was added since the last time.
func (c *claims) flush() {
	if c.n == 0 {
		return
	}
	var room [(maxClaims+1)*encoding.MaxStreamIDText + 2*20]byte
	var list [5 + maxClaims + 9][]byte
	text := room[:0]
	words := append(list[:0], wordXClaim, c.group.key, c.group.name, c.consumer, wordZero)
	add := func(end []byte) {
		words = append(words, end[len(text):])
		text = end
	}
	for _, id := range c.ids[:c.n] {
		add(encoding.AppendStreamID(text, id))
	}
	words = append(words, wordTime)
	add(encoding.AppendInt(text, c.atMs))
	words = append(words, wordRetryCount)
	add(encoding.AppendInt(text, int64(c.count)))
	words = append(words, wordForce, wordJustID, wordLastID)
	add(encoding.AppendStreamID(text, c.group.state.Last))
	c.group.tx.Log(words...)
	c.n = 0
}

// logSeen logs that a consumer has shown itself now: it claims a message that
// cannot be, at this time. To Redis that is nothing.
func (g *streamGroup) logSeen(consumer []byte) {
	var digits [20]byte
	g.tx.Log(wordXClaim, g.key, g.name, consumer, wordZero, wordNoID,
		wordTime, encoding.AppendInt(digits[:0], g.tx.NowMs), wordJustID)
}

// logSettled logs messages that are not pending any more because there are no
// such entries.
func (g *streamGroup) logSettled(id encoding.StreamID) {
	var text [encoding.MaxStreamIDText]byte
	g.tx.Log(wordXAck, g.key, g.name, encoding.AppendStreamID(text[:0], id))
}
