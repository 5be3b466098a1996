package random

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/test/diff"
)

// composedOneIn is how often a few commands come together: in a transaction, or called by a script.
const composedOneIn = 12

// Scripts and functions carry out the commands that they get as arguments, each behind the number of its words; so
// nothing has to be quoted for Lua. What fails ends those that use redis.call, and what came before stays.
const (
	runAll = `local list, i = {}, 1 while i <= #ARGV do local n = tonumber(ARGV[i]) ` +
		`list[#list+1] = redis.%s(unpack(ARGV, i+1, i+n)) or false i = i + n + 1 end return list`
	loadLibrary = `FUNCTION LOAD REPLACE "#!lua name=random\nredis.register_function('all', function(KEYS, ARGV) %s end)"`
)

// preamble is what histories begin with.
func preamble() string { return fmt.Sprintf(loadLibrary, fmt.Sprintf(runAll, "pcall")) }

// compose makes lines of a few forms.
func compose(r *rand.Rand, forms chooser, mode diff.Mode) []string {
	commands := make([][]string, 1+r.IntN(5))
	for i := range commands {
		commands[i] = fillForm(r, forms.choose(r))
	}
	if !mode.Interrupts() && r.IntN(2) == 0 { // else a restart would come between
		return transaction(r, commands)
	}
	return []string{call(r, commands)}
}

func transaction(r *rand.Rand, commands [][]string) (lines []string) {
	if r.IntN(3) == 0 {
		lines = append(lines, fill(r, "WATCH $key $set $zset"))
		if r.IntN(2) == 0 {
			lines = append(lines, strings.Join(commands[0], " "))
		}
	}
	lines = append(lines, "MULTI")
	for _, words := range commands {
		lines = append(lines, strings.Join(words, " "))
	}
	if r.IntN(10) == 0 {
		return append(lines, "DISCARD")
	}
	return append(lines, "EXEC")
}

// call makes a call of a script or function that carries commands out. It declares some keys, which need not be those
// that it uses.
func call(r *rand.Rand, commands [][]string) string {
	var words []string
	switch r.IntN(4) {
	case 0:
		words = []string{"EVAL", strconv.Quote(fmt.Sprintf(runAll, "call"))}
	case 1:
		words = []string{"FCALL", "all"}
	case 2:
		words = []string{"EVAL_RO", strconv.Quote(fmt.Sprintf(runAll, "pcall"))}
	default:
		words = []string{"EVAL", strconv.Quote(fmt.Sprintf(runAll, "pcall"))}
	}
	keys := r.IntN(4)
	words = append(words, strconv.Itoa(keys))
	for range keys {
		words = append(words, fill(r, pick(r, "$key", "$hash", "$set", "$zset", "$stream", "$list")))
	}
	for _, c := range commands {
		words = append(words, strconv.Itoa(len(c)))
		words = append(words, c...)
	}
	return strings.Join(words, " ")
}

// composable are the forms whose replies are compared as they are: how those of a whole are compared is one thing for
// all.
func (c chooser) composable() (few chooser) {
	for _, f := range c.forms {
		if !strings.HasPrefix(f.words[0], "@") && !slices.Contains(alone, f.words[0]) {
			few.forms = append(few.forms, f)
			few.total += f.weight
		}
	}
	return few
}

// alone are commands whose place in a transaction differs: Cairn carries them out at its end.
var alone = []string{"DEBUG"}
