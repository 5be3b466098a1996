package acl

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cairndb/cairn/server/command"
)

// TestWordsAreTheUser: what String says makes the same user, after random rules.
func TestWordsAreTheUser(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var rules []string
	for _, name := range command.CategoryNames() {
		rules = append(rules, "+@"+name, "-@"+name)
	}
	command.Walk(func(s *command.Spec) { rules = append(rules, "+"+s.FullName(), "-"+s.FullName()) })
	rules = append(rules, "~a", "%R~b", "%W~c", "~*", "resetkeys", "&x", "&*", "resetchannels", "+@all", "-@all", "on", "off", "nopass",
		">p", "resetpass", "(+get ~x)", "(%R~y &z -@all +@read)", "clearselectors", "+select|0", "sanitize-payload", "skip-sanitize-payload", "reset")
	for range 300 {
		u := newUser("u")
		for range rng.IntN(30) {
			if n, err := u.changed([]string{rules[rng.IntN(len(rules))]}, false); err == nil {
				u = n
			}
		}
		again, err := ParseUser(splitRules(u.String()), false)
		if err != nil {
			t.Fatalf("%s: %v", u, err)
		}
		if again.String() != u.String() {
			t.Fatalf("%s\nbecame\n%s", u, again)
		}
		for i, s := range u.selectors {
			if !equalBits(s.commands, again.selectors[i].commands) {
				t.Fatalf("%s: other commands", u)
			}
		}
	}
}

func splitRules(line string) []string { return strings.Fields(line) }

func equalBits(a, b bitset) bool {
	for id := range command.IDs() {
		if a.has(id) != b.has(id) {
			return false
		}
	}
	return true
}

func TestRulesChangeAllOrNothing(t *testing.T) {
	r := NewRegistry(func() bool { return false })
	a, err := r.Set("u", []string{"on", "+get", "~a"})
	if err != nil {
		t.Fatal(err)
	}
	before := a.User().String()
	if _, err := r.Set("u", []string{"+set", "~b", "nonsense"}); err == nil {
		t.Fatal("nonsense was taken")
	}
	if after := a.User().String(); after != before {
		t.Fatalf("%s became %s", before, after)
	}
}

func TestParseNamesLines(t *testing.T) {
	_, err := Parse(strings.NewReader("# comment\n\nuser a on\nusr b\nuser a off\nuser c +nonsense\n"), false)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"line 4: should start", "line 5: user 'a' is there twice", "line 6: Error in ACL SETUSER modifier '+nonsense'"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
}

func TestReplaceKeepsAccounts(t *testing.T) {
	r := NewRegistry(func() bool { return false })
	a, _ := r.Set("a", []string{"on", "nopass"})
	b, _ := r.Set("b", []string{"on", "nopass", "+@all", "~*"})
	users, err := Parse(strings.NewReader("user a on nopass +get ~x\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	gone := r.Replace(users)
	if len(gone) != 1 || gone[0] != b {
		t.Errorf("gone: %v", gone)
	}
	if r.Find("a") != a || !strings.Contains(a.User().String(), "+get") {
		t.Errorf("a is another one, or has not changed: %s", a.User())
	}
	get := command.Find([]byte("get"))
	if d := b.User().Check(get, [][]byte{[]byte("get"), []byte("x")}); d.Verdict != NoCommand {
		t.Error("a user that is gone may still act")
	}
	if !r.Default().User().Unrestricted() {
		t.Error("the default user has lost its rights")
	}
}

func TestLogIsBoundedAndGroups(t *testing.T) {
	var l Log
	for i := range 10 {
		l.Add(Entry{Reason: "command", Object: string(rune('a' + i%5)), AtMs: int64(i)}, 3)
	}
	got := l.Newest(100)
	if len(got) != 3 || got[0].Object != "e" || got[0].Count != 1 {
		t.Errorf("%+v", got)
	}
	l.Add(Entry{Reason: "command", Object: "e", AtMs: 20}, 3)
	if got := l.Newest(1); got[0].Count != 2 {
		t.Errorf("%+v", got)
	}
	l.Add(Entry{Reason: "command", Object: "e", AtMs: 20 + groupMs + 1}, 3)
	if got := l.Newest(1); got[0].Count != 1 {
		t.Errorf("%+v", got)
	}
}
