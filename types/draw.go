package types

import (
	"math/rand/v2"
	"slices"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// entryDraw goes through entries of a tree that are drawn by lot. The tree must
// not change meanwhile.
type entryDraw struct {
	tree *tree.Tree
	rand *rand.Rand
	left int64
	// chosen are the positions to be drawn still, if each may come only once.
	// Without them and without walk, any may come at any time.
	chosen []int64
	walk   *tree.Iter // all entries
	entry  tree.Entry
	err    error
}

// maxDraws bounds how often is drawn where the same may come again: nothing else
// does.
const maxDraws = 16 << 20

// drawEntries draws count different entries, or all if there are fewer. With a
// negative count it draws -count times, each time among all; only an empty tree
// gives none then.
func drawEntries(tx *persistence.Tx, t *tree.Tree, count int64) (entryDraw, error) {
	n := t.Len()
	d := entryDraw{tree: t, rand: tx.Rand(), left: min(count, n)}
	switch {
	case n == 0 || count == 0:
		return entryDraw{}, nil
	case count < -maxDraws:
		return entryDraw{}, ErrTooManyDraws
	case count < 0:
		d.left = -count
	case count >= n:
		it := t.Iter(0)
		d.walk = &it
	default:
		d.chosen = chooseDistinct(d.rand, n, count)
	}
	return d, longer(tx, d.left)
}

// chooseDistinct returns count different numbers below n in ascending order, any
// such choice as likely as any other (Bentley and Floyd, "A sample of
// brilliance", CACM 30(9), 1987).
func chooseDistinct(r *rand.Rand, n, count int64) []int64 {
	taken := make(map[int64]bool, count)
	chosen := make([]int64, 0, count)
	for top := n - count; top < n; top++ {
		i := r.Int64N(top + 1)
		if taken[i] {
			i = top
		}
		taken[i] = true
		chosen = append(chosen, i)
	}
	slices.Sort(chosen)
	return chosen
}

// next goes to the next entry drawn; false at the end, or if err is not nil.
func (d *entryDraw) next() bool {
	if d.left == 0 || d.err != nil {
		return false
	}
	d.left--
	if d.walk != nil {
		ok := d.walk.Next()
		d.entry, d.err = d.walk.Entry(), d.walk.Err()
		return ok
	}
	if d.entry, d.err = d.tree.At(d.position()); d.err != nil {
		d.askAhead()
	}
	return d.err == nil
}

func (d *entryDraw) position() int64 {
	if d.chosen == nil {
		return d.rand.Int64N(d.tree.Len())
	}
	i := d.chosen[0]
	d.chosen = d.chosen[1:]
	return i
}

// drawnAhead bounds how many entries are asked for at a time.
const drawnAhead = 1000

// askAhead: something has to be loaded. What else will be drawn is asked for
// too, so that it is loaded together.
func (d *entryDraw) askAhead() {
	for range min(d.left, drawnAhead) {
		_, _ = d.tree.At(d.position())
	}
}
