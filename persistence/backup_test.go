package persistence

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/wal"
)

// moment is what a store held at an offset.
type moment struct {
	offset, nowMs int64
	model         *model
}

// A backup that is read while the store goes on restores to any moment that its log reaches.
func TestBackup(t *testing.T) {
	h := newTrial(t, spread(40))
	h.o.BackupLogBytes = 1 << 30
	h.reopen()
	for range shorter(60) + 4 {
		b := h.beginBackup()
		tables := map[string][]byte{}
		moments := []moment{{h.s.LogEnd(), h.clock.ms.Load(), h.m.clone()}}
		for _, f := range b.Info.Tables {
			for range 1 + h.rng.IntN(3) {
				h.step()
				moments = append(moments, moment{h.s.LogEnd(), h.clock.ms.Load(), h.m.clone()})
			}
			if h.rng.IntN(8) == 0 {
				h.checkpoint()
			}
			tables[f.Name] = h.readTable(b, f)
		}
		upto, err := b.StartLog(b.Info.Offset)
		if err != nil || upto.End != h.s.LogEnd() {
			h.fatalf("the backup's log ends at %+v, the store's at %d: %v", upto, h.s.LogEnd(), err)
		}
		log := readAll(t, b)
		if err := b.End("somewhere"); err != nil {
			h.fatalf("%v", err)
		}
		m := moments[h.rng.IntN(len(moments))]
		h.mustRestore(b, tables, log, m)
		if h.rng.IntN(5) == 0 {
			h.reopen()
		}
	}
	h.finish()
	h.noLeftovers()
}

func (h *trial) beginBackup() *Backup {
	b, err := h.s.BeginBackup()
	if err != nil {
		h.fatalf("%v", err)
	}
	return b
}

func (h *trial) readTable(b *Backup, f BackupTableFile) (content []byte) {
	piece := make([]byte, 1+h.rng.IntN(8<<10))
	for {
		n, err := b.ReadTable(f.Name, int64(len(content)), piece)
		if err != nil {
			h.fatalf("%v", err)
		}
		if content = append(content, piece[:n]...); n < len(piece) {
			break
		}
	}
	if int64(len(content)) != f.SizeBytes {
		h.fatalf("%s has %d bytes, not %d", f.Name, len(content), f.SizeBytes)
	}
	return content
}

func readAll(t *testing.T, b *Backup) (list []encoding.LogRecord) {
	t.Helper()
	for {
		part, err := b.ReadLog(100)
		if err != nil {
			t.Fatal(err)
		}
		if len(part) == 0 {
			return list
		}
		for br := bufio.NewReader(bytes.NewReader(part)); ; {
			r, _, err := encoding.ReadLogRecord(br, nil)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, r)
		}
	}
}

func (h *trial) mustRestore(b *Backup, tables map[string][]byte, log []encoding.LogRecord, m moment) {
	h.t.Helper()
	o := h.o
	o.FS = vfs.NewMem()
	id := NewReplicationID()
	if err := restoreTo(o.FS, b, tables, log, m, id); err != nil {
		h.fatalf("%v", err)
	}
	s := mustOpen(h.t, o)
	if got := s.History(); got.ID != id || got.PrevID != b.Info.History.ID || got.PrevEnd != m.offset || s.LogEnd() != m.offset {
		h.fatalf("restored to %d of history %+v", s.LogEnd(), got)
	}
	if s.storeID == h.s.storeID {
		h.fatalf("the restored store takes itself for the old one")
	}
	if err := errors.Join(m.model.compare(s, m.nowMs), checkAll(s), s.Close()); err != nil {
		h.fatalf("restored to offset %d: %v", m.offset, err)
	}
}

