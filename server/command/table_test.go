package command

import (
	"slices"
	"strings"
	"testing"
)

func TestTableIsSound(t *testing.T) {
	seen := map[string]bool{}
	byID := make([]*Spec, IDs())
	Walk(func(s *Spec) {
		if seen[s.FullName()] {
			t.Errorf("%s: two rows", s.FullName())
		}
		seen[s.FullName()] = true
		if byID[s.ID] != nil {
			t.Errorf("%s: ID %d is taken", s.FullName(), s.ID)
		}
		byID[s.ID] = s
		checkRow(t, s)
	})
	if i := slices.Index(byID, nil); i >= 0 {
		t.Errorf("ID %d is nobody's", i)
	}
}

func checkRow(t *testing.T, s *Spec) {
	t.Helper()
	name := s.FullName()
	if s.Name != strings.ToLower(s.Name) {
		t.Errorf("%s: name is not in lower case", name)
	}
	if s.Arity == 0 || s.Summary == "" || s.Since == "" {
		t.Errorf("%s: arity, summary or since is missing", name)
	}
	if s.Flags.Has(Write) && s.Flags.Has(ReadOnly) {
		t.Errorf("%s: both a write and read-only", name)
	}
	if s.DocFlags&Deprecated != 0 && (s.DeprecatedSince == "" || s.ReplacedBy == "") {
		t.Errorf("%s: deprecated since when, in favour of what?", name)
	}
	used := make([]bool, len(s.Keys))
	checkArgs(t, name, s.Args, used)
	for i, k := range s.Keys {
		used[i] = used[i] || k.Flags&NotKey != 0
	}
	if i := slices.Index(used, false); i >= 0 {
		t.Errorf("%s: no argument belongs to key specification %d", name, i)
	}
	isSorted := slices.IsSortedFunc(s.Sub, func(a, b *Spec) int { return strings.Compare(a.Name, b.Name) })
	if !isSorted {
		t.Errorf("%s: subcommands out of order", name)
	}
}

func checkArgs(t *testing.T, name string, args []Arg, used []bool) {
	t.Helper()
	for _, a := range args {
		if (a.Type == Key) != (a.KeySpec >= 0) && a.Type != Pattern {
			t.Errorf("%s: %s: a key has a key specification, and nothing else has but patterns", name, a.Name)
		}
		if a.KeySpec >= len(used) {
			t.Errorf("%s: %s: there is no key specification %d", name, a.Name, a.KeySpec)
		} else if a.KeySpec >= 0 {
			used[a.KeySpec] = true
		}
		if (a.Type == OneOf || a.Type == Block) != (len(a.Args) > 0) {
			t.Errorf("%s: %s: only oneof and block have parts, and they must", name, a.Name)
		}
		if a.Type == PureToken && a.Token == "" && a.Name != "empty_string" {
			t.Errorf("%s: %s: what word?", name, a.Name)
		}
		checkArgs(t, name, a.Args, used)
	}
}

func TestNamesCoverEveryBit(t *testing.T) {
	for _, c := range []struct {
		last  uint32
		names []string
	}{
		{uint32(AllowBusy), flagNames},
		{uint32(SystemCommand), docFlagNames},
		{uint32(CatScripting), categoryNames},
		{uint32(VariableFlags), keyFlagNames},
		{uint32(MultipleToken), argFlagNames},
	} {
		if got := bitNames(c.last, c.names); !slices.Equal(got, c.names[len(c.names)-1:]) {
			t.Errorf("bit %#x is called %v, the last name is %s", c.last, got, c.names[len(c.names)-1])
		}
	}
	if got := Block.String(); got != "block" {
		t.Errorf("the last argument type is called %s", got)
	}
}

func TestCheckArity(t *testing.T) {
	get, mget := Lookup([]byte("get")), Lookup([]byte("mget"))
	for n, want := range map[int][2]bool{0: {false, false}, 1: {false, false}, 2: {true, true}, 3: {false, true}} {
		if got := [2]bool{get.CheckArity(n), mget.CheckArity(n)}; got != want {
			t.Errorf("%d arguments: GET, MGET = %v, want %v", n, got, want)
		}
	}
}

func TestHiddenFlags(t *testing.T) {
	debug := Lookup([]byte("debug"))
	if !debug.Flags.Has(Protected) || slices.Contains(debug.Flags.Names(), "protected") {
		t.Errorf("DEBUG: protected is to be set and hidden")
	}
}
