package backup

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// mustVerify wants everything to be whole.
func mustVerify(t *testing.T, p Place) {
	t.Helper()
	if problems := verify(t, p); len(problems) > 0 {
		t.Fatalf("%q", problems)
	}
}

func verify(t *testing.T, p Place) (problems []string) {
	t.Helper()
	v, err := Verify(context.Background(), New(p), VerifyOptions{Problem: func(text string) { problems = append(problems, text) }})
	if err != nil {
		t.Fatal(err)
	}
	if v.Problems != len(problems) {
		t.Fatalf("%d problems, and %d told", v.Problems, len(problems))
	}
	return problems
}

// Any moment of a history between the oldest backup and the newest can be restored, by time or by offset, also those
// inside of a record of the log, and after backups in between have gone.
func TestRestoreAnyMoment(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		r := newRecorded(t)
		r.steps(60)
		first := 0
		for i := range 6 {
			made := r.backup(p)
			if i == 1 { // the oldest that prune will leave
				first = slices.IndexFunc(r.moments, func(m moment) bool { return m.offset >= made.Offset && m.ms >= made.SealedMs })
			}
			r.steps(100)
		}
		r.backup(p)
		last := len(r.moments) - 1
		if _, err := Prune(context.Background(), New(p), PruneOptions{Keep: 6, Now: r.now()}); err != nil {
			t.Fatal(err)
		}
		mustVerify(t, p)
		for range 50 {
			r.mustBe(p, first+r.rng.IntN(last-first-5))
		}
		got, _ := r.restore(p, RestoreOptions{ToOffset: -1})
		if end := r.moments[last].state; !maps.Equal(got, end) {
			t.Errorf("without a moment given: %d keys, not %d", len(got), len(end))
		}
		for _, o := range []RestoreOptions{
			{ToOffset: r.moments[0].offset}, {ToOffset: r.store.LogEnd() + 1000}, {ToOffset: -1, To: time.UnixMilli(1)},
			{ToOffset: -1, To: r.now().Add(time.Hour)},
		} {
			_, err := Restore(context.Background(), New(p), vfs.NewMem(), "/data", o)
			if err == nil || !strings.Contains(err.Error(), "cannot be restored. What can: 20") {
				t.Errorf("%+v: %v", o, err)
			}
		}
	})
}

// A backup copies what is new, and nothing else.
func TestIncremental(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		r := newRecorded(t)
		r.steps(100)
		known := map[string]bool{}
		for i, reused := 0, false; !reused; i++ { // compactions may leave nothing as it was
			s := &busySource{Source: OfStore(r.store), r: r}
			made, err := r.make(p, s, MakeOptions{})
			r.must(err)
			for _, name := range s.read {
				if known[name] {
					t.Errorf("%s was read again", name)
				}
			}
			if made.CopiedTables != len(s.read) || i == 0 && len(s.read) != len(made.Tables) {
				t.Errorf("%d tables copied, %d read, of %d", made.CopiedTables, len(s.read), len(made.Tables))
			}
			for _, table := range made.Tables {
				known[table.File.Name] = table.File.Immutable
			}
			reused = i > 0 && len(s.read) < len(made.Tables)
		}
		// A store that began as a copy of this one gives numbers that are taken to tables of its own.
		fs := vfs.NewMem()
		if _, err := Restore(context.Background(), New(p), fs, "/data", RestoreOptions{ToOffset: -1}); err != nil {
			t.Fatal(err)
		}
		other := mustOpen(t, r.options(fs))
		defer func() { r.must(other.Abandon()) }()
		third, err := r.make(p, OfStore(other), MakeOptions{})
		if err != nil || third.CopiedTables != len(third.Tables) {
			t.Errorf("%d of %d tables of another store copied: %v", third.CopiedTables, len(third.Tables), err)
		}
		mustVerify(t, p)
	})
}

// A restored store goes its own way, in the same place. The old way stays.
func TestTwoWays(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		r := newRecorded(t)
		r.steps(50)
		r.backup(p)
		r.steps(100)
		parting := len(r.moments) - 60
		old := r.backup(p)

		fs := vfs.NewMem()
		_, err := Restore(context.Background(), New(p), fs, "/data", RestoreOptions{ToOffset: r.moments[parting].offset})
		r.must(err)
		way := r.moments[:parting+1]
		oldModel, oldMoments := r.model, r.moments
		r.must(r.store.Abandon())
		r.o.FS = fs
		r.open()
		r.model, r.moments = maps.Clone(way[parting].state), slices.Clone(way)
		r.steps(100)
		r.backup(p)
		r.steps(20)
		r.backup(p)
		mustVerify(t, p)
		for range 10 {
			r.mustBe(p, parting-20+r.rng.IntN(len(r.moments)-parting+15))
		}
		got, _ := r.restore(p, RestoreOptions{ToOffset: -1, Backup: old.ID})
		if !maps.Equal(got, oldModel) {
			t.Errorf("the old way's end: %d keys, not %d", len(got), len(oldModel))
		}
		m := oldMoments[parting+30]
		if got, _ := r.restore(p, RestoreOptions{ToOffset: m.offset, Backup: firstOf(t, p).ID}); !maps.Equal(got, m.state) {
			// The first backup's history is the old one's.
			t.Errorf("a moment of the old way: %d keys, not %d", len(got), len(m.state))
		}
	})
}

