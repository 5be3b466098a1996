package persistence

// NoteIdle says of a key that this transaction has written when it was last
// used: so many seconds ago, where it comes from.
func (tx *Tx) NoteIdle(name []byte, seconds int64) error {
	r, w, err := tx.look(name)
	if err != nil || w == nil || !r.b.has(flagTouched) {
		return err
	}
	t := &tx.touches[*r.b.clock()]
	t.idle = uint32(min(max(seconds, 0), int64(tx.useClock())))
	return nil
}

// NoteUses says of a key that this transaction has written how much credit from
// use it has, 0 to 3.
func (tx *Tx) NoteUses(name []byte, uses int) error {
	_, w, err := tx.look(name)
	if err != nil || w == nil {
		return err
	}
	*w = *w&^freqMask | word(min(max(uses, 0), 3))<<freqShift
	return nil
}
