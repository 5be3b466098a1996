package random

import (
	"flag"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/diff"
	"github.com/cairndb/cairn/test/proc"
)

var (
	seed = flag.Uint64("seed", 0, "of the first history; 0 takes a new one")
	ops  = flag.Int("ops", 1500, "lines in a history")
)

func init() {
	flag.StringVar(&only, "only", "", "what the lines of a history are about, such as $stream")
}

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// TestOracle runs histories on redis-server against itself: what fails here is the grammar, not Cairn.
func TestOracle(t *testing.T) {
	for _, mode := range []diff.Mode{diff.Hot, diff.Restart, diff.Kill9} {
		t.Run(string(mode), func(t *testing.T) {
			runHistory(t, mode, proc.StartRedis(t, proc.Durable...))
		})
	}
}

// TestCairn runs histories in every mode.
func TestCairn(t *testing.T) {
	proc.NeedCairn(t)
	for _, mode := range []diff.Mode{diff.Hot, diff.Cold, diff.Restart, diff.Kill9} {
		t.Run(string(mode), func(t *testing.T) {
			runHistory(t, mode, proc.StartCairn(t))
		})
	}
}

// TestEvents runs histories while one client hears of all events, and another of all keys that change: both servers tell
// the same after each line.
func TestEvents(t *testing.T) {
	proc.NeedCairn(t)
	t.Run("oracle", func(t *testing.T) { runWatched(t, diff.Hot, proc.StartRedis(t)) })
	t.Run("hot", func(t *testing.T) { runWatched(t, diff.Hot, proc.StartCairn(t)) })
	t.Run("cold", func(t *testing.T) { runWatched(t, diff.Cold, proc.StartCairn(t)) })
}

func runWatched(t *testing.T, mode diff.Mode, subject diff.Server) {
	runLines(t, mode, subject, watched, 3)
}

// watched makes a script of lines, each followed by what it made the servers tell.
func watched(lines []string) *diff.Script {
	all := []string{"@resp3", "CONFIG SET notify-keyspace-events KAn", "DEBUG SET-ACTIVE-EXPIRE 0",
		"@conn events", "PSUBSCRIBE __keyspace*", "@conn changes", "CLIENT TRACKING ON BCAST", "@conn a"}
	for _, line := range lines {
		if strings.Contains(line, "SWAPDB") {
			continue // Redis forgets to tell those who cache
		}
		all = append(all, line, "@pushed events", "@pushed changes")
	}
	return script(append(all, `CONFIG SET notify-keyspace-events ""`, "DEBUG SET-ACTIVE-EXPIRE 1"))
}

// repetitions counts the histories that each test has run: with -count, each takes the next seed.
var repetitions = map[string]uint64{}

func nextSeed(t *testing.T) uint64 {
	n := repetitions[t.Name()]
	repetitions[t.Name()]++
	if *seed == 0 {
		return rand.Uint64()
	}
	return *seed + n
}

func runHistory(t *testing.T, mode diff.Mode, subject diff.Server) {
	runLines(t, mode, subject, script, 2+rand.IntN(2))
}

// runLines runs a history, of whose lines asScript makes a script.
func runLines(t *testing.T, mode diff.Mode, subject diff.Server, asScript func([]string) *diff.Script, proto int) {
	s := nextSeed(t)
	t.Logf("-seed %d -ops %d", s, *ops)
	pair := &diff.Pair{Oracle: proc.StartRedis(t), Subject: subject, Mode: mode, Seed: s, Restarts: 5, MaxMismatches: 1}
	lines := history(s, *ops, mode)
	mismatches := pair.Run(asScript(lines), proto)
	if len(mismatches) == 0 {
		return
	}
	for _, m := range mismatches {
		t.Errorf("%s", m)
	}
	if at := mismatches[0].Line; at > 0 && at < len(lines) {
		lines = lines[:at]
	}
	t.Logf("the script that fails:\n%s", strings.Join(shorten(pair, lines, asScript, proto), "\n"))
}

// shorten cuts a failing history down. With restarts that is not possible: they would come at other places.
func shorten(p *diff.Pair, lines []string, asScript func([]string) *diff.Script, proto int) []string {
	if p.Mode.Interrupts() {
		return lines
	}
	const limit = 20 * time.Second
	return reduce(lines, func(fewer []string) bool { return len(p.Run(asScript(fewer), proto)) > 0 }, limit)
}

// TestSeedDecides checks that a seed makes one history and another seed another.
func TestSeedDecides(t *testing.T) {
	if a := history(1, 100, diff.Hot); !slices.Equal(a, history(1, 100, diff.Cold)) || slices.Equal(a, history(2, 100, diff.Hot)) {
		t.Error("a history does not follow its seed")
	}
}

var placeholder = regexp.MustCompile(`\$\w`)

// TestGrammarIsCovered checks that each form of the grammar comes up, and leaves no placeholder unfilled.
func TestGrammarIsCovered(t *testing.T) {
	lines := history(1, 20_000, diff.Hot)
	script(lines)
	if at := slices.IndexFunc(lines, placeholder.MatchString); at >= 0 {
		t.Errorf("a placeholder has no values: %s", lines[at])
	}
	for _, f := range parseGrammar(grammar + steadyGrammar + rareGrammar) {
		if !slices.ContainsFunc(lines, f.isFormOf) {
			t.Errorf("%s never comes up", strings.Join(f.words, " "))
		}
	}
}

// isFormOf tells whether the line may have been made from the form.
func (f form) isFormOf(line string) bool {
	words, err := diff.Split(line)
	own, ownErr := diff.Split(strings.Join(f.words, " "))
	if err != nil || ownErr != nil || len(words) != len(own) {
		return false
	}
	for i, word := range own {
		if !strings.Contains(word, "$") && word != words[i] {
			return false
		}
	}
	return true
}

// TestReduce cuts a history down to the two lines that make it "fail".
func TestReduce(t *testing.T) {
	lines := history(1, 200, diff.Hot)
	lines[57], lines[140] = "first", "second"
	fails := func(l []string) bool { return slices.Contains(l, "first") && slices.Contains(l, "second") }
	if got := reduce(lines, fails, time.Minute); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("got %q", got)
	}
}
