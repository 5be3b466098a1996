package crash

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// More data than the allowance, killed again and again while it is written:
// nothing that redis-py saw acknowledged may be missing.
func TestSigkillLosesNothingAcknowledged(t *testing.T) {
	for _, policy := range []string{"always", "everysec"} {
		t.Run(policy, func(t *testing.T) { killLoop(t, policy) })
	}
}

func killLoop(t *testing.T, policy string) {
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	s := proc.StartCairn(t, "--appendfsync", policy, "--maxmemory", "48mb")
	journal := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(journal, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for round := range rounds {
		writer := python("write", strconv.Itoa(s.Port), journal, strconv.Itoa(round))
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(2000+rand.IntN(2000)) * time.Millisecond)
		if err := s.Kill9(); err != nil {
			t.Fatal(err)
		}
		if err := writer.Wait(); err != nil {
			t.Fatalf("the writer: %v", err)
		}
		if err := s.Start(); err != nil {
			t.Fatalf("starting after SIGKILL: %v\n%s", err, s.Output())
		}
		out, err := python("verify", strconv.Itoa(s.Port), journal).CombinedOutput()
		if err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, out)
		}
		t.Logf("round %d: %s", round, out)
	}
}

func python(args ...string) *exec.Cmd { return script("writer.py", args...) }

// script runs a program with Debian's interpreter, the one that has Debian's
// modules.
func script(name string, args ...string) *exec.Cmd {
	return exec.Command("/usr/bin/python3", append([]string{filepath.Join("testdata", name)}, args...)...)
}
