package types

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/cairndb/cairn/persistence"
)

// openSets looks up keys that must hold sets or nothing.
func openSets(tx *persistence.Tx, keys [][]byte) ([]setValue, error) {
	sets := make([]setValue, len(keys))
	for i, key := range keys {
		var err error
		if sets[i], err = openSet(tx, key); err != nil {
			return nil, err
		}
		missed(tx, key, sets[i].exists())
	}
	return sets, nil
}

// existing are the sets that do exist.
func existing(sets []setValue) []setValue {
	return slices.DeleteFunc(slices.Clone(sets), func(s setValue) bool { return !s.exists() })
}

func totalLen(sets []setValue) (n int64) {
	for i := range sets {
		n += sets[i].len()
	}
	return n
}

// SInter calls each for the members that all sets have, but for no more than
// limit of them, 0 being all; they are valid during the call.
func SInter(tx *persistence.Tx, keys [][]byte, limit int64, each func(member []byte)) error {
	sets, err := openSets(tx, keys)
	if err != nil {
		return err
	}
	if len(existing(sets)) < len(sets) {
		return nil
	}
	// The smallest set is gone through, and the others are asked for its
	// members, those first that are likely not to have them.
	slices.SortStableFunc(sets, func(a, b setValue) int { return cmp.Compare(a.len(), b.len()) })
	if mergesFaster(&sets[0], sets[1:]) {
		return interMerging(tx, sets, limit, each)
	}
	p := probe{set: sets[0], others: sets[1:], wanted: true}
	return p.run(tx, limit, each)
}

// SDiff calls each for the members of the first set that are in none of the
// others; they are valid during the call. They are in order if Redis would make
// an intset of them.
func SDiff(tx *persistence.Tx, keys [][]byte, maxIntset int64, each func(member []byte)) error {
	o := intsetOrder{most: maxIntset, each: each}
	err := diff(tx, keys, func(member []byte, kept bool) {
		if kept {
			o.add(member)
		}
	})
	if err == nil {
		o.finish()
	}
	return err
}

// diff is SDiff that may tell of members that are not in the difference, too:
// where Redis would have put them into its result for a while.
func diff(tx *persistence.Tx, keys [][]byte, each func(member []byte, kept bool)) error {
	sets, err := openSets(tx, keys)
	if err != nil || !sets[0].exists() {
		return err
	}
	for _, key := range keys[1:] {
		if bytes.Equal(key, keys[0]) {
			return nil
		}
	}
	others := existing(sets[1:])
	probes := probesDiff(&sets[0], others)
	if !probes || mergesFaster(&sets[0], others) {
		return diffMerging(tx, sets[0], others, func(member []byte, kept bool) {
			if kept || !probes {
				each(member, kept)
			}
		})
	}
	// The others are asked in the order of their sizes, the largest first: it is
	// the one that is most likely to have a member.
	slices.SortStableFunc(others, func(a, b setValue) int { return cmp.Compare(b.len(), a.len()) })
	p := probe{set: sets[0], others: others}
	return p.run(tx, 0, func(member []byte) { each(member, true) })
}

// mergesFaster tells whether going through all sets at once costs less than
// asking the others for each member of the first: a question costs as much as
// some steps.
func mergesFaster(first *setValue, others []setValue) bool {
	const stepsOfQuestion = 6
	if slices.ContainsFunc(others, func(s setValue) bool { return s.integers() != first.integers() }) {
		return false // it would cost a table, and the order
	}
	return totalLen(others) < stepsOfQuestion*first.len()*int64(len(others))
}

// probesDiff tells which of its two ways Redis would take: asking the other sets
// for each member of the first, or going through all of them. That shows in the
// encoding of what SDIFFSTORE stores.
func probesDiff(first *setValue, others []setValue) bool {
	asking := first.len() * int64(1+len(others)) / 2
	return asking <= first.len()+totalLen(others)
}

// probe goes through a set, and asks other sets for its members.
type probe struct {
	set    setValue
	others []setValue
	wanted bool // all others are to have a member; else none of them
}

// run calls each for the members that pass, but for no more than limit of them,
// 0 being all. Where something has to be loaded, it goes on for a while to find
// out what else has.
func (p *probe) run(tx *persistence.Tx, limit int64, each func(member []byte)) error {
	if err := longer(tx, p.set.len()); err != nil {
		return err
	}
	var text intText
	var failed error
	found, misses := int64(0), 0
	it := p.set.c.Iter(0)
	for misses < drawnAhead && it.Next() {
		member := p.set.member(&text, it.Entry().Key)
		ok, err := p.passes(member)
		if err != nil {
			failed = err
			misses++
		}
		if !ok || failed != nil {
			continue
		}
		each(member)
		if found++; found == limit {
			break
		}
	}
	if failed != nil {
		return failed
	}
	return it.Err()
}

// passes asks the other sets, until one of them decides.
func (p *probe) passes(member []byte) (bool, error) {
	for i := range p.others {
		has, err := p.others[i].has(member)
		if err != nil || has != p.wanted {
			return false, err
		}
	}
	return true, nil
}
