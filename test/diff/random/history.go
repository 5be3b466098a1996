package random

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/cairndb/cairn/test/diff"
)

// rareOneIn is how often the rare grammar has its turn.
const rareOneIn = 400

// history makes the lines of a script: the same ones for the same seed, length and kind of mode.
func history(seed uint64, ops int, mode diff.Mode) []string {
	r := rand.New(rand.NewPCG(seed, 0))
	usual, rare := newChooser(grammar), newChooser(rareGrammar)
	if !mode.Interrupts() {
		usual = newChooser(grammar + steadyGrammar)
	}
	together := usual.composable()
	lines := []string{preamble()}
	for len(lines) < ops {
		from := usual
		switch {
		case r.IntN(composedOneIn) == 0 && together.total > 0:
			lines = append(lines, compose(r, together, mode)...)
			continue
		case r.IntN(rareOneIn) == 0 && rare.total > 0:
			from = rare
		}
		lines = append(lines, strings.Join(fillForm(r, from.choose(r)), " "))
	}
	return lines
}

// fillForm makes a command's words of a form.
func fillForm(r *rand.Rand, f form) []string {
	filled := make([]string, len(f.words))
	for i, word := range f.words {
		filled[i] = fill(r, word)
	}
	return filled
}

// script makes a script of the lines.
func script(lines []string) *diff.Script {
	s, err := diff.ParseScript("history", strings.Join(lines, "\n"))
	if err != nil {
		panic(fmt.Sprintf("the grammar makes a line that is no script: %v", err))
	}
	return s
}

// chooser takes forms by their weights.
type chooser struct {
	forms []form
	total int
}

// only, if it is not empty, is what a form must have in it, such as "$stream": for histories about one thing.
var only string

func newChooser(text string) chooser {
	var c chooser
	for _, f := range parseGrammar(text) {
		if only == "" || strings.Contains(strings.Join(f.words, " "), only) {
			c.forms = append(c.forms, f)
		}
	}
	for _, f := range c.forms {
		c.total += f.weight
	}
	return c
}

func (c chooser) choose(r *rand.Rand) form {
	n := r.IntN(c.total)
	for _, f := range c.forms {
		if n -= f.weight; n < 0 {
			return f
		}
	}
	panic("unreachable: the weights add up to the total")
}
