package tools

import (
	"strings"
	"testing"
	"time"
)

func TestProgressLines(t *testing.T) {
	var out strings.Builder
	at := time.Unix(0, 0)
	p := progressLines(&out, "importing", "bytes", 200, func() time.Time { return at }, 10*time.Second)
	for _, step := range []struct{ seconds, done int64 }{{1, 10}, {9, 40}, {5, 45}, {5, 100}} {
		at = at.Add(time.Duration(step.seconds) * time.Second)
		p(step.done)
	}
	want := "importing: 40 bytes of 200 (20%), 40s left\nimporting: 100 bytes of 200 (50%), 20s left\n"
	if out.String() != want {
		t.Errorf("%q, not %q", out.String(), want)
	}
}