// restoreTo makes a store of a backup, at a moment, with a history of that name.
func restoreTo(fs vfs.FS, b *Backup, tables map[string][]byte, log []encoding.LogRecord, m moment, id string) error {
	r, err := BeginRestore(fs, testDir)
	if err != nil {
		return err
	}
	for name, content := range tables {
		f, err := r.CreateTable(name)
		if err == nil {
			_, err = f.Write(bytes.Clone(content)) // it may be changed
		}
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	h := wal.History{ID: id, PrevID: b.Info.History.ID, PrevEnd: m.offset}
	w, err := r.Log(b.Info.LogEpoch, b.Info.Offset, h, b.store.opts.Now().UnixMilli)
	if err != nil {
		return err
	}
	for _, rec := range log {
		if keep := min(int64(len(rec.Payload)), m.offset-rec.Start); keep > 0 {
			w.AppendRaw(rec.Payload[:keep], -1)
		}
	}
	return errors.Join(w.Close(), r.Hold("somewhere", b.Info.LogEpoch, m.offset), r.Finish())
}

// TestRestorePowerCut cuts the power at every call of a restore. What is there then is refused, and another restore to
// it succeeds; or it is whole; or nothing has been restored yet.
func TestRestorePowerCut(t *testing.T) {
	h := newTrial(t, spread(20))
	for range 60 {
		h.step()
	}
	h.checkpoint()
	for range 20 {
		h.step()
	}
	b := h.beginBackup()
	tables := map[string][]byte{}
	for _, f := range b.Info.Tables {
		tables[f.Name] = h.readTable(b, f)
	}
	if _, err := b.StartLog(b.Info.Offset); err != nil {
		t.Fatal(err)
	}
	log, now := readAll(t, b), moment{h.s.LogEnd(), h.clock.ms.Load(), h.m.clone()}
	whole := func(fs vfs.FS) error {
		o := h.o
		o.FS = fs
		s, err := openStore(o)
		if err != nil {
			return err
		}
		return errors.Join(now.model.compare(s, now.nowMs), checkAll(s), s.Abandon())
	}
	p := newPlug(vfs.NewCrashableMem(), h.rng, 1, 10_000)
	if err := restoreTo(p.wrap(), b, tables, log, now, NewReplicationID()); err != nil {
		t.Fatal(err)
	}
	p.acked.Store(1)
	p.mu.Lock()
	p.cutLocked("it has ended")
	p.mu.Unlock()
	outcomes := map[string]int{}
	for _, cut := range p.take() {
		names, _ := cut.fs.List(testDir + "/tables")
		refused := cut.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: h.rng})
		switch err := whole(refused); {
		case err == nil:
			outcomes["whole"]++
		case cut.acked == 0 && strings.Contains(err.Error(), "unfinished restore"):
			outcomes["refused"]++
			if err := restoreTo(refused, b, tables, log, now, NewReplicationID()); err != nil {
				t.Fatalf("%s: another restore: %v", cut.at, err)
			}
			if err := whole(refused); err != nil {
				t.Fatalf("%s: after another restore: %v", cut.at, err)
			}
		case cut.acked == 0 && len(names) == 0:
			outcomes["nothing"]++
			if err := restoreTo(cut.fs, b, tables, log, now, NewReplicationID()); err != nil {
				t.Fatalf("%s: a restore to where nothing is: %v", cut.at, err)
			}
		default:
			t.Fatalf("%s: %v", cut.at, err)
		}
	}
	t.Logf("%v", outcomes)
	if outcomes["whole"] == 0 || outcomes["refused"] < 10 {
		t.Errorf("%v", outcomes)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	h.finish()
}

// noLeftovers: backups that have ended keep no files.
func (h *trial) noLeftovers() {
	h.t.Helper()
	names, err := h.o.FS.List(h.o.Dir)
	if err != nil {
		h.fatalf("%v", err)
	}
	for _, name := range names {
		if strings.HasPrefix(name, backupPrefix) {
			h.fatalf("%s was left behind", name)
		}
	}
}

// The log is kept from the end of a backup, also over a restart, but no more of it than is allowed.
func TestBackupHoldsLog(t *testing.T) {
	h := newTrial(t, spread(40))
	h.o.BackupLogBytes = 300 << 10
	h.reopen()
	b := h.beginBackup()
	upto, err := b.StartLog(b.Info.Offset)
	if err != nil {
		t.Fatal(err)
	}
	end := upto.End
	readAll(t, b)
	if err := b.End("somewhere"); err != nil {
		t.Fatal(err)
	}
	kept := func() bool { return h.s.log.Stats().First <= end }
	for h.s.LogEnd() < end+200<<10 {
		h.write(8 << 10)
		if h.checkpoint(); !kept() {
			t.Fatalf("the log begins at %d: the next backup should go on at %d", h.s.log.Stats().First, end)
		}
		if h.rng.IntN(5) == 0 {
			h.reopen()
		}
	}
	for h.s.LogEnd() < end+500<<10 {
		h.write(8 << 10)
	}
	h.checkpoint()
	h.reopen()
	if h.checkpoint(); kept() {
		t.Errorf("the log is kept for a backup that never came")
	}
}

// fullFS says that its disk is nearly full, if told to.
type fullFS struct {
	vfs.FS
	full *atomic.Bool
}

