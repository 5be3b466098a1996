package diff

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

var (
	seed = flag.Uint64("seed", 0, "of the points of restart; 0 takes a new one")
	show = flag.Bool("show", false, "print each line with the oracle's reply")
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// TestOracle runs redis-server against itself: a script that fails here is wrong, not Cairn.
func TestOracle(t *testing.T) {
	testScripts(t, Hot, proc.StartRedis(t))
}

// TestOracleRestarts does so with a redis-server that keeps its data, to prove that restarts are done right.
func TestOracleRestarts(t *testing.T) {
	for _, mode := range []Mode{Restart, Kill9} {
		t.Run(string(mode), func(t *testing.T) {
			testScripts(t, mode, proc.StartRedis(t, proc.Durable...))
		})
	}
}

// TestCairn runs all scripts in every mode.
func TestCairn(t *testing.T) {
	proc.NeedCairn(t)
	for _, mode := range []Mode{Hot, Cold, Restart, Kill9} {
		t.Run(string(mode), func(t *testing.T) {
			testScripts(t, mode, proc.StartCairn(t))
		})
	}
}

// testScripts runs every script that this mode allows, each as a subtest, on one pair of servers.
func testScripts(t *testing.T, mode Mode, subject Server) {
	scripts, err := LoadScripts("testdata")
	if err != nil {
		t.Fatal(err)
	}
	pair := &Pair{Oracle: proc.StartRedis(t), Subject: subject, Mode: mode, Seed: *seed}
	if pair.Seed == 0 {
		pair.Seed = rand.Uint64()
	}
	if *show {
		pair.Trace = showLine
	}
	for _, s := range scripts {
		for _, proto := range mode.protos(s) {
			t.Run(fmt.Sprintf("%s/resp%d", s.Name, proto), func(t *testing.T) {
				skipUnlessFit(t, s, pair)
				report(t, pair, pair.Run(s, proto))
			})
		}
	}
}

func showLine(st Step, oracle string) {
	if strings.Contains(oracle, "\n") {
		oracle = "\n" + oracle
	}
	fmt.Printf("%4d %-40s %s\n", st.Line, st.Source, oracle)
}

// protos are the protocols to run the script under in this mode: none if it is not meant for the mode, and one where
// restarts are the point.
func (m Mode) protos(s *Script) []int {
	switch {
	case m != Hot && s.HotOnly, m.Interrupts() && !s.Restartable:
		return nil
	case m.Interrupts():
		return s.Protos[:1]
	}
	return s.Protos
}

func skipUnlessFit(t *testing.T, s *Script, p *Pair) {
	t.Helper()
	if s.Slow && (testing.Short() || !isCairn(p.Subject)) {
		t.Skip("slow")
	}
	if s.Forgetful && p.Mode.Interrupts() && !isCairn(p.Subject) {
		t.Skip("redis-server does not keep all of it")
	}
	for _, name := range s.Needs {
		if !knows(t, p.Subject, name) {
			t.Skipf("the subject has no %s yet", name)
		}
	}
}

// isCairn is false where redis-server is tested against itself.
func isCairn(s Server) bool {
	p, ok := s.(*proc.Server)
	return ok && p.Name == "cairn"
}

// knows tells whether the server has a command.
func knows(t *testing.T, s Server, command string) bool {
	t.Helper()
	c, err := client.Dial(s.Addr(), replyTimeout)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	info, err := c.Do("COMMAND", "INFO", command)
	if err != nil {
		t.Fatal(err)
	}
	return len(info.Elems) == 1 && !info.Elems[0].Null
}

func report(t *testing.T, p *Pair, mismatches []Mismatch) {
	t.Helper()
	for _, m := range mismatches {
		t.Errorf("%s", m)
	}
	if len(mismatches) > 0 && p.Mode.Interrupts() {
		t.Logf("mode %s, -seed %d", p.Mode, p.Seed)
	}
}
