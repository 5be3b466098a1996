package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// foreignRows are rows of groups that are not in the table yet. They stand
// here for the ways of finding keys, and joining ranges, that no row uses yet.
var foreignRows = []*Spec{
	{Name: "eval", Arity: -3, Flags: NoScript | Stale | SkipMonitor | NoMandatoryKeys, Categories: CatScripting,
		Keys: []KeySpec{at(2, RW|Access|Update).counted().
			note("We cannot tell how the keys will be used so we assume the worst, RW and UPDATE")}},
	{Name: "zunionstore", Arity: -4, Flags: Write | DenyOOM, Categories: CatSortedSet,
		Keys: []KeySpec{at(1, OW|Update), at(2, RO|Access).counted()}},
	{Name: "xread", Arity: -4, Flags: ReadOnly | Blocking, Categories: CatStream,
		Keys: []KeySpec{after("STREAMS", 1, RO|Access).through(-1, 1).firstPart(2)}},
	{Name: "xreadgroup", Arity: -7, Flags: Write | Blocking, Categories: CatStream,
		Keys: []KeySpec{after("STREAMS", 4, RO|Access).through(-1, 1).firstPart(2)}},
	{Name: "publish", Arity: 3, Flags: PubSub | Loading | Stale | Fast},
	{Name: "spublish", Arity: 3, Flags: PubSub | Loading | Stale | Fast,
		Keys: []KeySpec{at(1, NotKey)}},
}

func init() {
	for i, s := range foreignRows {
		s.derive(group{}, i)
	}
}

func TestDerivedFieldsOfForeignRows(t *testing.T) {
	c := dialOracle(t, 3)
	for _, s := range foreignRows {
		compareInfo(t, c, 3, s)
	}
}

// resolveAny is Resolve with the foreign rows.
func resolveAny(args [][]byte) *Spec {
	for _, s := range foreignRows {
		if foldEqual(args[0], s.Name) {
			return s
		}
	}
	return Resolve(args)
}

// getKeysAndFlags answers as COMMAND GETKEYSANDFLAGS does.
func getKeysAndFlags(w *wire, args [][]byte) {
	s := resolveAny(args)
	if s == nil {
		w.Error("ERR Invalid command specified")
		return
	}
	keys, err := s.GetKeys(args)
	if err != nil {
		w.Error("ERR " + err.Error())
		return
	}
	w.Array(len(keys))
	for _, k := range keys {
		w.Array(2)
		w.BulkString(string(args[k.Pos]))
		RenderKeyFlags(w, k.Flags)
	}
}

