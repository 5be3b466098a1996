package config

import (
	"fmt"
	"strings"
)

// Class is what a row of the table promises. See the package's documentation.
type Class uint8

// The classes.
const (
	Live     Class = iota // the server acts on it
	Compat                // accepted and remembered, without effect
	FileOnly              // accepted at startup, without effect, unknown to CONFIG
)

type flags uint8

const (
	immutable flags = 1 << iota // set at startup only
	protected                   // CONFIG SET needs enable-protected-configs
	hooked                      // immutable until somebody registers OnChange, since a stored value alone changes nothing
	hidden                      // CONFIG GET needs its exact name, the README leaves it out
	sensitive                   // a secret: never logged
	multiArg                    // any number of arguments
	adds                        // each line at startup adds to those before it
	stated                      // files and the command line state it; unknown to CONFIG GET and SET
)

// row is one directive. The fields below the line are written by New and Load only.
type row struct {
	name, alias string // in lower case; the alias is the name of older versions
	class       Class
	flags       flags
	cell        cell
	def         string // the default as CONFIG SET would spell it
	doc         string // one sentence for the README: what it does or, without effect, why
	only        string // if why is set: the one value that can be honoured,
	why         string // and what to answer to any other
	lenient     bool   // at startup another value than only is corrected with a notice instead of refused

	defText  string         // the default as CONFIG GET shows it
	origin   string         // the place that gave the value last, "" if none did
	included bool           // an included file gave it
	hooks    []func() error // see OnChange
}

func live(name string, c cell, def, doc string) *row {
	return &row{name: name, class: Live, cell: c, def: def, doc: doc}
}

func compat(name string, c cell, def, doc string) *row {
	return &row{name: name, class: Compat, cell: c, def: def, doc: doc}
}

func fileOnly(name string, c cell, def, doc string) *row {
	return &row{name: name, class: FileOnly, cell: c, def: def, doc: doc}
}

func (r *row) aka(alias string) *row { r.alias = alias; return r }

func (r *row) with(f flags) *row { r.flags |= f; return r }

// onlyAs refuses every value but value, with why as the reason.
func (r *row) onlyAs(value, why string) *row { r.only, r.why = value, why; return r }

// orNotice makes onlyAs a correction with a notice at startup.
func (r *row) orNotice() *row { r.lenient = true; return r }

func (r *row) is(f flags) bool { return r.flags&f != 0 }

// keeps tells whether the next value builds on the present one. A directive whose lines add up at startup starts anew
// with its first line, so that stating it at all drops the default.
func (r *row) keeps(starting bool) bool {
	return !r.is(adds) || starting && r.origin != ""
}

// setDefault stores the default. It panics if the table's text is not a value of the row's kind.
func (r *row) setDefault() {
	store, err := r.cell.stage(r.split(r.def), false)
	if err != nil {
		panic(fmt.Sprintf("config: default of %s: %v", r.name, err))
	}
	store()
	r.defText = r.cell.text()
}

// split makes arguments of one string as CONFIG SET does: at each single space.
func (r *row) split(value string) []string {
	if !r.is(multiArg) {
		return []string{value}
	}
	if value == "" {
		return nil
	}
	return strings.Split(value, " ")
}
