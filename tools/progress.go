package tools

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress hears now and then how much is done. It may be nil.
type Progress func(done int64)

// ShowProgress shows progress on f: a bar with the time that is left on a terminal, else a line every ten seconds. The
// total is in units, 0 if it is not known. End it before f is used for something else.
func ShowProgress(f *os.File, what, unit string, total int64) (p Progress, end func()) {
	if !term.IsTerminal(int(f.Fd())) {
		return progressLines(f, what, unit, total, time.Now, 10*time.Second), func() {}
	}
	if total <= 0 {
		total = -1 // as the library has it
	}
	bar := progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what), progressbar.OptionFullWidth(),
		progressbar.OptionShowBytes(unit == "bytes"), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	// A bar that cannot be drawn stops nothing.
	return func(done int64) { _ = bar.Set64(done) }, func() { _ = bar.Finish() }
}

// progressLines writes a line at most once in an interval.
func progressLines(w io.Writer, what, unit string, total int64, now func() time.Time, every time.Duration) Progress {
	start := now()
	last := start
	return func(done int64) {
		at := now()
		if at.Sub(last) < every {
			return
		}
		last = at
		line := fmt.Sprintf("%s: %d %s", what, done, unit)
		if total > 0 && done > 0 {
			left := time.Duration(float64(at.Sub(start)) * float64(max(0, total-done)) / float64(done))
			line += fmt.Sprintf(" of %d (%d%%), %v left", total, 100*done/total, left.Round(time.Second))
		}
		fmt.Fprintln(w, line)
	}
}

// ShowSteps shows on a terminal what is being done, a line at a time; elsewhere nothing.
func ShowSteps(f *os.File) Step {
	if !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	last := time.Time{}
	return func(what string, done, total int64) {
		if time.Since(last) < 200*time.Millisecond {
			return
		}
		last = time.Now()
		if total > 0 {
			fmt.Fprintf(f, "\r%s: %d of %d   \r", what, done, total)
		} else {
			fmt.Fprintf(f, "\r%s: %d   \r", what, done)
		}
	}
}
