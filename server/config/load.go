package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Rename is a rename-command directive: From is to be known as To, or not at all if To is empty.
type Rename struct {
	From, To string
	Origin   string // where it stands, for the message if there is no such command
}

// Ignored is a directive that the operator gave and that has no effect.
type Ignored struct {
	Name, Value string
	Why         string
	Origin      string
	IsDefault   bool // it asks for nothing: stock files state every default
}

// Load applies the arguments of the command line, without the program's name and verb:
//
//	[file] [-] [--directive value...]...
//
// The file comes first, then standard input if - asks for it, then the directives of the command line; the last word
// on a directive wins. To be called once, before the server runs; hooks are not run. The error is a *LoadError for
// the first mistake, and the configuration is then not fit for use.
func (c *Config) Load(args []string, stdin io.Reader) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := loader{c: c, readFile: readFile, glob: filepath.Glob}
	return l.load(args, stdin)
}

// File returns the absolute path of the file that the server was started with, "" if there was none.
func (c *Config) File() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.file
}

// Renames returns the rename-command directives, in the order given. Whether the commands exist is for the caller to
// check.
func (c *Config) Renames() []Rename {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.renames
}

// Notices returns, a line each, what was read at startup differently from how it is written. To be logged.
func (c *Config) Notices() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.notices
}

// NoEffect returns the directives that were given at startup and that the server does not act on. To be logged, at
// least those that are not a default.
func (c *Config) NoEffect() []Ignored {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []Ignored
	for _, r := range c.rows {
		if r.class != Live && r.origin != "" {
			text := r.cell.text()
			list = append(list, Ignored{r.name, text, r.doc, r.origin, text == r.defText})
		}
	}
	return list
}

// loader applies one startup configuration. The files it reads are behind functions, for the tests.
type loader struct {
	c        *Config
	readFile func(path string) (string, error)
	glob     func(pattern string) ([]string, error)
	depth    int // 0 in the main file, standard input and the command line; 1 in a file they include, ...
}

// maxIncludeDepth bounds nested includes, so that a file which includes itself ends with a message.
const maxIncludeDepth = 16

func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return readSource(f)
}

func (l *loader) load(args []string, stdin io.Reader) error {
	a, err := parseArguments(args)
	if err != nil {
		return err
	}
	if a.file != "" {
		if err := l.mainFile(a.file); err != nil {
			return err
		}
	}
	if a.stdin {
		text, err := readSource(stdin)
		if err != nil {
			return &LoadError{Origin: "stdin", Reason: reason(err)}
		}
		if err := eachDirective(text, "stdin", l.apply); err != nil {
			return err
		}
	}
	for _, d := range a.options {
		if err := l.apply(d); err != nil {
			return err
		}
	}
	l.c.correct()
	return l.c.refuse()
}

func (l *loader) mainFile(path string) error {
	text, err := l.readFile(path)
	if err != nil {
		return &LoadError{Origin: path, Reason: "can't open config file: " + reason(err)}
	}
	if l.c.file, err = filepath.Abs(path); err != nil {
		return &LoadError{Origin: path, Reason: reason(err)}
	}
	return eachDirective(text, path, l.apply)
}

// reason is err without the path that it repeats.
func reason(err error) string {
	if pathErr := (*os.PathError)(nil); errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return err.Error()
}

// apply executes one directive.
func (l *loader) apply(d directive) error {
	if r := l.c.byName[d.name()]; r != nil {
		return l.set(r, d)
	}
	switch {
	case d.name() == "include" && len(d.args()) == 1:
		return l.include(d)
	case d.name() == "rename-command" && len(d.args()) == 2:
		l.c.renames = append(l.c.renames, Rename{d.args()[0], d.args()[1], d.origin})
		return nil
	}
	// The arguments are not shown: what the table does not know may be a password.
	why := "Bad directive or wrong number of arguments"
	if feature := missingFeature(d.name()); feature != "" {
		why += " (" + feature + ": not in this version of Cairn)"
	}
	return &LoadError{d.origin, printable(d.name()), why}
}

// set stores a directive's value.
func (l *loader) set(r *row, d directive) error {
	args, err := startupArgs(r, d.args())
	if err == nil {
		var store func()
		if store, err = r.cell.stage(args, r.keeps(true)); err == nil {
			store()
			r.origin, r.included = d.origin, r.included || l.depth > 0
			return nil
		}
	}
	return &LoadError{d.origin, shown(r, d.args()), err.Error()}
}

// startupArgs are the arguments of a directive in a file. Where there may be several, a single one that holds spaces is
// split once more: `save "900 1"` is what the environment of a container often comes to.
func startupArgs(r *row, args []string) ([]string, error) {
	if !r.is(multiArg) {
		if len(args) != 1 {
			return nil, errors.New("wrong number of arguments")
		}
		return args, nil
	}
	if len(args) == 1 {
		return splitArgs(args[0])
	}
	return args, nil
}

// shown is a directive as a message may quote it.
func shown(r *row, args []string) string {
	if r.is(sensitive) {
		return r.name
	}
	words := []string{r.name}
	for _, a := range args {
		words = append(words, quoteIfNeeded(a))
	}
	return printable(strings.Join(words, " "))
}

// include reads the files of an include directive in its place. A pattern may match none; a plain path must exist.
func (l *loader) include(d directive) error {
	pattern := d.args()[0]
	at := func(why string) error { return &LoadError{d.origin, printable("include " + pattern), why} }
	if l.depth == maxIncludeDepth {
		return at(fmt.Sprintf("files are included more than %d deep", maxIncludeDepth))
	}
	paths := []string{pattern}
	if strings.ContainsAny(pattern, "*?[") {
		var err error
		if paths, err = l.glob(pattern); err != nil {
			return at(err.Error())
		}
	}
	l.depth++
	defer func() { l.depth-- }()
	for _, path := range paths {
		text, err := l.readFile(path)
		if err != nil {
			return at(fmt.Sprintf("can't open config file '%s': %s", printable(path), reason(err)))
		}
		if err := eachDirective(text, path, l.apply); err != nil {
			return err
		}
	}
	return nil
}

// correct replaces values that cannot be honoured where the table says that this is harmless.
func (c *Config) correct() {
	for _, r := range c.rows {
		if text := r.cell.text(); r.lenient && text != r.only {
			c.notices = append(c.notices,
				fmt.Sprintf("%s: '%s %s' is read as '%s': %s", r.origin, r.name, text, r.only, r.why))
			r.setDefault()
		}
	}
}

// refuse looks for a value that cannot be honoured. It runs after the last source, because an earlier one may say
// `daemonize yes` and a later one, as service managers add it, `daemonize no`.
func (c *Config) refuse() error {
	for _, r := range c.rows {
		if text := r.cell.text(); r.why != "" && text != r.only {
			return &LoadError{r.origin, shown(r, []string{text}), r.why}
		}
	}
	return nil
}