func (f fullFS) GetDiskUsage(string) (vfs.DiskUsage, error) {
	u := vfs.DiskUsage{TotalBytes: 1 << 40, AvailBytes: 1 << 39}
	if f.full.Load() {
		u.AvailBytes = 1 << 20
	}
	return u, nil
}

// What is kept for backups is given up when the disk is nearly full, above all when nothing can be written any more:
// then no checkpoint would ever come by to do it.
func TestFullDiskEndsHolds(t *testing.T) {
	for _, fails := range []string{"nothing", "checkpoint", "log"} {
		t.Run(fails, func(t *testing.T) {
			h := newTrial(t, spread(40))
			h.o.BackupLogBytes = 1 << 30
			full := &atomic.Bool{}
			h.o.FS = fullFS{h.o.FS, full}
			w := h.insert()
			kept := h.beginBackup()
			if _, err := kept.StartLog(kept.Info.Offset); err != nil {
				t.Fatal(err)
			}
			readAll(t, kept)
			if err := kept.End("somewhere"); err != nil {
				t.Fatal(err)
			}
			running := h.beginBackup()
			first := h.s.log.Stats().First
			for range 40 { // in several segments: one write is never divided
				h.write(8 << 10)
				if err := h.s.log.Flush(); err != nil {
					t.Fatal(err)
				}
			}
			h.checkpoint()
			if got := h.s.log.Stats().First; got != first {
				t.Fatalf("the log begins at %d, not at %d", got, first)
			}
			if err := h.s.log.Sync(h.s.LogEnd()); err != nil { // what is not synced is not given up
				t.Fatal(err)
			}
			full.Store(true)
			w.set(func(op errorfs.Op) error {
				if fails == "checkpoint" && ofCheckpoint(op) || fails == "log" && ofLogs(op) && needsRoom(op) {
					return errDiskFull
				}
				return nil
			})
			if fails == "log" {
				h.write(100)
				if err := h.s.log.Flush(); err == nil {
					t.Fatal("the log can be written")
				}
				h.s.freeRoom() // as the watch does
			} else if _, err := h.s.Checkpoint("test"); (err == nil) != (fails == "nothing") {
				t.Fatalf("the checkpoint: %v", err)
			}
			if got := h.s.log.Stats().First; got == first {
				t.Error("the log is kept")
			}
			if err := running.Err(); err == nil || !strings.Contains(err.Error(), "nearly full") {
				t.Errorf("the backup under way goes on: %v", err)
			}
			h.noLeftovers()
			w.set(nil)
			full.Store(false)
			if err := h.s.log.Retry(); err != nil {
				t.Fatal(err)
			}
			h.reopen()
			if h.s.holds.any() {
				t.Error("a hold has come back")
			}
			h.m.dbs[0]["filler"] = entry{value: strings.Repeat("x", map[bool]int{true: 100, false: 8 << 10}[fails == "log"])}
			h.finish()
		})
	}
}

// write makes the log longer.
func (h *trial) write(bytes int) {
	name, value := []byte("filler"), []byte(strings.Repeat("x", bytes))
	err := h.s.Update(h.tx, Keys{Names: [][]byte{name}}, func(tx *Tx) error {
		tx.Log(wordSet, name, value, number(0))
		return tx.Put(name, stringKind, value, 0)
	})
	if err != nil {
		h.fatalf("%v", err)
	}
}

// Who restores over something is refused, and who was interrupted goes on.
func TestRestoreNeedsRoom(t *testing.T) {
	fs := vfs.NewMem()
	mustOpen(t, testOptions(fs, newTestClock())).Close()
	if _, err := BeginRestore(fs, testDir); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a store is overwritten: %v", err)
	}
	r, err := BeginRestore(fs, "/new")
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.CreateTable("000001.sst")
	if err := errors.Join(err, f.Close(), r.Abandon()); err != nil {
		t.Fatal(err)
	}
	o := testOptions(fs, newTestClock())
	o.Dir = "/new"
	if _, err := Open(o); err == nil || !strings.Contains(err.Error(), "unfinished restore") {
		t.Errorf("a half-restored directory opens: %v", err)
	}
	if r, err = BeginRestore(fs, "/new"); err != nil {
		t.Fatal(err)
	}
	if names, _ := fs.List("/new/tables"); len(names) > 0 {
		t.Errorf("%q were left behind", names)
	}
	for _, name := range []string{"", "..", "../LOCK", "a/b"} {
		if _, err := r.CreateTable(name); err == nil {
			t.Errorf("%q is taken for a table", name)
		}
	}
	if err := r.Abandon(); err != nil {
		t.Fatal(err)
	}
}
