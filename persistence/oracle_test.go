package persistence

import (
	"fmt"
	"maps"

	"github.com/cairndb/cairn/encoding"
)

// entry is what the model holds of a key.
type entry struct {
	value    string
	expireAt int64
}

func (e entry) String() string {
	if len(e.value) > 40 {
		return fmt.Sprintf("%q...(%d)@%d", e.value[:40], len(e.value), e.expireAt)
	}
	return fmt.Sprintf("%q@%d", e.value, e.expireAt)
}

// model is what the store must hold: the oracle.
type model struct{ dbs []map[string]entry }

func newModel() *model {
	m := &model{dbs: make([]map[string]entry, testDatabases)}
	for i := range m.dbs {
		m.dbs[i] = map[string]entry{}
	}
	return m
}

func (m *model) clone() *model {
	c := &model{}
	for _, d := range m.dbs {
		c.dbs = append(c.dbs, maps.Clone(d))
	}
	return c
}

// compare finds what a store has otherwise than the model: keys by walking,
// counts, and values by reading.
func (m *model) compare(s *Store, nowMs int64) error {
	for n, want := range m.dbs {
		if err := m.compareDB(s, n, want, nowMs); err != nil {
			return fmt.Errorf("database %d: %w", n, err)
		}
	}
	return nil
}

func (m *model) compareDB(s *Store, n int, want map[string]entry, nowMs int64) error {
	expires := int64(0)
	for _, e := range want {
		if e.expireAt != 0 {
			expires++
		}
	}
	keys, exp, err := s.Keys(n)
	if err != nil || keys != int64(len(want)) || exp != expires {
		return fmt.Errorf("%d keys, %d expire (%v); should be %d, %d", keys, exp, err, len(want), expires)
	}
	seen, err := walk(s, n, 50)
	if err != nil {
		return err
	}
	for name, e := range want {
		at, ok := seen[name]
		if !ok || at != e.expireAt {
			return fmt.Errorf("the walk met %q: %v, expires at %d; should be %v", name, ok, at, e)
		}
	}
	if len(seen) != len(want) {
		return fmt.Errorf("the walk met %d keys; should be %d", len(seen), len(want))
	}
	return m.compareValues(s, n, want, nowMs)
}

func (m *model) compareValues(s *Store, n int, want map[string]entry, nowMs int64) error {
	tx := s.Tx()
	tx.Select(n)
	tx.NowMs = nowMs
	for name, e := range want {
		var got string
		err := s.View(tx, Keys{Names: [][]byte{[]byte(name)}}, func(tx *Tx) error {
			r, err := tx.Get([]byte(name))
			if err == nil {
				got, err = show(tx, []byte(name), r)
			}
			return err
		})
		if e.expireAt != 0 && e.expireAt <= nowMs {
			if err != nil || got != missing {
				return fmt.Errorf("%q: %s (%v); has expired", name, got, err)
			}
			continue
		}
		if err != nil || got != e.String() {
			return fmt.Errorf("%q: %s (%v); should be %v", name, got, err, e)
		}
	}
	return nil
}

const missing = "missing"

// show spells what a key holds as the model does.
func show(tx *Tx, name []byte, r Record) (string, error) {
	if !r.Exists() {
		return missing, nil
	}
	value := string(r.Value())
	if r.Type() == encoding.TypeList {
		var err error
		if value, err = showList(tx, name); err != nil {
			return "", err
		}
	}
	return entry{value, r.ExpireAtMs()}.String(), nil
}

// walk scans a database from end to end and returns the expire times.
func walk(s *Store, database, step int) (map[string]int64, error) {
	seen := map[string]int64{}
	last := encoding.Place(0)
	for from, done := encoding.Place(0), false; !done; {
		var list []Entry
		var err error
		list, from, done, err = s.Scan(database, from, step)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if _, twice := seen[string(e.Name)]; twice || e.Place < last {
				return nil, fmt.Errorf("the walk met %q twice or out of order", e.Name)
			}
			seen[string(e.Name)], last = e.ExpireAtMs, e.Place
		}
	}
	return seen, nil
}
