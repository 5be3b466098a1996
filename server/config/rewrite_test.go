package config

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var rewriteGolden = flag.Bool("rewrite", false, "write the golden files anew")

// write makes a file in a directory of its own and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "redis.conf")
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

// mustLoad loads the arguments of a command line.
func mustLoad(t *testing.T, args ...string) *Config {
	t.Helper()
	c := New()
	if err := c.Load(args, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

// mustRewrite rewrites the file, checks that a restart from it yields the same values, and returns the text.
func mustRewrite(t *testing.T, c *Config) string {
	t.Helper()
	if err := c.Rewrite(); err != nil {
		t.Fatal(err)
	}
	again := mustLoad(t, c.File())
	for i, r := range c.rows {
		if got, want := again.rows[i].cell.text(), r.cell.text(); got != want {
			t.Errorf("%s is %q after a restart, was %q", r.name, got, want)
		}
	}
	text, err := os.ReadFile(c.File())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRewriteGolden(t *testing.T) {
	before, err := os.ReadFile("testdata/rewrite.before")
	if err != nil {
		t.Fatal(err)
	}
	c := mustLoad(t, write(t, string(before)), "--io-threads", "4", "--appendfsync", "always")
	got := reply(c,
		"hz", "30", "timeout", "0", "maxmemory", "100mb", "save", "60 1", "requirepass", "a\"b \n\xff",
		"zset-max-listpack-value", "64", "latency-tracking-info-percentiles", "", "shutdown-on-sigint", "now force",
		"client-output-buffer-limit", "pubsub 1kb 1000 5", "proc-title-template", "x {port}")
	if got != "OK" {
		t.Fatal(got)
	}
	text := mustRewrite(t, c)
	if *rewriteGolden {
		if err := os.WriteFile("testdata/rewrite.after", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, _ := os.ReadFile("testdata/rewrite.after"); text != string(want) {
		t.Errorf("got:\n%s", text)
	}
}

func TestRewriteTouchesNothingUnchanged(t *testing.T) {
	const text = "\n\n# c\n  PORT   7  \r\nmaxmemory 1024mb\r\n\r\nappendonly no\nhz 10\nsave \"\"\n" +
		"rename-command A \"\"\nslave-priority 3\n"
	path := write(t, text)
	if got := mustRewrite(t, mustLoad(t, path)); got != text {
		t.Errorf("got %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 {
		t.Error(info.Mode(), err)
	}
	if names, _ := filepath.Glob(filepath.Dir(path) + "/*"); len(names) != 1 {
		t.Errorf("left behind: %q", names)
	}
}

func TestRewriteAfterInclude(t *testing.T) {
	included := write(t, "timeout 5\nsave 1 1\nhz 20\n")
	c := mustLoad(t, write(t, "timeout 4\nsave 2 2\nhz 15\ninclude "+included+"\ntcp-keepalive 1\n"))
	if got := reply(c, "timeout", "6", "save", "3 3 4 4"); got != "OK" {
		t.Fatal(got)
	}
	want := "hz 15\ninclude " + included + "\ntcp-keepalive 1\n" + rewriteMark +
		"\nsave \"\"\nsave 3 3\nsave 4 4\ntimeout 6\n"
	got := mustRewrite(t, c)
	if gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n"); !sameLines(gotLines, wantLines) {
		t.Errorf("got:\n%s", got)
	}
}

func sameLines(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestRewriteThroughLink(t *testing.T) {
	path := write(t, "hz 11\n")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	c := mustLoad(t, link)
	reply(c, "hz", "12")
	mustRewrite(t, c)
	if text, _ := os.ReadFile(path); string(text) != "hz 12\n" {
		t.Errorf("%q", text)
	}
	if target, err := os.Readlink(link); err != nil || target != path {
		t.Error(target, err)
	}
}

func TestRewriteErrors(t *testing.T) {
	if err := New().Rewrite(); err != ErrNoFile {
		t.Error(err)
	}
	path := write(t, "hz 11\n")
	c := mustLoad(t, path)
	os.WriteFile(path, []byte("# edited\nhz x\n"), 0o640)
	want := "Rewriting config file: " + path + ":2: 'hz x': argument couldn't be parsed into an integer"
	if err := c.Rewrite(); err == nil || err.Error() != want {
		t.Error(err)
	}
	os.Remove(path)
	reply(c, "timeout", "3")
	if got := mustRewrite(t, c); got != rewriteMark+"\ntimeout 3\nhz 11\n" {
		t.Errorf("%q", got)
	}
}

// Every value that CONFIG SET can store must survive CONFIG REWRITE and a restart.
func TestRewriteKeepsEveryValue(t *testing.T) {
	for _, probe := range probes {
		c := mustLoad(t, write(t, ""))
		c.OnChange("bind", func() error { return nil })
		c.OnChange("port", func() error { return nil })
		for _, r := range c.rows {
			reply(c, r.name, probe)
		}
		mustRewrite(t, c)
	}
}

// TestRewriteAll: a file that states everything means the same, and keeps its comments.
func TestRewriteAll(t *testing.T) {
	c := mustLoad(t, write(t, "# mine\nhz 20\nsave \"\"\n"), "--maxmemory", "100mb")
	if err := c.RewriteAll(); err != nil {
		t.Fatal(err)
	}
	text := mustRewrite(t, c)
	for _, r := range c.rows {
		if stated := strings.Contains(text, "\n"+r.name+" "); !stated && r.class != FileOnly && len(r.cell.lines()) > 0 {
			t.Errorf("%s is not stated", r.name)
		}
	}
	if !strings.HasPrefix(text, "# mine\nhz 20\n") {
		t.Errorf("the file begins with %.40q", text)
	}
}
