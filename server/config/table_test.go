package config

import (
	"strings"
	"testing"
)

func TestTableIsWellFormed(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range New().rows {
		for _, name := range []string{r.name, r.alias} {
			if name != "" && (seen[name] || name != strings.ToLower(name)) {
				t.Errorf("%q: twice, or not in lower case", name)
			}
			seen[name] = true
		}
		if !strings.HasSuffix(r.doc, ".") || strings.Contains(r.doc, "|") {
			t.Errorf("%s: no sentence: %q", r.name, r.doc)
		}
		if r.why != "" && r.defText != r.only {
			t.Errorf("%s: refuses its own default", r.name)
		}
		if missingFeature(r.name) != "" && r.class != FileOnly {
			t.Errorf("%s: in the table, but among the absent features", r.name)
		}
	}
}

func TestMarkdownNamesEveryDirective(t *testing.T) {
	text := Markdown()
	for _, r := range New().rows {
		if want := !r.is(hidden); strings.Contains(text, "| `"+r.name+"`") != want {
			t.Errorf("%s: in the text %v, want %v", r.name, !want, want)
		}
		if r.alias != "" && !strings.Contains(text, "or `"+r.alias+"` |") {
			t.Errorf("%s: alias is missing", r.name)
		}
	}
	want := "| `maxmemory` | `0` | yes | Bound of the server's memory, not of its data; 0 is half of what the machine " +
		"or its cgroup has. |\n"
	if !strings.Contains(text, want) {
		t.Errorf("no line %q", want)
	}
}

func BenchmarkGet(b *testing.B) {
	c := New()
	var n int64
	for b.Loop() {
		n += c.MaxMemoryBytes.Get()
	}
	_ = n
}
