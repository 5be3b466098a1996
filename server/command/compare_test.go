package command

import (
	"slices"
	"testing"
)

// What is meant to differ from the real server. Whoever adds rows shortens
// these lists; the tests insist on it.

// missingGroups have no rows yet.
var missingGroups = []string{
	"cluster",
}

// missing commands are of groups that have rows.
var missing = setOf(
	"restore-asking",
)

// newer rows are of later versions than the real server's, or Cairn's own.
var newer = setOf("client|setinfo", "waitaof", "cairn", "cairn|backup", "cairn|help")

func setOf(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

func TestNoRowIsMissing(t *testing.T) {
	c := dialOracle(t, 3)
	real := map[string]bool{}
	docs := c.call("COMMAND", "DOCS")
	for i := 0; i < len(docs.kids); i += 2 {
		name, doc := docs.kids[i].text, docs.kids[i+1]
		real[name] = true
		hasRow, listed := Find([]byte(name)) != nil, missing[name]
		if slices.Contains(missingGroups, valueOf(doc, "group").text) {
			listed = true
		}
		if hasRow == listed {
			t.Errorf("%s: has a row: %v, is listed as missing: %v", name, hasRow, listed)
		}
		for j, sub := range valueOf(doc, "subcommands").kids {
			if j%2 == 0 {
				real[sub.text] = true
			}
			if hasRow && j%2 == 0 && (Find([]byte(sub.text)) != nil) == missing[sub.text] {
				t.Errorf("%s: either it has a row or it is listed as missing", sub.text)
			}
		}
	}
	Walk(func(s *Spec) {
		if real[s.FullName()] == newer[s.FullName()] {
			t.Errorf("%s: either the real server has it or it is listed as newer", s.FullName())
		}
	})
}

func TestInfoIsTheRealServers(t *testing.T) {
	for _, proto := range []int{2, 3} {
		c := dialOracle(t, proto)
		Walk(func(s *Spec) {
			if !newer[s.FullName()] {
				compareInfo(t, c, proto, s)
			}
		})
		want := c.call("COMMAND", "INFO", "nosuch").kids[0]
		if got := rendered(t, proto, func(w *wire) { RenderInfo(w, nil) }); !equal(got, want) {
			t.Errorf("an unknown command in RESP%d:\n%sthe real server:\n%s", proto, got, want)
		}
	}
}

func compareInfo(t *testing.T, c *client, proto int, s *Spec) {
	t.Helper()
	want := c.call("COMMAND", "INFO", s.FullName()).kids[0]
	got := rendered(t, proto, func(w *wire) { RenderInfo(w, s) })
	if len(got.kids) != 10 || len(want.kids) != 10 {
		t.Fatalf("%s: %d fields, the real server has %d", s.FullName(), len(got.kids), len(want.kids))
	}
	name := func(sub []node) string { return sub[0].kids[0].text }
	want.kids[9].dropAndSort(1, name)
	got.kids[9].dropAndSort(1, name)
	if !equal(got, want) {
		t.Errorf("%s in RESP%d:\n%sthe real server:\n%s", s.FullName(), proto, got, want)
	}
}

func TestDocsAreTheRealServersButForProse(t *testing.T) {
	for _, proto := range []int{2, 3} {
		c := dialOracle(t, proto)
		Walk(func(s *Spec) {
			if newer[s.FullName()] {
				return
			}
			want := c.call("COMMAND", "DOCS", s.FullName()).kids[1]
			got := rendered(t, proto, func(w *wire) { RenderDocs(w, s) })
			blankProse(&want)
			blankProse(&got)
			if !equal(got, want) {
				t.Errorf("%s in RESP%d:\n%sthe real server:\n%s", s.FullName(), proto, got, want)
			}
		})
	}
}

// blankProse empties the texts that are written anew for Cairn. A map is its
// keys and values in turn in either protocol version.
func blankProse(doc *node) {
	for i := 0; i < len(doc.kids); i += 2 {
		value := &doc.kids[i+1]
		switch doc.kids[i].text {
		case "summary", "complexity":
			value.text = ""
		case "history":
			for j := range value.kids {
				value.kids[j].kids[1].text = ""
			}
		case "subcommands":
			for j := 1; j < len(value.kids); j += 2 {
				blankProse(&value.kids[j])
			}
			value.dropAndSort(2, func(sub []node) string { return sub[0].text })
		}
	}
}

// valueOf is a value of a map, the zero node if it has no such key.
func valueOf(m node, key string) node {
	for i := 0; i < len(m.kids); i += 2 {
		if m.kids[i].text == key {
			return m.kids[i+1]
		}
	}
	return node{}
}
