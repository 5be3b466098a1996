package types

import (
	"errors"
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	testGroup, testConsumer, otherConsumer = []byte("g"), []byte("c"), []byte("d")
	testNodeLimits                         = encoding.StreamNodeLimits{Entries: 3}
)

// sid is an ID of the first millisecond.
func sid(seq uint64) encoding.StreamID { return encoding.StreamID{Ms: 1, Seq: seq} }

// streamSteps are operations on one stream, with what each logs and what events
// it makes.
var streamSteps = []struct {
	name string
	run  func(tx *persistence.Tx) error
	log  string
	told string
}{
	{"XADD NOMKSTREAM of nothing", added(StreamAddOptions{IfExists: true}), "", ""},
	{"XADD", added(StreamAddOptions{Choice: StreamIDGiven, ID: sid(1)}), "[XADD k 1-1 f v]", "xadd k"},
	{"XADD ms-*", added(StreamAddOptions{Choice: StreamIDOfMs, ID: sid(0)}), "[XADD k 1-2 f v]", "xadd k"},
	{"", added(StreamAddOptions{Choice: StreamIDOfMs, ID: sid(0)}), "[XADD k 1-3 f v]", "xadd k"},
	{"", added(StreamAddOptions{Choice: StreamIDOfMs, ID: sid(0)}), "[XADD k 1-4 f v]", "xadd k"},
	{"XADD MAXLEN ~ of too little", trimmingAdd(5, StreamTrim{By: StreamTrimMaxLen, MaxLen: 4, Approx: true}), "[XADD k 1-5 f v]", "xadd k"},
	{"XADD MAXLEN ~", trimmingAdd(6, StreamTrim{By: StreamTrimMaxLen, MaxLen: 1, Approx: true}),
		"[XADD k MAXLEN = 3 1-6 f v]", "xadd k, xtrim k"},
	{"XADD MINID", trimmingAdd(7, StreamTrim{By: StreamTrimMinID, MinID: sid(5)}),
		"[XADD k MAXLEN = 3 1-7 f v]", "xadd k, xtrim k"},
	{"XDEL", deleted(7, 9), "[XDEL k 1-7 1-9]", "xdel k"},
	{"XDEL of nothing", deleted(7, 9), "", ""},
	{"XTRIM", trimmedTo(StreamTrim{By: StreamTrimMaxLen, MaxLen: 1}), "[XTRIM k MAXLEN = 1]", "xtrim k"},
	{"XTRIM of nothing", trimmedTo(StreamTrim{By: StreamTrimMaxLen, MaxLen: 1}), "", ""},
	{"XSETID", func(tx *persistence.Tx) error { return StreamSetID(tx, testKey, sid(9), 20, sid(8)) },
		"[XSETID k 1-9 ENTRIESADDED 20 MAXDELETEDID 1-8]", "xsetid k"},
	{"XGROUP CREATE", groupCreated(testKey, StreamGroupStart{ID: sid(0), EntriesRead: encoding.NotRead}),
		"[XGROUP CREATE k g 1-0 ENTRIESREAD -1]", "xgroup-create k"},
	{"XGROUP CREATE MKSTREAM", groupCreated(otherKey, StreamGroupStart{Last: true, EntriesRead: 5}),
		"[XGROUP CREATE o g 0-0 ENTRIESREAD 5 MKSTREAM]", " o, xgroup-create o"},
	{"XGROUP SETID", func(tx *persistence.Tx) error {
		return StreamGroupSetID(tx, testKey, testGroup, StreamGroupStart{ID: sid(2), EntriesRead: 3})
	}, "[XGROUP SETID k g 1-2 ENTRIESREAD 3]", "xgroup-setid k"},
	{"XGROUP CREATECONSUMER", consumerCreated(otherConsumer),
		"[XGROUP CREATECONSUMER k g d] [XCLAIM k g d 0 0-0 TIME 1700000000000 JUSTID]", "xgroup-createconsumer k"},
	{"XGROUP CREATECONSUMER again", consumerCreated(otherConsumer), "", ""},
	{"", trimmingAdd(10, StreamTrim{}), "[XADD k 1-10 f v]", "xadd k"},
	{"XREADGROUP", readNew(false), "[XGROUP CREATECONSUMER k g c] " +
		"[XCLAIM k g c 0 1-6 1-10 TIME 1700000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 1-10] " +
		"[XGROUP SETID k g 1-10 ENTRIESREAD 21]", "xgroup-createconsumer k"},
	{"XREADGROUP of nothing new", readNew(false), "", ""},
	{"XREADGROUP of what was given", readAgain(0), "[XCLAIM k g c 0 1-6 1-10 TIME 1700000000000 RETRYCOUNT 2 FORCE JUSTID LASTID 1-10]", ""},
	{"XREADGROUP of one of those", readAgain(6), "[XCLAIM k g c 0 1-10 TIME 1700000000000 RETRYCOUNT 3 FORCE JUSTID LASTID 1-10]", ""},
	{"XREADGROUP of both, with two counts", readAgain(0), "[XCLAIM k g c 0 1-6 TIME 1700000000000 RETRYCOUNT 3 FORCE JUSTID LASTID 1-10] " +
		"[XCLAIM k g c 0 1-10 TIME 1700000000000 RETRYCOUNT 4 FORCE JUSTID LASTID 1-10]", ""},
	{"XREADGROUP of nothing given", readAgain(99), "[XCLAIM k g c 0 0-0 TIME 1700000000000 JUSTID]", ""},
	{"XCLAIM", claimed(StreamClaimOptions{Count: -1}, 6),
		"[XCLAIM k g d 0 1-6 TIME 1700000000000 RETRYCOUNT 4 FORCE JUSTID LASTID 1-10]", ""},
	{"XCLAIM of another time", claimed(StreamClaimOptions{Count: 9, Timed: true, DeliveredMs: 5}, 6),
		"[XCLAIM k g d 0 1-6 TIME 5 RETRYCOUNT 9 FORCE JUSTID LASTID 1-10] [XCLAIM k g d 0 0-0 TIME 1700000000000 JUSTID]", ""},
	{"XCLAIM of nothing", claimed(StreamClaimOptions{Count: -1, MinIdleMs: 1 << 60}, 6, 99), "", ""},
	{"XCLAIM LASTID", claimed(StreamClaimOptions{Count: -1, LastID: sid(11)}, 99), "[XGROUP SETID k g 1-11 ENTRIESREAD 21]", ""},
	{"", deleted(10), "[XDEL k 1-10]", "xdel k"},
	{"XAUTOCLAIM", func(tx *persistence.Tx) error {
		_, err := StreamAutoClaim(tx, testKey, testGroup, testConsumer, &StreamAutoClaimOptions{Count: 10, JustID: true})
		return err
	}, "[XACK k g 1-10] [XCLAIM k g c 0 1-6 TIME 1700000000000 RETRYCOUNT 9 FORCE JUSTID LASTID 1-11]", ""},
	{"XACK", acked(6, 10), "[XACK k g 1-6 1-10]", ""},
	{"XACK of nothing", acked(6, 10), "", ""},
	{"", trimmingAdd(20, StreamTrim{}), "[XADD k 1-20 f v]", "xadd k"},
	{"XREADGROUP NOACK", readNew(true), "[XGROUP SETID k g 1-20 ENTRIESREAD 22] [XCLAIM k g c 0 0-0 TIME 1700000000000 JUSTID]", ""},
	{"XGROUP DELCONSUMER", func(tx *persistence.Tx) error {
		_, err := StreamConsumerDelete(tx, testKey, testGroup, testConsumer)
		return err
	}, "[XGROUP DELCONSUMER k g c]", "xgroup-delconsumer k"},
	{"XGROUP DESTROY", destroyed, "[XGROUP DESTROY k g]", "xgroup-destroy k"},
	{"XGROUP DESTROY again", destroyed, "", ""},
}

