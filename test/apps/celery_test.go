package apps

import (
	"strconv"
	"testing"

	"github.com/cairndb/cairn/test/proc"
)

// Celery with Cairn as its broker and its store of results.
func TestCelery(t *testing.T) {
	s := proc.StartCairn(t)
	a := newApp(t, "CAIRN_PORT="+strconv.Itoa(s.Port))
	stop := a.background(a.python("-m", "celery", "-A", "celeryapp", "worker",
		"--loglevel", "INFO", "--concurrency", "2", "--pool", "prefork"))
	a.run(a.python("celeryrun.py"))
	stop()
	nothingRefused(t, s, "NOSCRIPT")
}
