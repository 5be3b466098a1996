package types

// Of a set that does not lie in RAM pieces are loaded, and the function runs
// again after each. What goes through many members sees first that they are
// there, so that little is done in vain.

// manyMembers is from how many members on that is worth a look.
const manyMembers = 100

// membersALeaf is about how many members one leaf of a skiplist finds. Who asks
// for more than one in so many may as well have all.
const membersALeaf = 50

// loadSpan sees that the members of a span are there.
func (z *zsetValue) loadSpan(s span) error {
	if s.len() < manyMembers {
		return nil
	}
	base := z.base()
	return z.c.Load(base+s.from, base+s.to)
}

// loadFinders sees that what finds members is there, if n members are to be
// found.
func (z *zsetValue) loadFinders(n int64) error {
	if n < manyMembers || z.packed || n < z.len()/membersALeaf {
		return nil
	}
	return z.c.Load(0, z.base())
}

// askedAhead bounds how many members are looked for after one that has to be
// waited for.
const askedAhead = 1000

// askAhead: something has to be loaded. What finding the members needs, and what
// removing them does, is looked for too, so that it is loaded together.
func (z *zsetValue) askAhead(members [][]byte) {
	for _, m := range members[:min(len(members), askedAhead)] {
		z.ask(m)
	}
}

// askAheadScored is askAhead for members that are to have scores.
func (z *zsetValue) askAheadScored(members []ScoredMember) {
	for _, m := range members[:min(len(members), askedAhead)] {
		z.ask(m.Member)
		z.askPlace(m.Member, m.Score)
	}
}

// ask looks for a member and for its place in the order of scores.
func (z *zsetValue) ask(member []byte) {
	if _, score, found, err := z.find(member); err == nil && found {
		z.askPlace(member, score)
	}
}

// askPlace looks for the place of a member in the order of scores.
func (z *zsetValue) askPlace(member []byte, score float64) {
	if z.exists() && !z.packed {
		var room [nameRoom]byte
		_, _, _, _ = z.c.Find(z.orderKey(room[:0], score, member))
	}
}
