package persistence

import "testing"

// TestMappedWithin: a transaction that flushes or swaps databases goes on with what is there then, also in collections
// that it has opened before.
func TestMappedWithin(t *testing.T) {
	insert := action{what: actInsert, name: []byte("list"), value: "value", number: 5}
	for name, mapping := range map[string]action{
		"flush": {what: actFlush}, "swap": {what: actSwap, number: 1}, "swap of others": {what: actSwap, db: 1, number: 2},
	} {
		t.Run(name, func(t *testing.T) {
			h := newTrial(t, spread(5))
			h.do(insert)
			x := &transaction{write: true, keys: Keys{All: true}, actions: []action{insert, mapping, insert,
				{what: actGet, name: insert.name}, {what: actGet, db: 1, name: insert.name}}}
			got := x.run(h.s, h.tx)
			if d := x.difference(got, x.model(h.m)); d != "" {
				t.Fatal(d)
			}
			h.compare()
			h.check()
			h.abandon()
			h.finish()
		})
	}
}
