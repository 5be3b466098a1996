package tools

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/proc"
)

// From Redis into Cairn, out again, into another Cairn, out again, into Redis.
func TestThereAndBack(t *testing.T) {
	file, want := redisFile(t, 1)
	one := t.TempDir()
	must(t, "import", file, "--dir", one, "--memory", "64mb")
	must(t, "check", "--dir", one)
	first := dial(t, proc.StartCairn(t, "--dir", one))
	compare(t, "the first Cairn", first, want)
	if err := first.server.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"9", "10", "11"} {
		out := filepath.Join(t.TempDir(), "out.rdb")
		two := t.TempDir()
		second := want
		if version == "9" { // such files have no functions, and do not say all of a stream
			second.stream, second.functions = "", ""
			if _, stderr, status := cairn(t, "export", out, "--dir", one, "--rdb-version", version); status != 1 ||
				!strings.Contains(stderr, "1 skipped") {
				t.Errorf("status %d, %s", status, stderr)
			}
		} else {
			must(t, "export", out, "--dir", one, "--rdb-version", version)
		}
		must(t, "import", out, "--dir", two)
		compare(t, "another Cairn by version "+version, dial(t, proc.StartCairn(t, "--dir", two)), second)
		if version != "11" { // which Redis 7.0 does not read
			compare(t, "Redis by version "+version, loaded(t, out), second)
		}
	}
}

func compare(t *testing.T, name string, s side, want state) {
	t.Helper()
	got := state{digest: s.digest()}
	if want.functions != "" {
		got = s.state()
	}
	if got != want {
		t.Errorf("%s has\n%v\nnot\n%v", name, got, want)
	}
}

// What a crash has left in the log is in an export, and what has expired is not.
func TestExportOfACrash(t *testing.T) {
	server := proc.StartCairn(t)
	s := dial(t, server)
	s.fill(2)
	want := s.digest()
	s.do("SET", "gone", "v", "PX", "1")
	if err := server.Kill9(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * time.Millisecond)
	out := filepath.Join(t.TempDir(), "out.rdb")
	must(t, "export", out, "--dir", server.Dir)
	if got := loaded(t, out).digest(); got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	if got := dial(t, server).digest(); got != want {
		t.Errorf("after the export the data is %s, not %s", got, want)
	}
}

// What exists is skipped and counted, unless it is to be replaced.
func TestImportTwice(t *testing.T) {
	file, want := redisFile(t, 3)
	dir := t.TempDir()
	must(t, "import", file, "--dir", dir, "--type", "hash,zset", "--db", "0,5")
	_, stderr, status := cairn(t, "import", file, "--dir", dir)
	if status != 1 || !strings.Contains(stderr, "the key exists") || !strings.Contains(stderr, "12 skipped") {
		t.Errorf("status %d, %s", status, stderr)
	}
	must(t, "import", file, "--dir", dir, "--replace", "--match", "*[0-9]")
	if got := dial(t, proc.StartCairn(t, "--dir", dir)).state(); got != want {
		t.Errorf("%v, not %v", got, want)
	}
	out := must(t, "import", file, "--dir", t.TempDir(), "--dry-run", "--match", "hash*")
	if !strings.Contains(out, "hash  ") {
		t.Errorf("a dry run says %s", out)
	}
}

// A file that is cut short or damaged is refused where that shows.
func TestImportOfADamagedFile(t *testing.T) {
	file, _ := redisFile(t, 4)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(t.TempDir(), "damaged.rdb")
	for name, bytes := range map[string][]byte{
		"cut":     b[:len(b)/2],
		"changed": append(append(append([]byte{}, b[:len(b)-9]...), b[len(b)-9]^1), b[len(b)-8:]...),
		"another": []byte("this is not a file of Redis"),
	} {
		if err := os.WriteFile(damaged, bytes, 0o644); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		_, stderr, status := cairn(t, "import", damaged, "--dir", dir)
		if status != 1 || !strings.Contains(stderr, "offset") {
			t.Errorf("%s: status %d, %s", name, status, stderr)
		}
		must(t, "check", "--dir", dir)
	}
}

// A directory that a server uses, and one that holds nothing, are left alone.
func TestRefusedDirectories(t *testing.T) {
	server := proc.StartCairn(t)
	empty := t.TempDir()
	file := filepath.Join(t.TempDir(), "x.rdb")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"export", file, "--dir", server.Dir}, "using this data directory"},
		{[]string{"check", "--dir", server.Dir}, "using this data directory"},
		{[]string{"export", file, "--dir", empty}, "holds no data"},
		{[]string{"check", "--dir", empty}, "holds no data"},
		{[]string{"export", file, "--dir", empty, "--rdb-version", "12"}, "versions 9 to 11"},
		{[]string{"import", file, "--dir", empty}, "no such file"},
		{[]string{"import", file, "--dir", empty, "--type", "tree"}, "no type"},
	} {
		if _, stderr, status := cairn(t, c.args...); status != 1 || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: status %d, %s", c.args, status, stderr)
		}
	}
	if files, err := os.ReadDir(filepath.Dir(file)); err != nil || len(files) > 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}
