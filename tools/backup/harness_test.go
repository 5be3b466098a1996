package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
)

// eachPlace runs a test with a directory and with a server of S3.
func eachPlace(t *testing.T, fn func(t *testing.T, p Place)) {
	t.Run("directory", func(t *testing.T) { fn(t, NewDirectory(t.TempDir())) })
	t.Run("s3", func(t *testing.T) { fn(t, newBucket(t)) })
}

func newBucket(t *testing.T) *Bucket {
	t.Helper()
	return newBucketBehind(t, func(inner http.Handler) http.Handler { return inner })
}

// newBucketBehind is a bucket of a server that something stands before.
func newBucketBehind(t *testing.T, before func(http.Handler) http.Handler) *Bucket {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("backups"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(before(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	b, err := NewBucket("s3://backups/of/cairn", S3Options{Endpoint: server.URL, Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const testKeys = 30

// recorded is a store whose whole history is known.
type recorded struct {
	t       *testing.T
	rng     *rand.Rand
	clock   atomic.Int64
	o       persistence.Options
	store   *persistence.Store
	model   map[string]string
	moments []moment
}

// moment is what the store held at an offset of the log, from a time on.
type moment struct {
	offset, ms int64
	state      map[string]string
}

func newRecorded(t *testing.T) *recorded {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := &recorded{t: t, rng: rand.New(rand.NewPCG(seed, 0)), model: map[string]string{}}
	r.clock.Store(1_700_000_000_000)
	r.o = r.options(vfs.NewMem())
	r.open()
	t.Cleanup(func() { _ = r.store.Abandon() })
	return r
}

func (r *recorded) options(fs vfs.FS) persistence.Options {
	return persistence.Options{
		FS: fs, Dir: "/data", Databases: 1, MemoryBytes: 64 << 20, Policy: wal.EverySec, SegmentBytes: 64 << 10,
		BackupLogBytes: 1 << 30, Now: r.now, Logf: func(string, ...any) {},
	}
}

func (r *recorded) now() time.Time { return time.UnixMilli(r.clock.Load()) }

func (r *recorded) open() { r.store = mustOpen(r.t, r.o) }

func mustOpen(t *testing.T, o persistence.Options) *persistence.Store {
	t.Helper()
	s, err := persistence.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Recover(func(tx *persistence.Tx, args [][]byte) error {
		return s.Update(tx, persistence.Keys{Names: args[1:2]}, func(tx *persistence.Tx) error { return change(tx, args) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var stringKind = encoding.MakeKind(encoding.TypeString, 0)

// change carries out SET key value and DEL key.
func change(tx *persistence.Tx, args [][]byte) error {
	switch string(args[0]) {
	case "SET":
		return tx.Put(args[1], stringKind, args[2], 0)
	case "DEL":
		_, err := tx.Delete(args[1])
		return err
	default:
		return fmt.Errorf("an effect that nobody logged: %q", args)
	}
}

// step changes some keys in one transaction and notes what there is then.
func (r *recorded) step() {
	r.t.Helper()
	var effects [][][]byte
	var names [][]byte
	for range 1 + r.rng.IntN(3) {
		name := []byte(fmt.Sprintf("key%d", r.rng.IntN(testKeys)))
		names = append(names, name)
		if r.rng.IntN(4) == 0 {
			effects = append(effects, [][]byte{[]byte("DEL"), name})
			delete(r.model, string(name))
			continue
		}
		value := strings.Repeat(fmt.Sprintf("%d.", r.rng.IntN(1e9)), 1+r.rng.IntN(40))
		effects = append(effects, [][]byte{[]byte("SET"), name, []byte(value)})
		r.model[string(name)] = value
	}
	err := r.store.Update(r.store.Tx(), persistence.Keys{Names: names}, func(tx *persistence.Tx) error {
		for _, args := range effects {
			tx.Log(args...)
			if err := change(tx, args); err != nil {
				return err
			}
		}
		return nil
	})
	r.must(err)
	r.note()
	if r.rng.IntN(3) > 0 { // else the next one shares its record
		r.must(r.store.Log().Flush())
		r.clock.Add(r.rng.Int64N(50) + 2)
	}
}

func (r *recorded) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *recorded) note() {
	r.moments = append(r.moments, moment{r.store.LogEnd(), r.clock.Load(), maps.Clone(r.model)})
}

// steps makes a history, with checkpoints and restarts.
func (r *recorded) steps(n int) {
	r.t.Helper()
	for range n {
		r.step()
		switch r.rng.IntN(60) {
		case 0, 1:
			_, err := r.store.Checkpoint("test")
			r.must(err)
		case 2:
			r.restart()
		}
	}
}

func (r *recorded) restart() {
	r.t.Helper()
	if r.rng.IntN(2) == 0 {
		r.must(r.store.Close())
	} else {
		r.must(r.store.Abandon())
	}
	r.open()
}

// backup backs the store up, which goes on meanwhile.
func (r *recorded) backup(p Place) *Made {
	r.t.Helper()
	made, err := r.tryBackup(p)
	r.must(err)
	return made
}

func (r *recorded) tryBackup(p Place) (*Made, error) {
	return r.make(p, &busySource{Source: OfStore(r.store), r: r}, MakeOptions{})
}

func (r *recorded) make(p Place, s Source, o MakeOptions) (*Made, error) {
	o.Now = r.now
	made, err := Make(context.Background(), New(p), s, o)
	return made, errors.Join(err, s.Close())
}

// busySource is a store that changes while it is read.
type busySource struct {
	Source
	r      *recorded
	read   []string
	failAt int // 0: never
}

func (b *busySource) ReadTable(ctx context.Context, f persistence.BackupTableFile, w io.Writer) error {
	b.read = append(b.read, f.Name)
	if len(b.read) == b.failAt {
		return errFailed
	}
	b.r.step()
	if b.r.rng.IntN(4) == 0 {
		if _, err := b.r.store.Checkpoint("meanwhile"); err != nil {
			return err
		}
	}
	return b.Source.ReadTable(ctx, f, w)
}

var errFailed = errors.New("failed for a test")

// restore restores to a new directory in RAM and returns what there is.
func (r *recorded) restore(p Place, o RestoreOptions) (map[string]string, *Restored) {
	r.t.Helper()
	fs := vfs.NewMem()
	done, err := Restore(context.Background(), New(p), fs, "/data", o)
	r.must(err)
	s := mustOpen(r.t, r.options(fs))
	defer func() { r.must(s.Abandon()) }()
	r.must(s.Check())
	if s.LogEnd() != done.Offset || s.History() != done.History {
		r.t.Fatalf("%d of %+v, not %d of %+v", s.LogEnd(), s.History(), done.Offset, done.History)
	}
	return content(r.t, s), done
}

func content(t *testing.T, s *persistence.Store) map[string]string {
	t.Helper()
	n, err := s.Snapshot("test")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	err = n.Walk(0, func(k *persistence.StoredKey) error {
		value, err := k.Value.AppendString(nil)
		all[string(k.Name)] = string(value)
		return err
	})
	if err = errors.Join(err, n.Close()); err != nil {
		t.Fatal(err)
	}
	return all
}

// mustBe restores to a moment of the history, named in one of the ways in which it can be.
func (r *recorded) mustBe(p Place, i int) {
	r.t.Helper()
	m, next := r.moments[i], r.moments[i+1]
	o := RestoreOptions{ToOffset: -1}
	if r.rng.IntN(2) == 0 && next.ms > m.ms {
		o.To = time.UnixMilli(m.ms + r.rng.Int64N(next.ms-m.ms))
	} else {
		o.ToOffset = m.offset + r.rng.Int64N(next.offset-m.offset)
	}
	got, done := r.restore(p, o)
	// Behind the moment there may be the SELECT of what comes next.
	if !maps.Equal(got, m.state) || done.Offset < m.offset || done.Offset >= next.offset {
		r.t.Fatalf("%+v: restored to offset %d, not %d; %d keys, not %d", o, done.Offset, m.offset, len(got), len(m.state))
	}
}
