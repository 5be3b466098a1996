package command

import (
	"fmt"
	"slices"
	"testing"
)

func TestListIsTheRealServers(t *testing.T) {
	c := dialOracle(t, 3)
	check := func(kind, arg string, f Filter) {
		t.Helper()
		call := []string{"COMMAND", "LIST"}
		if kind != "" {
			call = append(call, "FILTERBY", kind, arg)
		}
		want := []string{}
		for _, n := range c.call(call...).kids {
			if Find([]byte(n.text)) != nil {
				want = append(want, n.text)
			}
		}
		got := slices.DeleteFunc(List(f), func(name string) bool { return newer[name] })
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s %q: %v, the real server: %v", kind, arg, got, want)
		}
	}
	check("", "", nil)
	for _, name := range append(CategoryNames(), "STRING", "@string", "nosuch", "") {
		check("ACLCAT", name, ByCategory([]byte(name)))
	}
	check("MODULE", "any", ByModule([]byte("any")))
	for _, glob := range globs {
		check("PATTERN", glob, ByPattern([]byte(glob)))
	}
}

var globs = []string{
	"", "*", "**", "?", "???", "get", "GET", "get*", "*get", "*get*", "g?t", "config|*", "*|help",
	"CONFIG|[gs]et", "[a-d]*", "[D-A]*", "[^a-z]*", "[^a-s]*", "*[", "*[]", "[", "[]", "[g", "ge[t", "ge[^t",
	"[g-", "[g-]*", "[Z-a]*", "[A-z]*", "\\g*", "\\G*", "[\\g]*", "[\\G]*", "*\\", "get\\", "\\", "[^]*", "[g\\", "ge[t\\",
	"*e*e*", "*a*b*c*", "p*ex*e", "s?t*", "*[a-c]|[x-z]*", "-", "*-*", "*_*", "[--9]*", "no*such",
}

func FuzzGlobEndsAndIgnoresCase(f *testing.F) {
	for _, glob := range globs {
		f.Add([]byte(glob), "getrange")
	}
	f.Fuzz(func(t *testing.T, glob []byte, name string) {
		if len(glob)+len(name) > 1<<12 {
			return
		}
		name = asciiLower(name)
		if slices.ContainsFunc(glob, func(c byte) bool { return c == '[' }) {
			matchName(glob, name) // quoted letters of a class do mind their case
			return
		}
		a, b := matchName(glob, name), matchName([]byte(asciiLower(string(glob))), name)
		if a != b {
			t.Errorf("%q on %q: %v, in lower case %v", glob, name, a, b)
		}
	})
}

func ExampleList() {
	fmt.Println(List(ByPattern([]byte("slowlog*"))))
	// Output: [slowlog slowlog|get slowlog|help slowlog|len slowlog|reset]
}
