package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

// cairn runs a verb to its end.
func cairn(t *testing.T, args ...string) (out string, status int) {
	t.Helper()
	cmd := exec.Command(proc.CairnBinary(t), args...)
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return b.String(), cmd.ProcessState.ExitCode()
}

type talker struct {
	*client.Conn
	t *testing.T
}

func dial(t *testing.T, s *proc.Server) talker {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return talker{c, t}
}

func (c talker) do(args ...string) string {
	c.t.Helper()
	reply, err := c.Do(args...)
	if err != nil || reply.IsError() {
		c.t.Fatalf("%.100q: %v %v", args, reply, err)
	}
	return reply.Text
}

// fillAll makes the same keys on every server.
func (c talker) fillAll() {
	for _, kind := range []string{"string", "list", "set", "numbers", "hash", "zset", "stream"} {
		for _, n := range []int{3, 100, 700} {
			c.do("EVAL", fillScript, "0", kind, fmt.Sprintf("%s:%d", kind, n), strconv.Itoa(n), "0")
		}
	}
	c.do("EVAL", pairsScript, "0", "pair", "300", "0")
	c.do("SELECT", "7")
	c.do("EVAL", pairsScript, "0", "other", "100", "0")
	c.do("SELECT", "0")
}

// Sides of every kind are told to be the same when they are, and every kind of difference is found between any two.
func TestCompare(t *testing.T) {
	redis := proc.StartRedis(t, "--enable-debug-command", "yes")
	closed := proc.StartCairn(t, "--enable-debug-command", "no") // DUMP has to do
	open := proc.StartCairn(t, "--enable-debug-command", "yes")
	one, two, three := dial(t, redis), dial(t, closed), dial(t, open)
	for _, c := range []talker{one, two, three} {
		c.fillAll()
	}
	one.do("SAVE")
	file, dir := filepath.Join(redis.Dir, "dump.rdb"), t.TempDir()
	if out, status := cairn(t, "import", file, "--dir", dir); status != 0 {
		t.Fatal(out)
	}
	url := func(s *proc.Server) string { return "redis://" + s.Addr() }
	sides := []string{url(redis), url(closed), file, dir}
	for i, a := range sides {
		b := sides[(i+1)%len(sides)]
		if out, status := cairn(t, "compare", a, b); status != 0 || !strings.Contains(out, "the same") {
			t.Errorf("%s and %s: status %d\n%s", a, b, status, out)
		}
	}
	if out, status := cairn(t, "compare", url(redis), url(open)); status != 0 || !strings.Contains(out, "DEBUG DIGEST") {
		t.Errorf("two servers: status %d\n%s", status, out)
	}
	one.do("DEL", "pair:1")
	one.do("SET", "extra", "x")
	one.do("HSET", "hash:700", "one more", "field")
	one.do("DEL", "list:3")
	one.do("SET", "list:3", "no list")
	one.do("PEXPIREAT", "pair:5", "4000000009999")
	one.do("PEXPIREAT", "pair:10", "4000000000500") // within the tolerance
	one.do("SELECT", "7")
	one.do("SET", "other:8", "another")
	for _, b := range sides[1:] {
		out, status := cairn(t, "compare", url(redis), b, "--full")
		if status != 1 {
			t.Errorf("%s: status %d\n%s", b, status, out)
		}
		for _, want := range []string{
			`only right: database 0, key "pair:1": string`, `only left: database 0, key "extra": string`,
			`value: database 0, key "hash:700": hash`, `type: database 0, key "list:3": string and list`,
			`expire time: database 0, key "pair:5": 2096-10-02 07:06:49.999 and 2096-10-02 07:06:40.005`,
			`value: database 7, key "other:8": string`, "they differ",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", b, want, out)
			}
		}
		if strings.Contains(out, `"pair:10"`) || strings.Count(out, "\n") > 20 {
			t.Errorf("%s: too much in\n%s", b, out)
		}
	}
	if out, status := cairn(t, "compare", url(redis), dir, "--sample", "40"); status > 1 || !strings.Contains(out, "in "+dir) {
		t.Errorf("a sample: status %d\n%s", status, out)
	}
}

// What inspect counts is what there is, of a directory and of a server.
func TestInspect(t *testing.T) {
	s := proc.StartCairn(t, "--enable-debug-command", "yes")
	c := dial(t, s)
	c.fillAll()
	type report struct {
		Keys                               int64
		Types, Databases, Expiry, Prefixes []struct {
			Name                  string
			Keys, Elements, Bytes int64
		}
		Most []struct {
			Name, Type string
			Elements   int64
		} `json:"largest_by_elements"`
	}
	read := func(args ...string) (r report) {
		t.Helper()
		out, status := cairn(t, append(args, "--json")...)
		if status != 0 {
			t.Fatal(out)
		}
		if err := json.Unmarshal([]byte(out[strings.Index(out, "{"):strings.LastIndex(out, "}")+1]), &r); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return r
	}
	check := func(r report) {
		t.Helper()
		elements := map[string]int64{}
		for _, row := range r.Types {
			elements[row.Name] = row.Elements
		}
		if r.Keys != 21+258+86 || elements["list"] != 803 || elements["zset"] != 803 || elements["stream"] != 803 || len(r.Databases) != 2 {
			t.Errorf("%+v", r)
		}
		for _, row := range r.Prefixes {
			if row.Name == "pair:*" && row.Keys != 258 {
				t.Errorf("%+v", row)
			}
		}
		if len(r.Most) == 0 || r.Most[0].Elements != 700 || len(r.Expiry) != 2 {
			t.Errorf("%+v, %+v", r.Most, r.Expiry)
		}
	}
	check(read("inspect", "--from", "redis://"+s.Addr()))
	if err := s.Kill9(); err != nil {
		t.Fatal(err)
	}
	out, status := cairn(t, "inspect", "--dir", s.Dir, "--log", "--count", "3")
	if status != 0 || strings.Count(out, "\n") != 3 || !strings.Contains(out, "db0") {
		t.Errorf("status %d\n%s", status, out)
	}
	check(read("inspect", "--dir", s.Dir))
	if out, status := cairn(t, "inspect", "--dir", s.Dir); status != 0 || !strings.Contains(out, "█") {
		t.Errorf("status %d\n%s", status, out)
	}
}
