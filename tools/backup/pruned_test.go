package backup

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence"
)

// prunedPlace is pruned while somebody reads: when so many objects were opened.
type prunedPlace struct {
	Place
	t     *testing.T
	after int
	o     PruneOptions
}

func (p *prunedPlace) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if strings.HasPrefix(name, objectsPrefix) {
		if p.after--; p.after == 0 {
			if _, err := Prune(ctx, New(p.Place), p.o); err != nil {
				p.t.Error(err)
			}
		}
	}
	return p.Place.Open(ctx, name)
}

// manyBackups makes a repository with some backups, and the options of a prune that leaves the newest.
func manyBackups(t *testing.T, p Place) (*recorded, PruneOptions) {
	t.Helper()
	r := newRecorded(t)
	for range 4 {
		r.steps(30)
		if _, err := r.store.Checkpoint("test"); err != nil {
			t.Fatal(err)
		}
		r.backup(p)
	}
	return r, PruneOptions{Keep: 1, Now: r.now()}
}

// A backup that is removed while it is restored is no damage: who restores is told what has happened.
func TestPrunedWhileRestored(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		_, o := manyBackups(t, p)
		l, err := List(context.Background(), New(p))
		if err != nil {
			t.Fatal(err)
		}
		oldest := l.Backups[0].ID
		pruned := &prunedPlace{Place: p, t: t, after: 2, o: o}
		fs := vfs.NewMem()
		_, err = Restore(context.Background(), New(pruned), fs, "/data", RestoreOptions{Backup: oldest, ToOffset: -1})
		if err == nil || !strings.Contains(err.Error(), "was removed from "+p.Path("")) || strings.Contains(err.Error(), "damaged") {
			t.Fatalf("%v", err)
		}
		if _, err := Restore(context.Background(), New(p), fs, "/data", RestoreOptions{ToOffset: -1}); err != nil {
			t.Fatal(err)
		}
	})
}

// What a prune takes away while all is read is no damage either; but what was damaged is still found.
func TestPrunedWhileVerified(t *testing.T) {
	eachPlace(t, func(t *testing.T, p Place) {
		_, o := manyBackups(t, p)
		total, err := p.List(context.Background(), objectsPrefix)
		if err != nil {
			t.Fatal(err)
		}
		pruned := &prunedPlace{Place: p, t: t, after: len(total) / 2, o: o}
		v, err := Verify(context.Background(), New(pruned), VerifyOptions{Problem: func(text string) { t.Errorf("a problem: %s", text) }})
		if err != nil || v.Problems != 0 || v.Removed != 3 || v.Backups != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
		left, err := p.List(context.Background(), objectsPrefix)
		if err != nil {
			t.Fatal(err)
		}
		needed := slices.DeleteFunc(left, func(e Entry) bool { return !usedNames(t, p)[e.Name] })
		if err := p.Remove(context.Background(), needed[0].Name); err != nil {
			t.Fatal(err)
		}
		mustName(t, p, needed[0].Name)
	})
}

// A backup made after another one has a later id, and so is the newest, even if the clock was set back meanwhile.
func TestClockSetBack(t *testing.T) {
	r := newRecorded(t)
	p := NewDirectory(t.TempDir())
	for range 3 {
		r.steps(10)
		r.backup(p)
		r.clock.Add(-time.Hour.Milliseconds())
	}
	if _, err := Prune(context.Background(), New(p), PruneOptions{Keep: 1, Now: r.now()}); err != nil {
		t.Fatal(err)
	}
	got, _ := r.restore(p, RestoreOptions{ToOffset: -1})
	if len(got) != len(r.model) {
		t.Fatalf("%d keys, not %d", len(got), len(r.model))
	}
	for key, value := range r.model {
		if got[key] != value {
			t.Fatalf("key %s is not the newest one", key)
		}
	}
}

// A lock that cannot be renewed is lost before others may take it: a backup then must not become listed, as a prune may
// have taken away what it counts on.
func TestLockLost(t *testing.T) {
	var cut atomic.Bool
	b := newBucketBehind(t, func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if cut.Load() && req.Method == http.MethodPut && strings.Contains(req.URL.Path, "/locks/") {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			inner.ServeHTTP(w, req)
		})
	})
	b.lockFor = 200 * time.Millisecond
	r := newRecorded(t)
	r.steps(20)
	r.backup(b)
	r.steps(20)
	s := &lockLosingSource{Source: OfStore(r.store), lose: func(ctx context.Context) {
		cut.Store(true)
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
			t.Error("the lock is not lost")
		}
	}}
	_, err := r.make(b, s, MakeOptions{})
	if err == nil || !strings.Contains(err.Error(), "could not be renewed") {
		t.Fatalf("%v", err)
	}
	r.must(s.Close())
	cut.Store(false)
	l, err := List(context.Background(), New(b))
	if err != nil || len(l.Backups) != 1 {
		t.Fatalf("%+v, %v", l, err)
	}
	r.backup(b)
}

// lockLosingSource loses the lock when all tables are copied.
type lockLosingSource struct {
	Source
	lose func(ctx context.Context)
}

func (s *lockLosingSource) StartLog(ctx context.Context, from int64) (*persistence.BackupLog, error) {
	s.lose(ctx)
	return s.Source.StartLog(context.WithoutCancel(ctx), from)
}
