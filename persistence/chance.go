package persistence

import "math/rand/v2"

// chance is a source of random numbers that every run of one function starts
// anew with the same seed. A run that has to load what it drew would otherwise
// draw something else next time, and have to load that.
type chance struct {
	pcg     rand.PCG
	rand    *rand.Rand // of pcg
	a, b    uint64     // the seed
	seeded  bool       // for this function
	rewound bool       // for this run of it
}

// Rand is a source of random numbers for the running function. Not for
// anything that has to be hard to guess.
func (tx *Tx) Rand() *rand.Rand {
	c := &tx.chance
	if c.rand == nil {
		c.rand = rand.New(&c.pcg)
	}
	if !c.seeded {
		c.a, c.b, c.seeded = rand.Uint64(), rand.Uint64(), true
	}
	if !c.rewound {
		c.pcg.Seed(c.a, c.b)
		c.rewound = true
	}
	return c.rand
}
