package crash

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

// A flipped byte in a file of the data directory may stop the server, or cost
// the keys that lay there an error reply; it may never show a wrong value, and
// somebody has to name the file.
func TestFlippedByteIsNamed(t *testing.T) {
	s := proc.StartCairn(t, "--save", "")
	fillDamaged(t, s)
	if err := s.Kill9(); err != nil {
		t.Fatal(err)
	}
	good := t.TempDir()
	if err := os.CopyFS(good, os.DirFS(s.Dir)); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []struct{ name, pattern string }{
		{"log", "log/*.log"}, {"table", "tables/*.sst"}, {"manifest", "tables/MANIFEST-*"},
	} {
		t.Run(kind.name, func(t *testing.T) {
			restore(t, good, s.Dir)
			file := flip(t, s.Dir, kind.pattern)
			printed := len(s.Output())
			if err := s.Start(); err != nil {
				if out := s.Output()[printed:]; !strings.Contains(out, filepath.Base(file)) {
					t.Fatalf("the server did not start, and does not name %s:\n%s", file, out)
				}
				return
			}
			wrong, failed := readDamaged(t, s)
			if wrong != "" {
				t.Fatal(wrong)
			}
			if failed == "" {
				t.Fatalf("%s is damaged, and nobody has noticed", file)
			}
			if !strings.Contains(failed+s.Output()[printed:], strings.TrimSuffix(filepath.Base(file), ".sst")) {
				t.Errorf("the damage in %s is not named: %s", file, failed)
			}
			if err := s.Kill9(); err != nil {
				t.Fatal(err)
			}
		})
	}
	restore(t, good, s.Dir)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if wrong, failed := readDamaged(t, s); wrong != "" || failed != "" {
		t.Errorf("undamaged: %s%s", wrong, failed)
	}
}

const damagedKeys = 4_000

func damagedValue(i int) string { return fmt.Sprintf("value %d %s", i, strings.Repeat("x", 80+i%50)) }

// fillDamaged writes keys, half of them before a checkpoint.
func fillDamaged(t *testing.T, s *proc.Server) {
	t.Helper()
	c := connect(t, s)
	for i := range damagedKeys {
		if i == damagedKeys/2 {
			must(t, c, "+OK", "SAVE")
		}
		must(t, c, "+OK", "SET", fmt.Sprint("key:", i), damagedValue(i))
	}
}

// readDamaged reads all keys: wrong is a value that is not what was written,
// failed the first error.
func readDamaged(t *testing.T, s *proc.Server) (wrong, failed string) {
	t.Helper()
	c := connect(t, s)
	for i := range damagedKeys {
		r, err := c.Do("GET", fmt.Sprint("key:", i))
		if err != nil {
			t.Fatal(err)
		}
		switch want := damagedValue(i); {
		case r.Raw[0] == '-':
			if failed == "" {
				failed = string(r.Raw)
			}
		case !strings.Contains(string(r.Raw), want+"\r\n"):
			return fmt.Sprintf("key:%d is %q", i, r.Raw), failed
		}
	}
	return "", failed
}

func connect(t *testing.T, s *proc.Server) *client.Conn {
	t.Helper()
	c, err := client.Dial(s.Addr(), 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func must(t *testing.T, c *client.Conn, want string, args ...string) {
	t.Helper()
	if r, err := c.Do(args...); err != nil || !strings.HasPrefix(string(r.Raw), want) {
		t.Fatalf("%s: %s (%v)", args[0], r, err)
	}
}

// restore makes a directory what it was.
func restore(t *testing.T, from, to string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// flip changes a byte in the midst of what the largest file of a pattern holds,
// and returns its name.
func flip(t *testing.T, dir, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no file %s (%v)", pattern, err)
	}
	var largest string
	var content []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if b = []byte(strings.TrimRight(string(b), "\x00")); len(b) > len(content) {
			largest, content = f, b
		}
	}
	f, err := os.OpenFile(largest, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	at := int64(len(content) / 3)
	if _, err := f.WriteAt([]byte{content[at] ^ 0x10}, at); err != nil {
		t.Fatal(err)
	}
	return largest
}
