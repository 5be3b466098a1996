package crash

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/proc"
)

// Money that threads move with WATCH and MULTI is neither made nor lost,
// whenever somebody looks with a MULTI, and after each SIGKILL.
func TestBankKeepsItsMoney(t *testing.T) {
	for _, mode := range []struct {
		name string
		args []string
	}{
		{"always", []string{"--appendfsync", "always"}},
		{"everysec, all on disk", []string{"--appendfsync", "everysec", "--cairn-test-evict", "yes"}},
	} {
		t.Run(mode.name, func(t *testing.T) { bank(t, mode.args) })
	}
}

func bank(t *testing.T, args []string) {
	rounds := 4
	if testing.Short() {
		rounds = 2
	}
	s := proc.StartCairn(t, args...)
	journal := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(journal, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(s.Port)
	if out, err := script("bank.py", "open", port).CombinedOutput(); err != nil {
		t.Fatalf("opening the bank: %v\n%s", err, out)
	}
	for round := range rounds {
		tellers := script("bank.py", "run", port, journal)
		tellers.Stderr = os.Stderr
		if err := tellers.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(1500+rand.IntN(1500)) * time.Millisecond)
		if err := s.Kill9(); err != nil {
			t.Fatal(err)
		}
		if err := tellers.Wait(); err != nil {
			t.Fatalf("the tellers: %v", err)
		}
		if err := s.Start(); err != nil {
			t.Fatalf("starting after SIGKILL: %v\n%s", err, s.Output())
		}
		out, err := script("bank.py", "verify", port, journal).CombinedOutput()
		if err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, out)
		}
		t.Logf("round %d: %s", round, out)
	}
}
