package random

import "github.com/cairndb/cairn/test/diff"

// Commands makes commands about all types, the same ones for the same seed, for those who compare what servers hold
// rather than what they reply.
func Commands(seed uint64, ops int) [][]string {
	list := make([][]string, 0, ops)
	for _, st := range script(history(seed, ops, diff.Kill9)).Steps {
		if args := st.Args(); !skipped[args[0]] {
			list = append(list, args)
		}
	}
	return list
}

// skipped commands take long, or wait, and change nothing.
var skipped = map[string]bool{
	"DEBUG": true, "WAIT": true, "KEYS": true, "SCAN": true, "DBSIZE": true,
	"BLPOP": true, "BRPOP": true, "BLMPOP": true, "BLMOVE": true, "BRPOPLPUSH": true, "BZPOPMAX": true, "BZMPOP": true,
}
