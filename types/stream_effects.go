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
	words := [5 + maxClaims + 8][]byte{wordXClaim, c.group.key, c.group.name, c.consumer, wordZero}
	n, text := 5, room[:0]
	for _, id := range c.ids[:c.n] { // not appended: the words would be taken to need the heap
		words[n], text = wordOf(text, encoding.AppendStreamID(text, id))
		n++
	}
	words[n] = wordTime
	words[n+1], text = wordOf(text, encoding.AppendInt(text, c.atMs))
	words[n+2] = wordRetryCount
	words[n+3], text = wordOf(text, encoding.AppendInt(text, int64(c.count)))
	words[n+4], words[n+5], words[n+6] = wordForce, wordJustID, wordLastID
	words[n+7], _ = wordOf(text, encoding.AppendStreamID(text, c.group.state.Last))
	c.group.tx.Log(words[:n+8]...)
	c.n = 0
}

// wordOf is what was appended to a text.
func wordOf(text, longer []byte) (word, all []byte) { return longer[len(text):], longer }

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
