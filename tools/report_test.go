package tools

import (
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding"
)

func TestReport(t *testing.T) {
	r := newReport()
	r.add(encoding.TypeHash, 10, 100)
	r.add(encoding.TypeHash, 20, 200)
	r.add(encoding.TypeString, 1, 5)
	r.Passed, r.Took = 3, 1500*time.Millisecond
	r.Skipped["the key exists"] = 2
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"    type  keys  elements  bytes",
		"  string     1         1      5",
		"    hash     2        30    300",
		"     all     3        31    305",
		"3 left out: not asked for",
		"2 skipped: the key exists",
		"1.5 seconds",
		"",
	}, "\n")
	if out.String() != want {
		t.Errorf("%s\nnot\n%s", out.String(), want)
	}
	if r.SkippedTotal() != 2 {
		t.Errorf("%d skipped", r.SkippedTotal())
	}
}
