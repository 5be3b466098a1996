package proc

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
)

// StartCairn builds Cairn (once for the test process) and starts it on an empty directory, with DEBUG allowed. The
// arguments follow those of `cairn serve`.
func StartCairn(t testing.TB, args ...string) *Server {
	t.Helper()
	return launch(t, "cairn", CairnBinary(t), func(s *Server) []string {
		return append([]string{
			"serve", "--port", strconv.Itoa(s.Port), "--dir", s.Dir, "--enable-debug-command", "local",
		}, args...)
	})
}

// StartCairnFrom is StartCairn with a configuration file, which the arguments overrule.
func StartCairnFrom(t testing.TB, file string, args ...string) *Server {
	t.Helper()
	return launch(t, "cairn", CairnBinary(t), func(s *Server) []string {
		return append([]string{"serve", file, "--port", strconv.Itoa(s.Port), "--dir", s.Dir}, args...)
	})
}

// CairnBinary builds Cairn, once for the test process.
func CairnBinary(t testing.TB) string {
	t.Helper()
	NeedCairn(t)
	build.once.Do(buildCairn)
	if build.err != nil {
		t.Fatal(build.err)
	}
	return build.bin
}

// NeedCairn skips the test as long as the source tree holds no cmd/cairn.
func NeedCairn(t testing.TB) {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if sources, _ := filepath.Glob(filepath.Join(root, "cmd", "cairn", "*.go")); len(sources) == 0 {
		t.Skip("cmd/cairn does not exist yet: there is no Cairn to test")
	}
}

// Main runs the tests of a package and then removes the binary that StartCairn has built.
func Main(m *testing.M) int {
	code := m.Run()
	if build.dir != "" {
		_ = os.RemoveAll(build.dir)
	}
	return code
}

// build is the one build of a test process.
var build struct {
	once sync.Once
	dir  string
	bin  string
	err  error
}

func buildCairn() {
	root, err := moduleRoot()
	if err != nil {
		build.err = err
		return
	}
	if build.dir, build.err = os.MkdirTemp("", "cairn-test-"); build.err != nil {
		return
	}
	build.bin = filepath.Join(build.dir, "cairn")
	args := []string{"build", "-o", build.bin}
	if os.Getenv("CAIRN_RACE") == "1" {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, "./cmd/cairn")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		build.err = fmt.Errorf("go build ./cmd/cairn: %w\n%s", err, out)
	}
}

// moduleRoot walks up from the package under test to go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = parent
	}
}
