package config

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// directive is one statement of a source, split into words; there is at least one.
type directive struct {
	origin string
	words  []string
}

func (d directive) name() string   { return strings.ToLower(d.words[0]) }
func (d directive) args() []string { return d.words[1:] }

// maxSourceBytes bounds a file, so that `include /dev/zero` ends with a message.
const maxSourceBytes = 16 << 20

// readSource reads a file or standard input up to its bound.
func readSource(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSourceBytes+1))
	if err == nil && len(text) > maxSourceBytes {
		err = fmt.Errorf("longer than %d bytes", maxSourceBytes)
	}
	return string(text), err
}

// parseLine returns the words of a file's line, none if it is blank or a comment.
func parseLine(line string) ([]string, error) {
	line = strings.Trim(line, " \t\r\n")
	if strings.HasPrefix(line, "#") {
		return nil, nil
	}
	return splitArgs(line)
}

// eachDirective calls fn for the directives of a file's text, until one fails.
func eachDirective(text, source string, fn func(directive) error) error {
	for i, line := range strings.Split(text, "\n") {
		origin := fmt.Sprintf("%s:%d", source, i+1)
		words, err := parseLine(line)
		if err != nil {
			return &LoadError{origin, firstWord(line), err.Error()}
		}
		if len(words) == 0 {
			continue
		}
		if err := fn(directive{origin, words}); err != nil {
			return err
		}
	}
	return nil
}

// firstWord names a line that cannot be split. The rest of it may be a secret.
func firstWord(line string) string {
	return printable(strings.Fields(line)[0])
}

// arguments is what the command line asks for.
type arguments struct {
	file    string // "" if there is none
	stdin   bool
	options []directive
}

// parseArguments reads `[file] [-] [--directive value...]...` as redis-server does: - is standard input in the first
// and last place only, and the word after a bare --directive is its value even if it begins with dashes.
func parseArguments(args []string) (arguments, error) {
	var a arguments
	rest := args
	if len(rest) > 0 && rest[0] != "" && rest[0][0] != '-' {
		a.file, rest = rest[0], rest[1:]
	}
	wantsValue := false
	for i, arg := range rest {
		first, last := i == 0 && a.file == "", i == len(rest)-1
		switch {
		case arg == "-" && (first || last):
			a.stdin = true
		case strings.HasPrefix(arg, "--") && !wantsValue:
			d, err := parseOption(arg)
			if err != nil {
				return a, err
			}
			// Scripts build `--save $LIST --other value`, and the list may be empty.
			emptySave := strings.EqualFold(arg, "--save") && (last || strings.HasPrefix(rest[i+1], "--"))
			if emptySave {
				d.words = append(d.words, "")
			}
			a.options = append(a.options, d)
			wantsValue = len(d.words) == 1
		case len(a.options) == 0:
			return a, &LoadError{commandLine, printable(arg), "a directive begins with --"}
		default:
			d := &a.options[len(a.options)-1]
			d.words = append(d.words, arg)
			wantsValue = false
		}
	}
	return a, nil
}

const commandLine = "command line"

// parseOption reads --directive, which may hold its value too: "--port 7000" as one argument.
func parseOption(arg string) (directive, error) {
	words, err := splitArgs(arg[len("--"):])
	if err == nil && len(words) == 0 {
		err = errors.New("a directive is missing after --")
	}
	if err != nil {
		return directive{}, &LoadError{commandLine, firstWord(arg), err.Error()}
	}
	return directive{commandLine, words}, nil
}

// printable makes a line of s that is safe to log: no control characters, and not longer than a screen's line.
func printable(s string) string {
	const most = 100
	q := quote(s)
	q = q[1 : len(q)-1]
	if len(q) > most {
		q = q[:most] + "..."
	}
	return q
}
