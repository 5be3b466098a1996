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

	n     int
	words [5 + maxClaims + 9][]byte
	used  int
	text  [maxClaims * encoding.MaxStreamIDText]byte
}

// maxClaims is how many messages one XCLAIM may name.
const maxClaims = 16

// add logs a message that was given count times by now.
func (c *claims) add(id encoding.StreamID, count uint64) {
	if c.n == maxClaims || c.n > 0 && c.count != count {
		c.flush()
	}
	c.count = count
	start := c.used
	c.used = len(encoding.AppendStreamID(c.text[:start], id))
	c.words[5+c.n] = c.text[start:c.used]
	c.n++
}

// flush logs what was added since the last time.
func (c *claims) flush() {
	if c.n == 0 {
		return
	}
	var atText, countText [20]byte
	var lastText [encoding.MaxStreamIDText]byte
	c.words[0], c.words[1], c.words[2], c.words[3], c.words[4] = wordXClaim, c.group.key, c.group.name, c.consumer, wordZero
	n := 5 + c.n
	n += copy(c.words[n:], [][]byte{wordTime, encoding.AppendInt(atText[:0], c.atMs),
		wordRetryCount, encoding.AppendInt(countText[:0], int64(c.count)), wordForce, wordJustID,
		wordLastID, encoding.AppendStreamID(lastText[:0], c.group.state.Last)})
	c.group.tx.Log(c.words[:n]...)
	c.n, c.used = 0, 0
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