// calls are the calls whose keys are compared with the real server's.
var calls = []string{
	"nosuch a b", "config get a", "config nosuch a", "Config", "memory usage k", "memory usage k samples 5",
	"memory doctor x", "memory nosuch k", "object encoding k", "OBJECT FREQ k", "object help k", "debug object k",

	"set k v", "SET k v GET", "set k v get", "set k v nx gEt px 5", "set k get", "set k v ex get", "set get get",
	"set k v getx", "set k v ge", "set get v nx",

	"bitfield k", "bitfield k get u8 0", "bitfield k GET u8 0 gEt u8 1", "bitfield k get u8", "bitfield k get",
	"bitfield k set u8 0 1", "bitfield k get u8 0 set u8 0 1", "bitfield k incrby u8 0 1", "bitfield k overflow sat",
	"bitfield k overflow sat get u8 0", "bitfield k overflow sat incrby u8 0 1", "bitfield k overflow",
	"bitfield k nosuch", "bitfield k get u8 0 nosuch", "bitfield k set u8 0", "bitfield k get get get set set set",
	"bitfield_ro k get u8 0", "bitfield_ro k",

	"sort k", "sort k store d", "sort k by store", "sort k by store store d", "sort k store a store b", "sort k store",
	"sort k limit store d store e", "sort k get x STORE d alpha", "sort k x store d", "sort k store store d", "sort k get",
	"sort k limit", "sort k limit 0", "sort_ro k", "sort_ro k by x store d", "sort_ro k get # limit 0 1",
	"mget a", "mget a b c", "mset a 1", "mset a 1 b", "mset a 1 b 2", "msetnx a 1 b 2 c 3", "mset a",
	"get a b", "get a", "append a b", "del a b c d e", "unlink a", "exists a a a", "touch a b",
	"bitop and d a", "bitop and d", "bitop and d a b c", "bitop not", "pfcount a b", "pfmerge d", "pfmerge d a b",
	"pfdebug todense k", "pfselftest x", "lcs a b", "lcs a b idx", "lcs a", "copy a b", "copy a b db 1 replace", "copy a",
	"rename a b", "renamenx a b", "rename a b c", "move k 1", "expire k", "expire k 1", "getex k persist",
	"keys *", "scan 0", "randomkey x", "flushall async", "ping k", "echo k", "auth a b", "swapdb 0 1", "time x",

	"eval s 0", "eval s 1 a", "eval s 2 a b c", "eval s 3 a b", "eval s", "eval s x a", "eval s -1 a",
	"eval s 99999999999999999999 a", "eval s 1",
	"zunionstore d 1 a", "zunionstore d 2 a b weights 1 2", "zunionstore d 0 a", "zunionstore d 3 a b", "zunionstore d x a",
	"lmpop 1 a left", "lmpop 2 a b left", "lmpop 9 a left", "lmpop 0 a left",
	"zunion 2 a b", "zunion 3 a b", "zinter 1 a weights 2", "zdiffstore d 2 a b", "zintercard 1 a limit 1", "zmpop 1 a min",
	"bzmpop 0 2 a b min", "bzmpop 0 2 a min", "bzpopmin a b 0", "bzpopmax a", "zrangestore d s 0 1", "zadd k nx 1 m", "geosearchstore d s frommember m byradius 1 m",
	"georadius k 1 2 3 m", "georadius k 1 2 3 m store d", "georadius k 1 2 3 m STOREDIST d", "georadius k 1 2 3 m store",
	"georadius k 1 2 3 m store d storedist e", "georadius k 1 2 3 m storedist d store e", "georadius k 1 2 3 store d x",
	"georadius k 1 2 3 m store store d", "georadius k 1 2 3 m store storedist d", "georadiusbymember k m 3 m store d",
	"georadiusbymember k m 3 store d x y", "georadius_ro k 1 2 3 m store d",
	"xread streams a 0", "xread STREAMS a b 0 0", "xread count 1 streams a 0", "xread streams a b 0", "xread count 1 block 0",
	"xread block 0 streams", "xread block 0 count streams", "xread count 5 streams a b c 0 0 0",
	"xreadgroup group g c streams a >", "xreadgroup group streams c streams a >",
	"xreadgroup group g c noack count 1 streams a b > >",
	"migrate h p k 0 1", "migrate h p k 0 1 copy", "migrate h p k 0 1 keys a b", "migrate h p k 0 1 auth keys", "migrate h p k 0 1 auth keys keys a",
	"migrate h p k 0 1 auth2 keys x keys a", "publish a b", "spublish a b", "blpop a 0", "blpop a b 0", "blpop a",
}

func TestKeysAreTheRealServers(t *testing.T) {
	c := dialOracle(t, 3)
	for _, line := range append(calls, plainCalls()...) {
		args := words(line)
		if len(args) < 2 {
			continue // COMMAND GETKEYS itself asks for two
		}
		want := c.call(append([]string{"COMMAND", "GETKEYSANDFLAGS"}, strings.Fields(line)...)...)
		got := rendered(t, 3, func(w *wire) { getKeysAndFlags(w, args) })
		if !equal(got, want) {
			t.Errorf("%s:\n%sthe real server:\n%s", line, got, want)
		}
		compareGetKeys(t, c, line, got)
	}
}

