package tools

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/encoding"
)

// Report is what a run has come to.
type Report struct {
	Types map[encoding.Type]*Tally

	Libraries int64            // of functions
	Expired   int64            // keys whose time had come
	Passed    int64            // keys and libraries that nobody has asked for
	Skipped   map[string]int64 // what could not be taken, by reason
	Took      time.Duration

	start time.Time
}

// Tally counts keys of a type.
type Tally struct {
	Keys, Elements int64
	Bytes          int64 // in the file
}

func newReport() *Report {
	return &Report{Types: map[encoding.Type]*Tally{}, Skipped: map[string]int64{}, start: time.Now()}
}

func (r *Report) add(t encoding.Type, elements, bytes int64) {
	sum := r.Types[t]
	if sum == nil {
		sum = &Tally{}
		r.Types[t] = sum
	}
	sum.Keys, sum.Elements, sum.Bytes = sum.Keys+1, sum.Elements+elements, sum.Bytes+bytes
}

// merge adds what another part of the run has come to.
func (r *Report) merge(of *Report) {
	for t, sum := range of.Types {
		to := r.Types[t]
		if to == nil {
			to = &Tally{}
			r.Types[t] = to
		}
		to.Keys, to.Elements, to.Bytes = to.Keys+sum.Keys, to.Elements+sum.Elements, to.Bytes+sum.Bytes
	}
	r.Libraries, r.Expired, r.Passed = r.Libraries+of.Libraries, r.Expired+of.Expired, r.Passed+of.Passed
	for reason, n := range of.Skipped {
		r.Skipped[reason] += n
	}
}

func (r *Report) finish() *Report {
	r.Took = time.Since(r.start)
	return r
}

// Total adds up all types.
func (r *Report) Total() (sum Tally) {
	for _, t := range r.Types {
		sum.Keys, sum.Elements, sum.Bytes = sum.Keys+t.Keys, sum.Elements+t.Elements, sum.Bytes+t.Bytes
	}
	return sum
}

// SkippedTotal is how much could not be taken.
func (r *Report) SkippedTotal() (n int64) {
	for _, one := range r.Skipped {
		n += one
	}
	return n
}

// Write shows the report as a table.
func (r *Report) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, sum Tally) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t\n", name, sum.Keys, sum.Elements, sum.Bytes)
	}
	fmt.Fprintf(t, "type\tkeys\telements\tbytes\t\n")
	for _, one := range slices.Sorted(maps.Keys(r.Types)) {
		row(one.String(), *r.Types[one])
	}
	row("all", r.Total())
	if err := t.Flush(); err != nil {
		return err
	}
	return r.writeRest(w)
}

// writeRest shows what the table does not.
func (r *Report) writeRest(w io.Writer) error {
	for _, line := range []struct {
		n    int64
		what string
	}{{r.Libraries, "libraries of functions"}, {r.Expired, "left out: expired"}, {r.Passed, "left out: not asked for"}} {
		if line.n > 0 {
			fmt.Fprintf(w, "%d %s\n", line.n, line.what)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(r.Skipped)) {
		fmt.Fprintf(w, "%d skipped: %s\n", r.Skipped[reason], reason)
	}
	_, err := fmt.Fprintf(w, "%.1f seconds\n", r.Took.Seconds())
	return err
}