var otherKey = []byte("o")

// What is logged of streams makes a replica that Redis's own commands would
// make, and the events are Redis's.
func TestStreamEffects(t *testing.T) {
	s := newTestStore(t)
	var seen events
	s.store.Observe(&seen)
	s.store.Attend(1)
	for _, c := range streamSteps {
		seen = nil
		if got := strings.Join(s.update(c.run), " "); got != c.log {
			t.Errorf("%s: logged\n%q, want\n%q", c.name, got, c.log)
		}
		if got := strings.Join(seen, ", "); got != c.told {
			t.Errorf("%s: told of %q, want %q", c.name, got, c.told)
		}
	}
}

var testFields = [][]byte{[]byte("f"), testValue}

func added(o StreamAddOptions) func(*persistence.Tx) error {
	o.Limits = testNodeLimits
	return func(tx *persistence.Tx) error { _, _, err := StreamAdd(tx, testKey, testFields, &o); return err }
}

func trimmingAdd(seq uint64, trim StreamTrim) func(*persistence.Tx) error {
	return added(StreamAddOptions{Choice: StreamIDGiven, ID: sid(seq), Trim: trim})
}

func trimmedTo(trim StreamTrim) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := StreamTrimTo(tx, testKey, &trim); return err }
}

// sids are IDs of the first millisecond, with their texts.
func sids(seqs []uint64) (ids []encoding.StreamID, texts [][]byte) {
	for _, seq := range seqs {
		ids = append(ids, sid(seq))
		texts = append(texts, encoding.AppendStreamID(nil, sid(seq)))
	}
	return ids, texts
}

func deleted(seqs ...uint64) func(*persistence.Tx) error {
	ids, texts := sids(seqs)
	return func(tx *persistence.Tx) error { _, err := StreamDelete(tx, testKey, ids, texts); return err }
}

func acked(seqs ...uint64) func(*persistence.Tx) error {
	ids, texts := sids(seqs)
	return func(tx *persistence.Tx) error { _, err := StreamAck(tx, testKey, testGroup, ids, texts); return err }
}

func groupCreated(key []byte, at StreamGroupStart) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { return StreamGroupCreate(tx, key, testGroup, at, true) }
}

func destroyed(tx *persistence.Tx) error {
	_, err := StreamGroupDestroy(tx, testKey, testGroup)
	return err
}

func consumerCreated(name []byte) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := StreamConsumerCreate(tx, testKey, testGroup, name)
		return err
	}
}

func readNew(noAck bool) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		r, err := OpenGroupRead(tx, testKey, testGroup)
		if err != nil {
			return err
		}
		if n, err := r.New(0); err != nil || n == 0 {
			return err
		}
		for r.Next() {
		}
		if err := errors.Join(r.Err(), r.As(testConsumer)); err != nil {
			return err
		}
		if err := r.Deliver(noAck); err != nil {
			return err
		}
		r.End()
		return nil
	}
}

func readAgain(after uint64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		r, err := OpenGroupRead(tx, testKey, testGroup)
		if err != nil {
			return err
		}
		if err := r.As(testConsumer); err != nil {
			return err
		}
		h, err := r.History(sid(after), 0)
		if err != nil {
			return err
		}
		for h.Next() {
		}
		r.End()
		return h.Err()
	}
}

func claimed(o StreamClaimOptions, seqs ...uint64) func(*persistence.Tx) error {
	ids, _ := sids(seqs)
	return func(tx *persistence.Tx) error {
		_, err := StreamClaim(tx, testKey, testGroup, otherConsumer, ids, &o)
		return err
	}
}
