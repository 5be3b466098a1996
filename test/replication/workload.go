package replication

import (
	"testing"

	"github.com/cairndb/cairn/test/diff/random"
)

// fill sends random commands of all types to a master, some of them as transactions and some by scripts. What their
// replies are does not matter.
func (n *node) fill(t testing.TB, seed uint64, ops int) {
	t.Helper()
	list := random.Commands(seed, ops)
	for i, args := range list {
		switch {
		case i%40 == 0:
			n.tell(t, "MULTI")
		case i%40 == 4:
			n.tell(t, "EXEC")
		case i%25 == 0:
			n.tell(t, byScript...)
		}
		n.tell(t, args...)
	}
	n.tell(t, "EXEC") // an error if there is nothing to be carried out
	n.tell(t, "SELECT", "0")
}

// byScript changes keys by a script, with what is drawn or asked of the clock in it.
var byScript = []string{"EVAL", `
redis.call('INCR', 'script:n')
redis.call('SADD', 'script:set', tostring(math.random()), redis.call('TIME')[2])
redis.call('SPOP', 'script:set')
redis.call('SET', 'script:t', redis.call('TIME')[1], 'PX', 20)
return redis.call('RPUSH', 'script:list', 'x')`, "0"}

// tell sends a command, whose reply may be an error.
func (n *node) tell(t testing.TB, args ...string) {
	t.Helper()
	if _, err := n.ask(args...); err != nil {
		t.Fatalf("%s: %.200q: %v", n.Name, args, err)
	}
}
