package replication

import "testing"

// TestOracle runs what the tests are made of on redis-server alone: what fails here is the harness.
func TestOracle(t *testing.T) {
	t.Parallel()
	master, replica := redis(t), redis(t)
	p := newProxy(t, master.Addr())
	replica.follow(p.addr())
	for round := range uint64(3) {
		master.fill(t, round, 500)
		p.cut()
		inSync(t, master, replica)
	}
}
