package diff

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// Script is a sequence of steps to perform on both servers.
type Script struct {
	Name        string
	Steps       []Step
	Protos      []int // of RESP: 2, 3
	Needs       []string
	Restartable bool
	Forgetful   bool // redis-server itself does not keep all of it over a restart
	HotOnly     bool
	Slow        bool
}

// Step is one line of a script.
type Step struct {
	Line   int
	Source string // the line as it is written
	args   []string
	act    action
	judge  judge         // nil: there is no reply to compare
	sleep  time.Duration // before the step
}

// action performs a step on one side. args are those of the step with all marks expanded.
type action func(s *side, args []string) (client.Reply, error)

// Command makes a step of one command, with the replies compared byte for byte.
func Command(args ...string) Step {
	return Step{Source: Quote(args), args: args, act: (*side).command, judge: sameBytes}
}

// Args are the words of the command, with the marks expanded that mean the same everywhere.
func (st Step) Args() []string { return st.args }

// LoadScripts reads all scripts of a directory, in the order of their names.
func LoadScripts(dir string) ([]*Script, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	var scripts []*Script
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		s, err := ParseScript(filepath.Base(path), string(text))
		if err != nil {
			return nil, err
		}
		scripts = append(scripts, s)
	}
	return scripts, nil
}

// ParseScript reads a script in the form that the package comment describes.
func ParseScript(name, text string) (*Script, error) {
	s := &Script{Name: strings.TrimSuffix(name, ".txt"), Protos: []int{2, 3}}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		words, err := Split(line)
		if err == nil && !(len(s.Steps) == 0 && s.header(words)) {
			var st Step
			st, err = parseStep(words)
			st.Line, st.Source = i+1, line
			s.Steps = append(s.Steps, st)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %s: %w", name, i+1, line, err)
		}
	}
	return s, nil
}

// header reads a line that tells where the script runs, and returns false if the line is none of these.
func (s *Script) header(words []string) bool {
	switch words[0] {
	case "@resp2":
		s.Protos = []int{2}
	case "@resp3":
		s.Protos = []int{3}
	case "@needs":
		s.Needs = words[1:]
	case "@forgetful":
		s.Forgetful = true
	case "@restartable":
		s.Restartable = true
	case "@hot":
		s.HotOnly = true
	case "@slow":
		s.Slow = true
	default:
		return false
	}
	return true
}
