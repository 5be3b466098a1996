package persistence

import "math/rand/v2"

// What is known of the use of a key lies in a word of its block: how often it
// was used, and when, in seconds.
//
//	uses:u8 seconds:u24
//
// The counter is that of Redis's LFU policies (evict.c of 7.0): it grows with
// the logarithm of the number of uses, and shrinks while there are none.
// Eviction here has a credit of its own, in the index.
const (
	useSecondsMask = 1<<24 - 1
	// maxIdleSeconds leaves room for a clock that another transaction has read
	// a little later.
	maxIdleSeconds = useSecondsMask - 60
	// newKeyUses is where the counter of a new key starts.
	newKeyUses = 5
)

// UseCounting is how uses of keys are counted.
type UseCounting struct {
	LogFactor    int64 // the larger, the more uses it takes to add one
	DecayMinutes int64 // without use that take one away; 0: none ever is
}

// CountUses begins to count how often keys are used, or ends it, with nil. That
// and when they were last used is not kept in the store.
func (s *Store) CountUses(how *UseCounting) { s.useCounting.Store(how) }

func useStamp(seconds uint32, uses uint8) uint32 { return seconds&useSecondsMask | uint32(uses)<<24 }

func (b block) uses() uint8 { return uint8(*b.clock() >> 24) }

func (b block) idleSeconds(now uint32) int64 {
	idle := int64((now - *b.clock()) & useSecondsMask)
	if idle > maxIdleSeconds {
		return 0
	}
	return idle
}

// noteUse says that a block is used now.
func (tx *Tx) noteUse(b block) {
	now, uses := tx.useClock(), b.uses()
	if how := tx.store.useCounting.Load(); how != nil {
		uses = how.more(how.left(uses, b.idleSeconds(now)))
	}
	*b.clock() = useStamp(now, uses)
}

// left is what a counter has become.
func (how *UseCounting) left(uses uint8, idleSeconds int64) uint8 {
	if how == nil || how.DecayMinutes <= 0 {
		return uses
	}
	return uint8(max(0, int64(uses)-idleSeconds/60/how.DecayMinutes))
}

// more counts one use.
func (how *UseCounting) more(uses uint8) uint8 {
	const most = 255
	base := max(0, float64(uses)-newKeyUses)
	if uses < most && rand.Float64()*(base*float64(how.LogFactor)+1) < 1 {
		uses++
	}
	return uses
}

// usesAfter is the counter of a block that was written in place of another.
func (t *touch) usesAfter(before block) uint8 {
	switch {
	case t.uses != 0:
		return uint8(t.uses - 1)
	case before.p != nil && before.live():
		return before.uses()
	}
	return newKeyUses
}

// Unnoticed runs fn, which only reads, so that it is no use of the key.
func (tx *Tx) Unnoticed(name []byte, fn func() error) error {
	r, w, err := tx.look(name)
	if err != nil || w == nil {
		return err
	}
	was := *r.b.clock()
	err = fn()
	if r, w, again := tx.look(name); again == nil && w != nil {
		*r.b.clock() = was
	}
	return err
}

// NoteIdle says of a key that this transaction has written when it was last
// used: so many seconds ago, where it comes from.
func (tx *Tx) NoteIdle(name []byte, seconds int64) error {
	r, w, err := tx.look(name)
	if err != nil || w == nil || !r.b.has(flagTouched) {
		return err
	}
	t := &tx.touches[*r.b.clock()]
	t.idle = uint32(min(max(seconds, 0), int64(tx.useClock()), maxIdleSeconds))
	return nil
}

// NoteUses says of a key that this transaction has written how often it was
// used, by the counter's value.
func (tx *Tx) NoteUses(name []byte, uses uint8) error {
	r, w, err := tx.look(name)
	if err != nil || w == nil || !r.b.has(flagTouched) {
		return err
	}
	tx.touches[*r.b.clock()].uses = uint16(uses) + 1
	*w = *w&^freqMask | word(min(max(int(uses)-newKeyUses, 0), 3))<<freqShift
	return nil
}
