package apps

import (
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/test/proc"
)

// RQ with a worker that ends when there is no more work. Between enqueuing and
// working, Cairn is killed: the queues must be there afterwards.
func TestRQ(t *testing.T) {
	s := proc.StartCairn(t)
	a := newApp(t, "CAIRN_PORT="+strconv.Itoa(s.Port))
	jobs := filepath.Join(t.TempDir(), "jobs.json")
	a.run(a.python("rqrun.py", "enqueue", jobs))
	nothingRefused(t, s, "NOSCRIPT")
	if err := s.Crash(); err != nil {
		t.Fatal(err)
	}
	a.run(a.python("/usr/bin/rq", "worker", "--burst", "--with-scheduler", "--path", ".",
		"--url", fmt.Sprintf("redis://127.0.0.1:%d", s.Port), "high", "default", "low"))
	a.run(a.python("rqrun.py", "verify", jobs))
	nothingRefused(t, s, "NOSCRIPT")
}
