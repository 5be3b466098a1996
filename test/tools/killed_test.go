package tools

import (
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/proc"
)

// An import that is killed, at whatever moment, and run again, ends as if it had not been: of a file and of an AOF,
// into a directory and into a running server.
func TestKilledImports(t *testing.T) {
	server := proc.StartRedis(t, "--appendonly", "yes")
	redis := dial(t, server)
	redis.do("DEBUG", "POPULATE", "20000", "key", "100")
	redis.do("BGREWRITEAOF") // a base, and commands behind it
	redis.fill(5)
	redis.do("SAVE")
	state := redis.state()
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]string{"file": "dump.rdb", "AOF": "appendonlydir"} {
		source, want := filepath.Join(server.Dir, source), state
		if name == "AOF" { // it does not say when consumers were seen
			want.stream, want.functions = "", ""
		}
		t.Run(name+" into a directory", func(t *testing.T) {
			killedImports(t, source, func() (string, []string) {
				dir := t.TempDir()
				return dir, []string{"--dir", dir, "--memory", "48mb"}
			}, func(dir string) {
				must(t, "check", "--dir", dir)
				s := dial(t, proc.StartCairn(t, "--dir", dir))
				compare(t, "after a kill, the directory", s, want)
				if err := s.server.Stop(); err != nil {
					t.Fatal(err)
				}
			})
		})
		t.Run(name+" into a server", func(t *testing.T) {
			var to side
			killedImports(t, source, func() (string, []string) {
				to = dial(t, proc.StartCairn(t))
				return "", []string{"--to", "redis://" + to.server.Addr()}
			}, func(string) {
				compare(t, "after a kill, the server", to, want)
				if err := to.server.Stop(); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// killedImports measures how long an import takes, then kills some at random moments and finishes them.
func killedImports(t *testing.T, source string, begin func() (dir string, args []string), end func(dir string)) {
	t.Helper()
	dir, args := begin()
	start := time.Now()
	must(t, append([]string{"import", source}, args...)...)
	whole := time.Since(start)
	end(dir)
	kills := 4
	if testing.Short() {
		kills = 1
	}
	for range kills {
		dir, args := begin()
		for range 1 + rand.IntN(2) {
			cmd := exec.Command(proc.CairnBinary(t), append([]string{"import", source, "--replace"}, args...)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.Int64N(int64(whole))))
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // it was killed
		}
		must(t, append([]string{"import", source, "--replace"}, args...)...)
		end(dir)
	}
}
