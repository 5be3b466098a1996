package diff

import (
	"fmt"
	"slices"

	"github.com/cairndb/cairn/test/client"
)

// maxScanCalls stops a cursor that never comes back to 0.
const maxScanCalls = 100_000

// scan calls SCAN (HSCAN, ...) until its cursor is 0 again. It returns one array of all that was found, each element
// once, with sorted bytes: an element may be returned more than once, and in any order, but none may be missing.
func (s *side) scan(args []string) (client.Reply, error) {
	cursorAt := slices.Index(args, "0")
	if cursorAt < 0 {
		return client.Reply{}, fmt.Errorf("@scan needs a cursor of 0 in %s", Quote(args))
	}
	all := client.Value{Kind: '*'}
	seen := map[string]bool{}
	for range maxScanCalls {
		reply, err := s.command(args)
		if err != nil || reply.IsError() {
			return reply, err
		}
		if len(reply.Elems) != 2 || reply.Elems[0].Kind != '$' || !reply.Elems[1].IsAggregate() {
			return reply, fmt.Errorf("not a reply of SCAN: %s", reply)
		}
		for _, e := range reply.Elems[1].Elems {
			if key := sorted(e); !seen[key] {
				seen[key] = true
				all.Elems = append(all.Elems, e)
			}
		}
		if args[cursorAt] = reply.Elems[0].Text; args[cursorAt] == "0" {
			return client.Reply{Raw: []byte(sorted(all)), Value: all}, nil
		}
	}
	return client.Reply{}, fmt.Errorf("the cursor has not come back to 0 in %d calls", maxScanCalls)
}
