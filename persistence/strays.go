package persistence

import (
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// findStrays finds databases in the tables that Meta does not name: they are
// nobody's. The next checkpoint deletes them.
func (s *Store) findStrays(m *encoding.Meta) error {
	for what := range encoding.DatabaseSpans(0) {
		for physical, more := uint32(0), true; more; {
			id, found, err := s.nextDatabase(what, physical)
			if err != nil {
				return err
			}
			if !found {
				break
			}
			named := slices.ContainsFunc(m.Databases, func(d encoding.MetaDatabase) bool { return d.Physical == id })
			if !named && !slices.Contains(s.deadDBs, id) {
				s.deadDBs = append(s.deadDBs, id)
			}
			s.nextPhysical = max(s.nextPhysical, id+1)
			physical, more = id+1, id+1 != 0
		}
	}
	return nil
}

// nextDatabase finds the first physical database from an id on that has a row of
// a kind, by its span's number.
func (s *Store) nextDatabase(what int, from uint32) (id uint32, found bool, err error) {
	start := encoding.DatabaseSpans(from)[what][0]
	it, err := s.tables.NewIter(&pebble.IterOptions{LowerBound: start, UpperBound: []byte{start[0] + 1}})
	if err != nil {
		return 0, false, err
	}
	if found = it.First(); found {
		id = encoding.DatabaseOfKey(it.Key())
	}
	return id, found, it.Close()
}