func firstOf(t *testing.T, p Place) *Manifest {
	t.Helper()
	l, err := List(context.Background(), New(p))
	if err != nil {
		t.Fatal(err)
	}
	return l.Backups[0]
}

// Where the log was not kept, no moment can be restored, and that is said.
func TestGap(t *testing.T) {
	r := newRecorded(t)
	p := NewDirectory(t.TempDir())
	r.steps(20)
	first := r.backup(p)
	r.store.SetBackupLogBytes(1)
	for r.store.LogEnd() < first.End+200<<10 {
		r.step()
	}
	lost := r.moments[len(r.moments)-5]
	_, err := r.store.Checkpoint("test")
	r.must(err)
	var warned []string
	second, err := r.make(p, OfStore(r.store), MakeOptions{Warn: func(text string) {
		warned = append(warned, text)
	}})
	r.must(err)
	if len(warned) != 1 || !strings.Contains(warned[0], "is not kept any longer") {
		t.Errorf("%q", warned)
	}
	mustVerify(t, p)
	l, err := List(context.Background(), New(p))
	if err != nil || len(l.Spans) != 2 || l.Spans[0].End != first.End || l.Spans[1].Start != second.Offset {
		t.Errorf("%+v, %v", l.Spans, err)
	}
	for _, o := range []RestoreOptions{{ToOffset: lost.offset}, {ToOffset: -1, To: time.UnixMilli(lost.ms)}} {
		if _, err := Restore(context.Background(), New(p), vfs.NewMem(), "/data", o); err == nil {
			t.Errorf("%+v was restored", o)
		}
	}
}

// Any damage in any file is named.
func TestVerifyNamesDamage(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		r := newRecorded(t)
		for range 3 {
			r.steps(20)
			r.backup(p)
		}
		s := &busySource{Source: OfStore(r.store), r: r, failAt: 3}
		if _, err := r.make(p, s, MakeOptions{}); !errors.Is(err, errFailed) {
			t.Fatal(err)
		}
		entries, err := p.List(context.Background(), "")
		r.must(err)
		seen, used := map[string]bool{}, usedNames(t, p)
		for _, e := range entries {
			if isHousekeeping(e.Name) {
				continue
			}
			kind, _, _ := strings.Cut(e.Name, "/")
			seen[kind] = true
			whole := readPlace(t, p, e.Name)
			for range 3 {
				damaged := slices.Clone(whole)
				if bit := r.rng.IntN(8 * len(whole)); r.rng.IntN(4) > 0 {
					damaged[bit/8] ^= 1 << (bit % 8)
				} else {
					damaged = damaged[:bit/8]
				}
				writePlace(t, p, e.Name, damaged)
				mustName(t, p, e.Name)
			}
			writePlace(t, p, e.Name, whole)
			if kind == "objects" || kind == repositoryFile {
				r.must(p.Remove(context.Background(), e.Name))
				if kind == repositoryFile || used[e.Name] {
					mustName(t, p, e.Name)
				}
				writePlace(t, p, e.Name, whole)
			}
		}
		if want := []string{"backups", "objects", "partial", repositoryFile}; !slices.Equal(slices.Sorted(maps.Keys(seen)), want) {
			t.Errorf("%v were damaged", seen)
		}
		mustVerify(t, p)
	})
}

func usedNames(t *testing.T, p Place) map[string]bool {
	t.Helper()
	l, err := List(context.Background(), New(p))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range l.Backups {
		for _, table := range m.Tables {
			used[table.Object.name()] = true
		}
		for _, piece := range m.Log {
			used[piece.name()] = true
		}
	}
	return used
}

func mustName(t *testing.T, p Place, name string) {
	t.Helper()
	for _, problem := range verify(t, p) {
		if strings.HasPrefix(problem, p.Path(name)+": ") {
			return
		}
	}
	t.Errorf("damage in %s was not named", name)
}

