package proc

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// StartSentinel starts a redis-sentinel that watches one master, under a name, with what else its configuration says of
// it: lines such as "down-after-milliseconds 1000", without the name.
func StartSentinel(t testing.TB, name string, master *Server, quorum int, lines ...string) *Server {
	t.Helper()
	return launch(t, "sentinel", redisBinary(t), func(s *Server) []string {
		file := filepath.Join(s.Dir, "sentinel.conf") // which it writes to itself
		if _, err := os.Stat(file); err != nil {
			var b strings.Builder
			fmt.Fprintf(&b, "dir %s\nsentinel monitor %s 127.0.0.1 %d %d\n", s.Dir, name, master.Port, quorum)
			for _, line := range lines {
				directive, value, _ := strings.Cut(line, " ")
				fmt.Fprintf(&b, "sentinel %s %s %s\n", directive, name, value)
			}
			if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
				t.Error(err)
			}
		}
		return []string{file, "--sentinel", "--port", fmt.Sprint(s.Port), "--bind", "127.0.0.1"}
	})
}
