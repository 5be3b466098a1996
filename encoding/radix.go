package encoding

import "encoding/binary"

// RadixCount counts the nodes of the radix tree that Redis keeps over the macro
// nodes of a stream (rax.c): one for the end of each key, one for each fork, and
// one for each run of bytes without a choice, from the root or a fork's branch
// to the next fork or end.
type RadixCount struct {
	nodes int64
	any   bool
	last  [radixKey]byte
	forks []int // depths of the forks on the way to the last key
}

const radixKey = 16

// Add adds the first ID of a macro node. IDs come in ascending order.
func (c *RadixCount) Add(id StreamID) {
	var key [radixKey]byte
	binary.BigEndian.PutUint64(key[:8], id.Ms)
	binary.BigEndian.PutUint64(key[8:], id.Seq)
	if c.any {
		c.fork(&key)
	} else {
		c.nodes, c.any = 1+run(radixKey), true
	}
	c.last = key
}

// run is how many nodes a run of bytes takes.
func run(bytes int) int64 { return int64(min(1, bytes)) }

// fork adds a key where it leaves the way to the last one.
func (c *RadixCount) fork(key *[radixKey]byte) {
	at := 0
	for at < radixKey-1 && key[at] == c.last[at] {
		at++
	}
	below := radixKey // where the way through this place goes on to
	for len(c.forks) > 0 && c.forks[len(c.forks)-1] > at {
		below = c.forks[len(c.forks)-1]
		c.forks = c.forks[:len(c.forks)-1]
	}
	from := 0
	if n := len(c.forks); n > 0 {
		from = c.forks[n-1] + 1
	}
	if from <= at {
		c.nodes += 1 + run(at-from) + run(below-at-1) - run(below-from)
		c.forks = append(c.forks, at)
	}
	c.nodes += 1 + run(radixKey-at-1)
}

// Nodes is the number of nodes.
func (c *RadixCount) Nodes() int64 { return max(1, c.nodes) }
