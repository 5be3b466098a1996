package types

import "github.com/cairndb/cairn/persistence"

// SRandom returns a member of a set, each as likely as any other; ok is false if
// the key is missing. The member is appended to dst.
func SRandom(tx *persistence.Tx, key, dst []byte) (member []byte, ok bool, err error) {
	s, err := openSet(tx, key)
	if err != nil || !s.exists() {
		return dst, false, err
	}
	member, err = s.random(dst)
	return member, true, err
}

// random draws a member and appends it to dst.
func (s *setValue) random(dst []byte) ([]byte, error) {
	e, err := s.c.At(s.tx.Rand().Int64N(s.len()))
	if err != nil {
		return dst, err
	}
	var text intText
	return append(dst, s.member(&text, e.Key)...), nil
}

// SetDraw goes through members of a set that are drawn by lot:
//
//	for d.Next() { d.Member() }; d.Err()
//
// The set must not change meanwhile.
type SetDraw struct {
	s    setValue
	draw entryDraw
	text intText
}

// SDraw draws count different members, or all if there are fewer. With a
// negative count it draws -count times, each time among all. A missing key has
// none.
func SDraw(tx *persistence.Tx, key []byte, count int64) (SetDraw, error) {
	s, err := openSet(tx, key)
	if err != nil || !s.exists() {
		return SetDraw{}, err
	}
	draw, err := drawEntries(tx, &s.c.Tree, count)
	return SetDraw{s: s, draw: draw}, err
}

// Len is how many members are to come.
func (d *SetDraw) Len() int64 { return d.draw.left }

// Next goes to the next member; false at the end, or if Err is not nil.
func (d *SetDraw) Next() bool { return d.draw.next() }

// Member is valid until the next call of Next, or until the set changes.
func (d *SetDraw) Member() []byte { return d.s.member(&d.text, d.draw.entry.Key) }

// Err tells why Next has returned false, nil at the end.
func (d *SetDraw) Err() error { return d.draw.err }
