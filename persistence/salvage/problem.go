package salvage

import "fmt"

// Problem is something that is wrong, or, if Note is set, only worth knowing.
type Problem struct {
	File string // relative to the directory, "" if it is no file's
	At   int64  // position in the file; -1: none
	Text string
	Note bool
}

func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Text
	case p.At < 0:
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s at byte %d: %s", p.File, p.At, p.Text)
}

// findings collects problems up to a bound: what is broken in one place is
// mostly broken in many.
type findings struct {
	list  []Problem
	count int // of problems, without notes
	notes int
}

// maxProblems and maxNotes are how many are kept word by word.
const (
	maxProblems = 1000
	maxNotes    = 100
)

func (f *findings) add(p Problem) {
	n, most := &f.count, maxProblems
	if p.Note {
		n, most = &f.notes, maxNotes
	}
	if *n++; *n <= most {
		f.list = append(f.list, p)
	}
}

func (f *findings) fail(format string, args ...any) {
	f.add(Problem{At: -1, Text: fmt.Sprintf(format, args...)})
}

func (f *findings) note(format string, args ...any) {
	f.add(Problem{At: -1, Text: fmt.Sprintf(format, args...), Note: true})
}
