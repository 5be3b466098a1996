package tools

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// makeFiles makes files of which each holds a word.
func makeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, word := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(word), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// filesOf reads all files below a directory.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestExchangeInterrupted ends the exchange of what was damaged by what was made at every rename. Nobody can take what
// is there then for a store; and begun again, it comes to the same end, with everything kept that was there.
func TestExchangeInterrupted(t *testing.T) {
	defer func() { rename = os.Rename }()
	was := map[string]string{"IDENTITY": "old", "HOLDS": "kept", "log/1": "old", "log-1/2": "old", "tables/3": "old", "tables/4": "old"}
	made := map[string]string{"IDENTITY": "new", "log-1/5": "new", "tables/4": "new", reportFile: "new"}
	want := map[string]string{"IDENTITY": "new", "HOLDS": "kept", "log-1/5": "new", "tables/4": "new"}
	interrupted := errors.New("interrupted")
	for failAt, failed := 0, true; failed; failAt++ {
		dir := t.TempDir()
		makeFiles(t, dir, was)
		makeFiles(t, filepath.Join(dir, persistence.RepairedDir), made)
		calls := 0
		failed = false
		rename = func(from, to string) error {
			if calls++; calls-1 == failAt {
				failed = true
				return interrupted
			}
			return os.Rename(from, to)
		}
		if err := exchange(dir, io.Discard); failed != errors.Is(err, interrupted) || !failed && err != nil {
			t.Fatalf("rename %d fails %v: %v", failAt, failed, err)
		}
		_, err := os.Stat(filepath.Join(dir, persistence.RepairedDir))
		if failed != (err == nil) {
			t.Fatalf("rename %d fails %v, and servers are kept away %v", failAt, failed, err == nil)
		}
		rename = os.Rename
		if failed {
			if err := exchange(dir, io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		kept := map[string]string{}
		got := filesOf(t, dir)
		for name, word := range got {
			if rest, ok := strings.CutPrefix(name, damagedDir+"/"); ok {
				_, old, _ := strings.Cut(rest, "/")
				kept[old] = word
				delete(got, name)
			}
		}
		if !maps.Equal(got, want) {
			t.Fatalf("rename %d: there is %v", failAt, got)
		}
		old := maps.Clone(was)
		delete(old, "HOLDS")
		old[reportFile] = "new"
		if !maps.Equal(kept, old) {
			t.Fatalf("rename %d: %v is kept, not %v", failAt, slices.Sorted(maps.Keys(kept)), slices.Sorted(maps.Keys(old)))
		}
	}
}
