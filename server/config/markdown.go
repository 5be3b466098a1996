package config

import (
	"fmt"
	"strings"
)

// Markdown renders the table for the README: what Cairn honours, what it accepts without effect, and what it accepts in
// files only. Hidden directives are left out.
func Markdown() string {
	var b strings.Builder
	rows := New().rows
	b.WriteString("| Directive | Default | At runtime | What it does |\n|---|---|---|---|\n")
	for _, r := range rows {
		if r.class == Live && !r.is(hidden) {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.markdownName(), code(r.def), r.atRuntime(), r.doc)
		}
	}
	b.WriteString("\n`include file` reads other files in its place (`*`, `?` and `[...]` match any number of them), and " +
		"`rename-command name new-name` renames a command, or removes it if the new name is `\"\"`.\n")
	b.WriteString("\nAccepted without effect, so that files and clients made for Redis work unchanged:\n\n")
	b.WriteString("| Directive | Default | Why it has no effect |\n|---|---|---|\n")
	for _, r := range rows {
		if r.class == Compat {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", r.markdownName(), code(r.def), r.doc)
		}
	}
	b.WriteString("\nAccepted in a file and on the command line without effect, unknown to CONFIG:\n\n")
	b.WriteString("| Directive | Why it has no effect |\n|---|---|\n")
	for _, r := range rows {
		if r.class == FileOnly {
			fmt.Fprintf(&b, "| %s | %s |\n", r.markdownName(), r.doc)
		}
	}
	return b.String()
}

func (r *row) markdownName() string {
	if r.alias == "" {
		return code(r.name)
	}
	return code(r.name) + " or " + code(r.alias)
}

// atRuntime tells whether CONFIG SET changes the directive, as far as the table decides it.
func (r *row) atRuntime() string {
	switch {
	case r.is(immutable), r.why != "":
		return "no"
	case r.is(protected):
		return "protected"
	}
	return "yes"
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
