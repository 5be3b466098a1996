package types

import (
	"math"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// StreamIDChoice says how much of a new entry's ID is given.
type StreamIDChoice uint8

// Nothing, so that time and number are chosen; the time only; all of it.
const (
	StreamIDAuto StreamIDChoice = iota
	StreamIDOfMs
	StreamIDGiven
)

// StreamAddOptions of StreamAdd.
type StreamAddOptions struct {
	Choice   StreamIDChoice
	ID       encoding.StreamID // what of it Choice says
	IfExists bool              // do not make a stream of a missing key
	Trim     StreamTrim
	Limits   encoding.StreamNodeLimits
}

// StreamEntryAdded is the event of StreamAdd: what those who wait for entries wait
// for.
const StreamEntryAdded = "xadd"

var wordXAdd = []byte("XADD")

// StreamAdd appends an entry with fields and values in turn, then trims, and
// returns the entry's ID; ok is false if there is no stream and none is to be
// made.
func StreamAdd(tx *persistence.Tx, key []byte, fields [][]byte, o *StreamAddOptions) (id encoding.StreamID, ok bool, err error) {
	s, err := openStream(tx, key)
	if err != nil || !s.exists() && o.IfExists {
		return id, false, err
	}
	if id, err = s.newID(o); err != nil {
		return id, false, err
	}
	if encoding.StreamFieldsSize(fields) > encoding.MaxStreamNode {
		return id, false, ErrStreamEntryTooLarge
	}
	if !s.exists() {
		if err := s.create(); err != nil {
			return id, false, err
		}
	}
	if err := s.append(id, fields, o.Limits); err != nil {
		return id, false, err
	}
	trimmed, err := s.trim(&o.Trim)
	if err != nil {
		return id, false, err
	}
	if err := s.save(); err != nil {
		return id, false, err
	}
	s.logAdd(id, fields, trimmed > 0)
	tx.Modified(key, persistence.EventStream, StreamEntryAdded)
	if trimmed > 0 {
		tx.Notify(key, persistence.EventStream, "xtrim")
	}
	return id, true, nil
}

// newID chooses the ID of a new entry.
func (s *stream) newID(o *StreamAddOptions) (encoding.StreamID, error) {
	last := s.head.Last
	if last == encoding.MaxStreamID {
		return last, ErrStreamFull
	}
	id := o.ID
	switch {
	case o.Choice == StreamIDAuto:
		if now := uint64(max(0, s.tx.NowMs)); now > last.Ms {
			return encoding.StreamID{Ms: now}, nil
		}
		id, _ = last.Next()
		return id, nil
	case o.Choice == StreamIDOfMs && id.Ms == last.Ms:
		if last.Seq == math.MaxUint64 {
			return id, ErrStreamIDTooSmall
		}
		id.Seq = last.Seq + 1
	}
	if id.Compare(last) <= 0 {
		return id, ErrStreamIDTooSmall
	}
	return id, nil
}

// append adds an entry behind all others, and to the last macro node or a new
// one.
func (s *stream) append(id encoding.StreamID, fields [][]byte, limits encoding.StreamNodeLimits) error {
	if err := s.shadow(id, fields, limits); err != nil {
		return err
	}
	var keyBuf [encoding.MaxStreamIDKey]byte
	var few [256]byte
	value := few[:0]
	if n := encoding.StreamFieldsBytes(fields); n > len(few) {
		value = make([]byte, 0, n)
	}
	key, value := encoding.AppendStreamEntryKey(keyBuf[:0], id), encoding.AppendStreamFields(value, fields)
	if _, err := s.tree.Put(key, value); err != nil {
		return err
	}
	s.head.Length++
	s.head.Added++
	s.head.Last = id
	return nil
}

// logAdd logs an entry with the ID that it got, and trimming by its result.
func (s *stream) logAdd(id encoding.StreamID, fields [][]byte, trimmed bool) {
	var text [encoding.MaxStreamIDText]byte
	idText := encoding.AppendStreamID(text[:0], id)
	if !trimmed {
		s.tx.LogList(fields, wordXAdd, s.key, idText)
		return
	}
	var digits [20]byte
	s.tx.LogList(fields, wordXAdd, s.key, wordMaxLen, wordExactly, encoding.AppendInt(digits[:0], s.len()), idText)
}
