package config

import (
	"slices"
	"testing"
)

func TestSplitArgs(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{" \t\v\f ", nil},
		{" a  b\tc\n", []string{"a", "b", "c"}},
		{`"" ''`, []string{"", ""}},
		{`a"b c" 'd e'`, []string{"ab c", "d e"}},
		{`"\x41\xZZ\x4" "\n\r\t\b\a\\\"\q"`, []string{"AxZZx4", "\n\r\t\b\a\\\"q"}},
		{`'\'\n"' "'"`, []string{`'\n"`, "'"}},
		{`a\nb`, []string{`a\nb`}},
	} {
		if got, err := splitArgs(test.line); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, %v", test.line, got, err)
		}
	}
	for _, line := range []string{`"`, `'`, `"a`, `"a"b`, `'a''b'`, `"a\"`, `"a\`, `x"`} {
		if got, err := splitArgs(line); err != errUnbalanced {
			t.Errorf("%q: %q, %v", line, got, err)
		}
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("")
	f.Add("a b\n\x00\xff\"\\'")
	f.Fuzz(func(t *testing.T, s string) {
		for _, text := range []string{quote(s), quoteIfNeeded(s), " " + quote(s) + "\n"} {
			if got, err := splitArgs(text); err != nil || len(got) != 1 || got[0] != s {
				t.Errorf("%q became %q, %v", text, got, err)
			}
		}
	})
}

// Whatever loads can be written down, line by line, so that it loads as the same.
func FuzzLoad(f *testing.F) {
	f.Add("port 7000\nsave 1 2\nsave \"\"\n# x\nrequirepass \"a\\x00\"", "1")
	f.Add("include a\nclient-output-buffer-limit replica 1mb 2k 3", "include -\nhz 5\rx")
	f.Add("bind a \"b c\" 'd'\nproc-title-template {{{port}", "rename-command a b")
	f.Fuzz(func(t *testing.T, text, included string) {
		c, err := files{"f": text, "a": included, "-": included}.load("f", "-")
		if err != nil {
			return
		}
		var lines string
		for _, r := range c.rows {
			if r.is(adds) {
				lines += r.name + " \"\"\n"
			}
			for _, args := range r.cell.lines() {
				lines += r.name + " " + args + "\n"
			}
		}
		again, err := files{"f": lines}.load("f")
		if err != nil {
			t.Fatalf("%v\n%s", err, lines)
		}
		for i, r := range c.rows {
			if got, want := again.rows[i].cell.text(), r.cell.text(); got != want {
				t.Errorf("%s is %q, was %q", r.name, got, want)
			}
		}
	})
}
