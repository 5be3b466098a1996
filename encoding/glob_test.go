package encoding

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestMatchGolden(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		nocase     bool
		want       bool
	}{
		{"", "", false, true},
		{"", "a", false, false},
		{"*", "", false, false},
		{"*", "a", false, true},
		{"a*", "a", false, true},
		{"h?llo", "hello", false, true},
		{"h[^e]llo", "hello", false, false},
		{"h[a-f]llo", "hello", false, true},
		{"h[f-a]llo", "hello", false, true},
		{"h\\*llo", "h*llo", false, true},
		{"h\\*llo", "hello", false, false},
		{"a\\", "a\\", false, true},
		{"[abc", "c", false, true},
		{"[", "a", false, false},
		{"[^", "a", false, true},
		{"[]a]", "a]", false, false},
		{"[a-]", "b", false, false},
		{"[\\]]", "]", false, true},
		{"HELLO", "hello", true, true},
		{"[A-C]", "b", true, true},
		{"[\\A]", "a", true, false},
		{"[\x80-\x7f]", "\x00", false, true},
		{"*a*b", "xaxbab", false, true},
	} {
		if got := Match([]byte(c.pattern), []byte(c.s), c.nocase); got != c.want {
			t.Errorf("%q, %q, nocase %v: %v", c.pattern, c.s, c.nocase, got)
		}
	}
}

func TestMatchIsBounded(t *testing.T) {
	start := time.Now()
	pattern, s := strings.Repeat("a*", 1000)+"b", strings.Repeat("a", 10_000)
	if Match([]byte(pattern), []byte(s), false) {
		t.Fatal("matched")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Fatalf("took %v", took)
	}
}

// fromAlphabet makes short texts of few letters, so that they often match.
func fromAlphabet(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

func TestMatchLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(7, 7))
	keys := []string{""}
	for range 200 {
		keys = append(keys, fromAlphabet(r, "abAB-]\\^\x00\x7f\x80\xff", 1+r.IntN(6)))
	}
	for _, k := range keys {
		o.do("SET", k, "")
	}
	matched := 0
	for range 5000 {
		pattern := fromAlphabet(r, "abAB**??[[]]^^--\\\\\x00\x7f\x80\xff", r.IntN(9))
		if pattern == "*" {
			continue // KEYS does not ask the matcher then
		}
		want := map[string]bool{}
		for _, k := range o.do("KEYS", pattern).([]any) {
			want[k.(string)] = true
		}
		for _, k := range keys {
			if got := Match([]byte(pattern), []byte(k), false); got != want[k] {
				t.Fatalf("%q, %q: %v, redis says %v", pattern, k, got, want[k])
			}
		}
		matched += len(want)
	}
	if matched < 1000 {
		t.Fatalf("only %d matches: the test proves little", matched)
	}
}

// FUNCTION LIST matches library names without regard to case.
func TestMatchNoCaseLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(8, 8))
	names := map[string]bool{}
	for i := range 100 {
		name := fromAlphabet(r, "abzABZ_09", 1+r.IntN(4))
		code := fmt.Sprintf("#!lua name=%s\nredis.register_function('f%d', function() end)", name, i)
		if o.do("FUNCTION", "LOAD", code) == name {
			names[name] = true
		}
	}
	for range 5000 {
		pattern := fromAlphabet(r, "abzABZ**??[[]]^--\\\\", r.IntN(8))
		want := map[string]bool{}
		for _, lib := range o.do("FUNCTION", "LIST", "LIBRARYNAME", pattern).([]any) {
			want[lib.([]any)[1].(string)] = true
		}
		for name := range names {
			if got := Match([]byte(pattern), []byte(name), true); got != want[name] {
				t.Fatalf("%q, %q: %v, redis says %v", pattern, name, got, want[name])
			}
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add([]byte("a*[^b-"), []byte("abc"), true)
	f.Add([]byte("[\\"), []byte("\\"), false)
	f.Fuzz(func(t *testing.T, pattern, s []byte, nocase bool) {
		if len(pattern)*len(s) > 1<<20 {
			return
		}
		Match(pattern, s, nocase)
		// An escaped text matches just itself.
		var escaped []byte
		for _, c := range s {
			escaped = append(escaped, '\\', c)
		}
		if !Match(escaped, s, nocase) {
			t.Fatalf("%q does not match itself", s)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	pattern, s := []byte("user:*:session"), []byte("user:1234567890:profile")
	for b.Loop() {
		Match(pattern, s, false)
	}
}
