package server

import (
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// What spoils a watch, and what does not.
func TestWatchIsSpoiled(t *testing.T) {
	r := serve(t, t.TempDir())
	const class = persistence.EventGeneric
	for name, test := range map[string]struct {
		exists bool
		change persistence.Change
		spoils bool
	}{
		"changed":            {true, persistence.Change{Key: []byte("k"), Class: class, Modified: true}, true},
		"created":            {false, persistence.Change{Key: []byte("k"), Class: class, Modified: true}, true},
		"another key":        {true, persistence.Change{Key: []byte("l"), Class: class, Modified: true}, false},
		"another database":   {true, persistence.Change{Database: 1, Key: []byte("k"), Class: class, Modified: true}, false},
		"told of only":       {true, persistence.Change{Key: []byte("k"), Class: class}, false},
		"expired meanwhile":  {true, persistence.Change{Key: []byte("k"), Class: persistence.EventExpired, Modified: true}, true},
		"had expired before": {false, persistence.Change{Key: []byte("k"), Class: persistence.EventExpired, Modified: true}, false},
		"emptied":            {true, persistence.Change{Modified: true, Whole: true}, true},
		"another is emptied": {true, persistence.Change{Database: 1, Modified: true, Whole: true}, false},
		"emptied, missing":   {false, persistence.Change{Modified: true, Whole: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := &watch{}
			r.watches.add(w, dbKey{0, "k"}, watchedKey{exists: test.exists})
			r.observers().Committed(nil, []persistence.Change{test.change})
			if w.spoiled.Load() != test.spoils {
				t.Errorf("spoiled: %v", !test.spoils)
			}
			r.watches.drop(w)
			if len(r.watches.keys) != 0 {
				t.Error("a dropped watch is still there")
			}
		})
	}
}