func readPlace(t *testing.T, p Place, name string) []byte {
	t.Helper()
	f, err := p.Open(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return b
}

func writePlace(t *testing.T, p Place, name string, content []byte) {
	t.Helper()
	f, err := p.Spool()
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		err = p.Put(context.Background(), name, f)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// failingPlace fails for good after some changes, as a process that is killed.
type failingPlace struct {
	Place
	left int
}

func (f *failingPlace) change() error {
	if f.left--; f.left < 0 {
		return errFailed
	}
	return nil
}

func (f *failingPlace) Put(ctx context.Context, name string, file *os.File) error {
	if err := f.change(); err != nil {
		drop(file)
		return err
	}
	return f.Place.Put(ctx, name, file)
}

func (f *failingPlace) Remove(ctx context.Context, name string) error {
	if err := f.change(); err != nil {
		return err
	}
	return f.Place.Remove(ctx, name)
}

// Whenever a backup or a prune ends, what is listed is whole, and the next one ends as it should.
func TestInterrupted(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		r := newRecorded(t)
		r.steps(30)
		r.backup(p)
		for ended := false; !ended; {
			r.steps(10)
			for left := 0; !ended; left++ {
				_, err := r.tryBackup(&failingPlace{p, left})
				if ended = err == nil; !ended && !errors.Is(err, errFailed) {
					t.Fatal(err)
				}
				mustVerify(t, p)
			}
		}
		got, _ := r.restore(p, RestoreOptions{ToOffset: -1})
		if !maps.Equal(got, r.model) {
			t.Errorf("%d keys, not %d", len(got), len(r.model))
		}
		for range 3 {
			r.steps(30)
			r.backup(p)
		}
		first := len(r.moments)
		r.steps(30)
		r.backup(p)
		for left := 0; ; left++ {
			_, err := Prune(context.Background(), New(&failingPlace{p, left}), PruneOptions{Keep: 2, Now: r.now()})
			mustVerify(t, p)
			if err == nil {
				break
			}
			if !errors.Is(err, errFailed) {
				t.Fatal(err)
			}
			r.mustBe(p, first+r.rng.IntN(25))
		}
		l, err := List(context.Background(), New(p))
		if err != nil || len(l.Backups) != 2 {
			t.Errorf("%d backups are left: %v", len(l.Backups), err)
		}
		if v, err := Verify(context.Background(), New(p), VerifyOptions{}); err != nil || v.Unused > 0 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// What was interrupted is taken up, not begun again.
func TestTakenUp(t *testing.T) {
	r := newRecorded(t)
	p := NewDirectory(t.TempDir())
	for range 4 {
		r.steps(20)
		_, err := r.store.Checkpoint("test")
		r.must(err)
	}
	s := &busySource{Source: OfStore(r.store), r: r, failAt: 5}
	if _, err := r.make(p, s, MakeOptions{}); !errors.Is(err, errFailed) {
		t.Fatal(err)
	}
	if _, err := List(context.Background(), New(p)); err != nil {
		t.Error(err)
	}
	again := &busySource{Source: OfStore(r.store), r: r}
	if _, err := r.make(p, again, MakeOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range s.read[:4] {
		if strings.HasSuffix(name, ".sst") && slices.Contains(again.read, name) {
			t.Errorf("%s was copied twice", name)
		}
	}
	if left, err := p.List(context.Background(), partialPrefix); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	got, _ := r.restore(p, RestoreOptions{ToOffset: -1})
	if !maps.Equal(got, r.model) {
		t.Errorf("%d keys, not %d", len(got), len(r.model))
	}
}

// Who changes a repository is alone, and a place with something else in it is left alone.
func TestRefused(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		r := newRecorded(t)
		r.steps(5)
		r.backup(p)
		_, unlock, err := p.Lock(context.Background())
		r.must(err)
		if _, err := r.tryBackup(p); err == nil || !strings.Contains(err.Error(), "being changed by another") {
			t.Errorf("two at once: %v", err)
		}
		if _, err := Prune(context.Background(), New(p), PruneOptions{Keep: 1, Now: r.now()}); err == nil {
			t.Error("pruned while a backup is made")
		}
		r.must(unlock())
		r.backup(p)
		if _, err := Prune(context.Background(), New(p), PruneOptions{}); err == nil {
			t.Error("a prune that keeps nothing")
		}
	})
	r := newRecorded(t)
	p := NewDirectory(t.TempDir())
	writePlace(t, p, "thesis.txt", []byte("words"))
	if _, err := r.tryBackup(p); err == nil || !strings.Contains(err.Error(), "thesis.txt") {
		t.Error(err)
	}
	if _, err := List(context.Background(), New(p)); err == nil || !strings.Contains(err.Error(), "holds no backups") {
		t.Error(err)
	}
}
