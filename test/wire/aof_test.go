package wire

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// redisAOF is the data directory of a redis-server with an AOF of several parts, and what it held.
func redisAOF(t *testing.T, seed uint64, preamble string) (dir, digest string) {
	t.Helper()
	r := redis(t, "--appendonly", "yes", "--aof-use-rdb-preamble", preamble, "--aof-timestamp-enabled", "yes", "--databases", "16")
	r.fill(seed, 400)
	r.do("FUNCTION", "LOAD", "#!lua name=numbers\nredis.register_function('twice', function(k, a) return 2 * a[1] end)")
	r.do("BGREWRITEAOF")
	waitUntil(t, "the AOF is rewritten", func() bool {
		return strings.Contains(r.do("INFO", "persistence"), "aof_rewrite_in_progress:0") &&
			strings.Contains(r.do("INFO", "persistence"), "aof_rewrite_scheduled:0")
	})
	r.fill(seed+1, 400)
	r.do("SELECT", "3")
	r.do("SET", "last", "one")
	r.do("SELECT", "0")
	digest = r.digest()
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	return r.Dir, digest
}

// importedDigest imports into a new directory and returns what a Cairn that is started on it holds.
func importedDigest(t *testing.T, args ...string) (digest, printed string) {
	t.Helper()
	dir := t.TempDir()
	printed = must(t, append([]string{"import", "--memory", "64mb", "--dir", dir}, args...)...)
	if left, err := filepath.Glob(filepath.Join(dir, "*.tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	c := cairn(t, "--dir", dir)
	digest = c.digest()
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	return digest, printed
}

// parts are the files of an AOF: the base and the last increment.
func parts(t *testing.T, dir string) (base, increment string) {
	t.Helper()
	bases, _ := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.base.*"))
	increments, _ := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.incr.aof"))
	if len(bases) != 1 || len(increments) != 1 {
		t.Fatalf("%q, %q", bases, increments)
	}
	return bases[0], increments[0]
}

// An AOF in all its forms: by its directory, by its manifest, and as the single file that it was before Redis 7.
func TestAOF(t *testing.T) {
	for i, preamble := range []string{"yes", "no"} {
		dir, want := redisAOF(t, 10*uint64(i)+1, preamble)
		base, increment := parts(t, dir)
		single := filepath.Join(t.TempDir(), "appendonly.aof")
		concatenate(t, single, base, increment)
		all := map[string]string{"data directory": dir, "single file": single}
		if i == 0 {
			all["directory"] = filepath.Dir(base)
			all["manifest"] = filepath.Join(filepath.Dir(base), "appendonly.aof.manifest")
		}
		for name, src := range all {
			if got, printed := importedDigest(t, src); got != want {
				t.Errorf("%s, preamble %s: %s, not %s\n%s", name, preamble, got, want, printed)
			}
		}
	}
}

func concatenate(t *testing.T, to string, from ...string) {
	t.Helper()
	var all []byte
	for _, name := range from {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	if err := os.WriteFile(to, all, 0o644); err != nil {
		t.Fatal(err)
	}
}

// An AOF that a crash has cut short holds what redis-server finds in it.
func TestAOFCutShort(t *testing.T) {
	dir, _ := redisAOF(t, 31, "yes")
	_, increment := parts(t, dir)
	whole, err := os.ReadFile(increment)
	if err != nil {
		t.Fatal(err)
	}
	exec := strings.Index(string(whole), "\r\nEXEC\r\n")
	for _, cut := range []int{len(whole) - 3, exec - 5, exec + 10} {
		if err := os.WriteFile(increment, whole[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		got, printed := importedDigest(t, dir)
		r := redis(t, "--appendonly", "yes", "--dir", dir) // which cuts the file
		if want := r.digest(); got != want {
			t.Errorf("cut at %d: %s, not %s\n%s", cut, got, want, printed)
		}
		if err := r.Stop(); err != nil {
			t.Fatal(err)
		}
		if at := increment + ": offset "; !strings.Contains(printed, at) || !strings.Contains(printed, "are left out") {
			t.Errorf("cut at %d: nothing of %q in\n%s", cut, at, printed)
		}
	}
}

// What cannot be read is refused with file and offset; a command that cannot be carried out is skipped and counted.
func TestAOFDamaged(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x.aof")
	good := "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n"
	for _, c := range []struct{ text, want string }{
		{good + "\x00\x00\x00\x00", file + ": offset 50: malformed AOF"},
		{good + "*1\r\n:1\r\n", file + ": offset 50: malformed AOF"},
		{good + "*3\r\n$6\r\nBF.ADD\r\n$1\r\nb\r\n$1\r\nx\r\n", "unknown command 'BF.ADD'"},
		{good + "*3\r\n$5\r\nLPUSH\r\n$1\r\nk\r\n$1\r\nx\r\n", `key "k": LPUSH: `},
		{good + "*2\r\n$6\r\nSELECT\r\n$2\r\n99\r\n*2\r\n$4\r\nINCR\r\n$1\r\nk\r\n", "one too many"},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, stderr, status := run(t, "import", file, "--dir", t.TempDir()); status != 1 || !strings.Contains(stderr, c.want) {
			t.Errorf("status %d, %s, not %q", status, stderr, c.want)
		}
	}
	manifest := filepath.Join(dir, "x.manifest")
	if err := os.WriteFile(manifest, []byte("file x.aof seq 1 type b\nfile y.aof seq 1 type i\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := run(t, "import", dir, "--dir", t.TempDir()); status != 1 || !strings.Contains(stderr, "names a file that is missing") {
		t.Errorf("status %d, %s", status, stderr)
	}
}
