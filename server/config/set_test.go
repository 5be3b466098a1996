package config

import (
	"errors"
	"path"
	"slices"
	"sync"
	"testing"
)

// match is enough of a glob matcher for the names of directives.
func match(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

func TestGet(t *testing.T) {
	c := New()
	for _, test := range []struct {
		patterns []string
		want     []Pair
	}{
		{[]string{"PORT"}, []Pair{{"PORT", "6379"}}},
		{[]string{"pOr*"}, []Pair{{"port", "6379"}}},
		{[]string{"port", "Port", "p?rt", "hz"}, []Pair{{"port", "6379"}, {"hz", "10"}}},
		{[]string{"nope", "no*pe"}, nil},
		{[]string{"zset-max-ziplist-value"}, []Pair{{"zset-max-ziplist-value", "64"}}},
		{[]string{"zset-*-value"}, []Pair{{"zset-max-listpack-value", "64"}, {"zset-max-ziplist-value", "64"}}},
		{[]string{"cairn-test-*"}, nil},
		{[]string{"cairn-test-evict"}, []Pair{{"cairn-test-evict", "no"}}},
		{[]string{"list-max-ziplist-entries", "repl-backlog-s*", "rename-command", "include"}, []Pair{{"repl-backlog-size", "1048576"}}},
	} {
		if got := c.Get(match, test.patterns...); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %v", test.patterns, got)
		}
	}
}

func TestSetIsAllOrNothing(t *testing.T) {
	c := New()
	got := reply(c, "timeout", "5", "save", "1 2", "hz", "x")
	const no = "CONFIG SET failed (possibly related to argument 'hz') - argument couldn't be parsed into an integer"
	if got != no {
		t.Error(got)
	}
	if got := c.texts("timeout", "save"); got != "0|3600 1 300 100 60 10000" {
		t.Error(got)
	}
	if got := reply(c, "timeout", "5", "save", "1 2", "hz", "9"); got != "OK" {
		t.Error(got)
	}
	if got := c.texts("timeout", "save", "hz"); got != "5|1 2|9" {
		t.Error(got)
	}
}

func TestHooks(t *testing.T) {
	c := New()
	var ran []string
	refuse := false
	c.OnChange("timeout", func() error {
		ran = append(ran, "timeout "+c.texts("timeout"))
		return nil
	})
	c.OnChange("maxclients", func() error {
		ran = append(ran, "maxclients "+c.texts("maxclients"))
		if refuse && c.MaxClients.Get() == 5 {
			return errors.New("too few")
		}
		return nil
	})
	c.OnChange("hz", func() error { t.Error("hz ran"); return nil })
	if got := reply(c, "timeout", "1", "hz", "10", "maxclients", "5"); got != "OK" {
		t.Error(got)
	}
	if want := []string{"timeout 1", "maxclients 5"}; !slices.Equal(ran, want) {
		t.Errorf("ran %q", ran)
	}
	refuse, ran = true, nil
	reply(c, "maxclients", "9")
	got := reply(c, "timeout", "2", "slowlog-max-len", "7", "maxclients", "5")
	if want := "CONFIG SET failed (possibly related to argument 'maxclients') - too few"; got != want {
		t.Error(got)
	}
	want := []string{"maxclients 9", "timeout 2", "maxclients 5", "timeout 1", "maxclients 9"}
	if !slices.Equal(ran, want) {
		t.Errorf("ran %q", ran)
	}
	if got := c.texts("timeout", "slowlog-max-len", "maxclients"); got != "1|128|9" {
		t.Error(got)
	}
}

func TestFailedRollbackIsReported(t *testing.T) {
	c := New()
	c.OnChange("timeout", func() error { return errors.New("stuck") })
	var refused *SetError
	if err := c.Set([]Pair{{"timeout", "1"}}, false); !errors.As(err, &refused) || refused.Rollback == nil {
		t.Error(err)
	}
}

func TestSettingNeedsSomebodyToActOnIt(t *testing.T) {
	c := New()
	const no = "CONFIG SET failed (possibly related to argument 'port') - can't set immutable config"
	if got := reply(c, "port", "1"); got != no {
		t.Error(got)
	}
	c.OnChange("port", func() error { return nil })
	if got := reply(c, "port", "1"); got != "OK" || c.Port.Get() != 1 {
		t.Error(got, c.Port.Get())
	}
}

func TestProtectedDirectives(t *testing.T) {
	const no = "CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config"
	for _, test := range []struct{ protection, local, remote string }{
		{"no", no, no}, {"local", "OK", no}, {"yes", "OK", "OK"},
	} {
		c := New()
		if err := c.Load([]string{"--enable-protected-configs", test.protection}, nil); err != nil {
			t.Fatal(err)
		}
		for local, want := range map[bool]string{true: test.local, false: test.remote} {
			got := "OK"
			if err := c.Set([]Pair{{"dbfilename", "x.rdb"}}, local); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s, local %v: %s", test.protection, local, got)
			}
		}
	}
}

func TestTheLogCannotBeSwitchedOff(t *testing.T) {
	c := New()
	const no = "CONFIG SET failed (possibly related to argument 'appendonly') - " +
		"Cairn's log is always on; appendfsync says when it is synced"
	if got := reply(c, "appendonly", "no"); got != no {
		t.Error(got)
	}
	if got := reply(c, "appendonly", "YES"); got != "OK" || c.texts("appendonly") != "yes" {
		t.Error(got)
	}
}

func TestSensitive(t *testing.T) {
	c := New()
	if !c.Sensitive("RequirePass") || c.Sensitive("port") || c.Sensitive("nope") {
		t.Error("requirepass alone is a secret")
	}
}

func TestConcurrentUse(t *testing.T) {
	c := New()
	c.OnChange("timeout", func() error { c.IdleTimeoutSec.Get(); return nil })
	var wg sync.WaitGroup
	for _, value := range []string{"1", "2"} {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for range 200 {
				reply(c, "timeout", value, "save", value+" "+value)
			}
		}()
		go func() {
			defer wg.Done()
			for range 200 {
				if pairs := c.Get(match, "timeout", "save"); pairs[0].Value != "0" &&
					pairs[1].Value != pairs[0].Value+" "+pairs[0].Value {
					t.Error("half of a CONFIG SET:", pairs)
				}
				c.Save.Get()
			}
		}()
	}
	wg.Wait()
}
