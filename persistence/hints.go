package persistence

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// hintChange is an expiry hint that a checkpoint writes or takes away.
type hintChange struct {
	atMs   int64
	key    []byte // of the store
	remove bool
}

// noteHints compares the hint that the store has for a record with the one it
// should have.
func (j *job) noteHints(d *db, p encoding.Place, b block) {
	want, have := int64(0), b.storedExpire()
	if b.live() {
		want = b.expireAt()
	}
	if want == have && want < j.swept { // it would go with those swept
		have = 0
	}
	if want == have {
		return
	}
	if have != 0 {
		j.addHint(hintChange{atMs: have, remove: true}, d.physical, p, b.key())
	}
	if want != 0 {
		j.addHint(hintChange{atMs: want}, d.physical, p, b.key())
	}
}

func (j *job) addHint(h hintChange, physical uint32, p encoding.Place, key []byte) {
	h.key = encoding.AppendExpiryKey(nil, h.atMs, physical, p, key)
	j.hints = append(j.hints, h)
}

// writeHints writes the hints in order of time. All hints before the time that
// the sweeper has been through go with one range deletion, which ends before
// the first new one: deletion and hint lie in different tables then.
//
// With a bulk, which is all that there is to write, come its hints alone: others
// that might go prove nothing, and can stay for now.
func (j *job) writeHints() error {
	if j.built != nil {
		return j.spliceBuilt(hintPrefix)
	}
	for _, list := range j.stale {
		for _, h := range list {
			j.addHint(hintChange{atMs: h.atMs, remove: true}, h.physical, h.place, h.name)
		}
	}
	slices.SortFunc(j.hints, func(a, b hintChange) int {
		if c := bytes.Compare(a.key, b.key); c != 0 {
			return c
		}
		return cmp.Compare(boolInt(a.remove), boolInt(b.remove)) // writing wins
	})
	swept := j.swept
	for _, h := range j.hints {
		if !h.remove {
			swept = min(swept, h.atMs)
			break
		}
	}
	if swept > 0 {
		err := j.out.deleteRange(encoding.AppendExpiryTime(nil, 0), encoding.AppendExpiryTime(nil, swept))
		if err != nil {
			return err
		}
	}
	return j.writeHintChanges(swept)
}

// writeHintChanges writes those that are not gone with the ones swept.
func (j *job) writeHintChanges(swept int64) error {
	var last []byte
	for _, h := range j.hints {
		if h.atMs < swept || bytes.Equal(h.key, last) {
			continue
		}
		last = h.key
		var err error
		if h.remove {
			err = j.out.delete(h.key)
		} else {
			err = j.out.set(h.key, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