// compareGetKeys checks that COMMAND GETKEYS has the same keys without flags.
func compareGetKeys(t *testing.T, c *client, line string, withFlags node) {
	t.Helper()
	want := c.call(append([]string{"COMMAND", "GETKEYS"}, strings.Fields(line)...)...)
	keys := withFlags
	keys.kids = slices.Clone(withFlags.kids)
	for i, k := range keys.kids {
		keys.kids[i] = k.kids[0]
	}
	if !equal(keys, want) {
		t.Errorf("%s:\n%sthe real server without flags:\n%s", line, keys, want)
	}
}

// plainCalls calls every command with 0 to 6 arguments that mean nothing.
func plainCalls() []string {
	var lines []string
	Walk(func(s *Spec) {
		line := strings.ReplaceAll(s.FullName(), "|", " ")
		for i := range 7 {
			if !newer[s.FullName()] {
				lines = append(lines, line)
			}
			line += fmt.Sprint(" k", i)
		}
	})
	return lines
}

// TestCountIsStrict holds a difference that is meant: COMMAND GETKEYS of Redis
// reads a numkeys of "+1", "01" or "1.0" as 1, yet the commands refuse it.
func TestCountIsStrict(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "1": 1, "10": 10, "100": 100} {
		if n, ok := parseCount([]byte(text), 100); n != want || !ok {
			t.Errorf("%q: %d, %v", text, n, ok)
		}
	}
	for _, text := range []string{"", "+1", "-1", "01", "00", "1.0", " 1", "1 ", "a", "101", "99999999999999999999"} {
		if n, ok := parseCount([]byte(text), 100); ok {
			t.Errorf("%q: %d, want none", text, n)
		}
	}
}

func TestKeyRangeAgreesWithKeys(t *testing.T) {
	for _, line := range append(calls, plainCalls()...) {
		args := words(line)
		s := resolveAny(args)
		if s == nil || !s.CheckArity(len(args)) {
			continue
		}
		first, last, step := s.KeyRange(args)
		if first == 0 {
			if s.HasKeys() && !s.Flags.Has(MovableKeys) {
				t.Errorf("%s: no range", line)
			}
			continue
		}
		var want, got []int
		for pos := first; pos <= last; pos += step {
			got = append(got, pos)
		}
		keys, err := s.GetKeys(args)
		if err != nil {
			continue // such as PFMERGE without sources: the range has the destination
		}
		for _, k := range keys {
			want = append(want, k.Pos)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: range %v, keys %v", line, got, want)
		}
	}
}

func TestAppendKeysDoesNotAllocate(t *testing.T) {
	args := words("set k v get")
	s := Resolve(args)
	dst := make([]KeyRef, 0, 4)
	if n := testing.AllocsPerRun(100, func() { s.AppendKeys(dst, args) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAppendKeysKeepsWhatWasThere(t *testing.T) {
	before := []KeyRef{{7, RO}}
	for _, line := range []string{"get", "get a b", "ping", "pfmerge d", "pfmerge d a", "eval s 0"} {
		args := words(line)
		got, err := resolveAny(args).AppendKeys(before, args)
		if got[0] != before[0] || (err != nil && len(got) != 1) {
			t.Errorf("%s: %v, %v", line, got, err)
		}
	}
}

// FuzzGetKeys calls every row with arguments of any kind.
func FuzzGetKeys(f *testing.F) {
	for _, line := range calls {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := words(line)
		if len(args) == 0 {
			return
		}
		check := func(s *Spec) {
			keys, err := s.GetKeys(args)
			for _, k := range keys {
				if k.Pos < 1 || k.Pos >= len(args) || k.Flags == 0 {
					t.Errorf("%s: %q: %+v", s.FullName(), line, k)
				}
			}
			isOurs := errors.Is(err, ErrNoKeys) || errors.Is(err, ErrArity) || errors.Is(err, ErrInvalid)
			if err != nil && (!isOurs || len(keys) > 0) {
				t.Errorf("%s: %q: %v, %v", s.FullName(), line, keys, err)
			}
		}
		Walk(check)
		for _, s := range foreignRows {
			if s.Name != "migrate" {
				check(s)
			}
		}
	})
}
