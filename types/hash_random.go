package types

import "github.com/cairndb/cairn/persistence"

// HRandom returns a field of a hash, each as likely as any other; ok is false if
// the key is missing. The field is valid until the key changes.
func HRandom(tx *persistence.Tx, key []byte) (field []byte, ok bool, err error) {
	h, err := openHash(tx, key)
	if err != nil || !h.exists() {
		return nil, false, err
	}
	field, _, err = h.at(tx.Rand().Int64N(h.len()))
	return field, true, err
}

// HashDraw goes through fields of a hash that are drawn by lot:
//
//	for d.Next() { d.Field(), d.Value() }; d.Err()
//
// The hash must not change meanwhile.
type HashDraw struct {
	h    hashValue
	draw entryDraw
}

// HDraw draws count different fields, or all if there are fewer. With a negative
// count it draws -count times, each time among all. A missing key has none.
func HDraw(tx *persistence.Tx, key []byte, count int64) (HashDraw, error) {
	h, err := openHash(tx, key)
	if err != nil || !h.exists() {
		return HashDraw{}, err
	}
	draw, err := drawEntries(tx, &h.c.Tree, count)
	return HashDraw{h, draw}, err
}

// Len is how many fields are to come.
func (d *HashDraw) Len() int64 { return d.draw.left }

// Next goes to the next field; false at the end, or if Err is not nil.
func (d *HashDraw) Next() bool { return d.draw.next() }

// Field is the name of the field, valid until the hash changes.
func (d *HashDraw) Field() []byte { return d.h.name(d.draw.entry.Key) }

// Value is what the field holds, valid until the hash changes.
func (d *HashDraw) Value() []byte { return d.draw.entry.Value }

// Err tells why Next has returned false, nil at the end.
func (d *HashDraw) Err() error { return d.draw.err }
