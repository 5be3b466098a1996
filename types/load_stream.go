package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

// entryPlace says of a gathered entry of a stream where it belongs.
type entryPlace struct {
	id   encoding.StreamID
	node rdb.StreamNode
}

func (l *Loader) stream(v *rdb.Value) error {
	l.builder.node = rdb.StreamNode{}
	var fields []byte
	for e := range v.Entries() {
		fields = appendEntryFields(fields[:0], e)
		l.r.facts.Elements++
		l.batch.add(element{value: fields})
		l.batch.places = append(l.batch.places, entryPlace{encoding.StreamID(e.ID), e.Node})
		if l.batch.isFull() {
			if err := l.flushEntries(); err != nil {
				return err
			}
		}
	}
	info, err := v.Stream()
	if err != nil {
		return err
	}
	if err := l.flushEntries(); err != nil {
		return err
	}
	if err := l.change(func(s *stream) error { s.restoreInfo(info); return l.r.noteUsage() }); err != nil {
		return err
	}
	return l.groups(v)
}

func (l *Loader) groups(v *rdb.Value) error {
	for g := range v.Groups() {
		if err := loadGroup(g, l.change); err != nil {
			return err
		}
	}
	return v.Err()
}

// flushEntries puts the gathered entries in, and makes the stream first.
func (l *Loader) flushEntries() error {
	defer l.batch.reset()
	var next streamBuilder
	err := l.change(func(s *stream) error {
		next = l.builder // as it was, if this is another run
		for i, p := range l.batch.places {
			if err := next.put(s, p.id, &p.node, l.batch.list.list[i].value); err != nil {
				return err
			}
			s.head.Last = p.id
		}
		return nil
	})
	l.builder = next
	return err
}

// change runs fn on the stream behind the door.
func (l *Loader) change(fn func(s *stream) error) error {
	return l.put(func() error {
		s, err := l.openStream()
		if err != nil {
			return err
		}
		if err := fn(&s); err != nil {
			return err
		}
		return s.save()
	})
}

func (l *Loader) openStream() (s stream, err error) {
	if l.begun {
		return openStream(l.r.tx, l.r.key)
	}
	s = stream{tx: l.r.tx, key: l.r.key}
	s.tree, err = l.r.create(streamKind, make([]byte, encoding.StreamHeadBytes))
	return s, err
}
