package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// databases is the number of databases of both servers, Redis's default.
const databases = 16

// defaultMismatches ends a script that has gone astray.
const defaultMismatches = 20

// maxFailures of connections end a script: each may have cost a timeout.
const maxFailures = 3

// run is one run of a script.
type run struct {
	pair            *Pair
	script          *Script
	oracle, subject *side
	mismatches      []Mismatch
	failures        int // of connections
}

func (r *run) close() {
	r.oracle.hangUp()
	r.subject.hangUp()
}

// body performs the steps of the script and returns false if it had to give up.
func (r *run) body() bool {
	in := newInterruption(r.pair, len(r.script.Steps))
	limit := cmp.Or(r.pair.MaxMismatches, defaultMismatches)
	for _, st := range r.script.Steps {
		if err := in.maybe(r.subject); err != nil {
			r.note(st, "", fmt.Sprintf("the subject does not come back: %v", err))
			return false
		}
		r.step(st)
		if len(r.mismatches) >= limit || r.failures >= maxFailures {
			return false
		}
	}
	return true
}

func (r *run) steps(steps []Step) {
	for _, st := range steps {
		r.step(st)
	}
}

// step performs one step on both sides, the oracle first.
func (r *run) step(st Step) {
	time.Sleep(st.sleep)
	want, errWant := r.oracle.perform(st)
	got, errGot := r.subject.perform(st)
	if r.pair.Trace != nil && st.Line > 0 {
		r.pair.Trace(st, outcome(want, errWant))
	}
	switch {
	case errWant != nil || errGot != nil:
		r.note(st, outcome(want, errWant), outcome(got, errGot))
		r.failures++
		r.oracle.forget() // both sides go on with a fresh connection
		r.subject.forget()
	case st.judge != nil && !st.judge(want, got):
		r.note(st, want.String(), got.String()+firstDifference(want.Raw, got.Raw))
	}
}

// closing checks that no connection has a reply left over, and that both servers hold the same data.
func closing(s *side) []Step {
	var steps []Step
	for _, name := range slices.Sorted(maps.Keys(s.conns)) {
		steps = append(steps, directive("@conn", name), Command("ECHO", "is the end of "+name))
	}
	steps = append(steps, directive("@conn", "closing"), Command("DEBUG", "DIGEST"))
	for db := range databases {
		steps = append(steps, Command("SELECT", strconv.Itoa(db)), Command("DBSIZE"))
	}
	return steps
}

// directive makes a step that compares nothing.
func directive(words ...string) Step {
	st, err := parseStep(words)
	if err != nil {
		panic(err) // the words are constants of this package
	}
	st.Source = Quote(words)
	return st
}

func outcome(reply client.Reply, err error) string {
	if err != nil {
		return fmt.Sprintf("(connection) %v", err)
	}
	if reply.Kind == 0 {
		return "(nothing)"
	}
	return reply.String()
}
