package persistence

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

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
	r, err := BeginRestore(o.FS, o.Dir)
	if err != nil {
		h.fatalf("%v", err)
	}
	for name, content := range tables {
		f, err := r.CreateTable(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			h.fatalf("%v", err)
		}
	}
	id := NewReplicationID()
	w, err := r.Log(b.Info.LogEpoch, b.Info.Offset, wal.History{ID: id, PrevID: b.Info.History.ID, PrevEnd: m.offset}, h.o.Now().UnixMilli)
	if err != nil {
		h.fatalf("%v", err)
	}
	for _, rec := range log {
		if keep := min(int64(len(rec.Payload)), m.offset-rec.Start); keep > 0 {
			w.AppendRaw(rec.Payload[:keep], -1)
		}
	}
	if err := errors.Join(w.Close(), r.Finish()); err != nil {
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
