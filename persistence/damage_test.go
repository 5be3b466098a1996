package persistence

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// paths lists the files below a directory.
func paths(t *testing.T, fsys vfs.FS, dir string) (list []string) {
	t.Helper()
	names, err := fsys.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	for _, name := range names {
		path := fsys.PathJoin(dir, name)
		info, err := fsys.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			list = append(list, paths(t, fsys, path)...)
		} else {
			list = append(list, path)
		}
	}
	return list
}

// copyOf copies a file system in memory.
func copyOf(t *testing.T, from vfs.FS) *vfs.MemFS {
	t.Helper()
	to := vfs.NewMem()
	if ok, err := vfs.Clone(from, to, testDir, testDir); err != nil || !ok {
		t.Fatal(ok, err)
	}
	return to
}

func mustRead(t *testing.T, fsys vfs.FS, path string) []byte {
	t.Helper()
	b, err := readFile(fsys, path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// mustWrite makes a file; nil removes it.
func mustWrite(t *testing.T, fsys vfs.FS, path string, content []byte) {
	t.Helper()
	if content == nil {
		if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return
	}
	f, err := fsys.Create(path, vfs.WriteCategoryUnspecified)
	if err == nil {
		_, err = f.Write(slices.Clone(content)) // it may be changed
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// lived is a directory as a store leaves it that has served for a while: tables of several checkpoints, a log of
// several segments that reaches beyond the last one, a hold. It was never replayed, so its clock stands still.
func lived(t *testing.T, rng *rand.Rand) *trial {
	h := newTrial(t, spread(50))
	h.rng = rng
	h.o.SegmentBytes, h.o.BackupLogBytes = 8<<10, 1<<30
	h.reopen()
	for range 4 {
		for range 60 {
			h.step()
		}
		h.checkpoint()
	}
	b := h.beginBackup()
	if _, err := b.StartLog(b.Info.Offset); err != nil {
		t.Fatal(err)
	}
	readAll(t, b)
	if err := b.End("somewhere"); err != nil {
		t.Fatal(err)
	}
	for h.s.LogEnd() < b.end+30<<10 {
		h.step()
		if err := h.s.Log().Sync(h.s.LogEnd()); err != nil {
			t.Fatal(err)
		}
	}
	h.end((*Store).Abandon)
	return h
}

// kindOf is what a file is for.
func kindOf(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	switch {
	case isLogName(strings.Split(strings.TrimPrefix(path, testDir+"/"), "/")[0]):
		return "log"
	case strings.HasSuffix(name, ".sst"):
		return "table"
	case strings.HasSuffix(name, ".log"):
		return "Pebble's log"
	case strings.HasPrefix(name, manifestMarker):
		return manifestMarker
	case strings.HasPrefix(name, formatMarker):
		return formatMarker
	}
	return strings.TrimRight(name, "-0123456789")
}

// damages are what may have happened to a file's bytes. The end of the log is not cut off: that is what a crash leaves
// of bytes that were never acknowledged.
func damages(rng *rand.Rand, whole []byte, endOfLog bool) (list [][]byte) {
	list = append(list, nil, []byte{})
	used := len(whole)
	for used > 0 && whole[used-1] == 0 {
		used--
	}
	if used == 0 {
		return list
	}
	if !endOfLog {
		list = append(list, whole[:used/2], whole[:used-1])
	}
	at := []int{0, 1, used - 1, used / 2}
	for range 12 {
		at = append(at, rng.IntN(used))
	}
	if used < len(whole) {
		at = append(at, used+rng.IntN(len(whole)-used))
	}
	for _, i := range at {
		b := slices.Clone(whole)
		b[i] ^= 1 << rng.IntN(8)
		list = append(list, b)
	}
	return list
}

// TestDamagedFile damages every file that a data directory has, in many ways, and one after the other. The store then
// is as it was, to the last key; or what is wrong is said, with the file, and nothing else is lost by the try: with the
// file as it was, everything is there.
func TestDamagedFile(t *testing.T) {
	long(t)
	rng := newRand(t)
	h := lived(t, rng)
	kinds := map[string]int{}
	refused := map[string]int{}
	logs := paths(t, h.o.FS, testDir+"/log")
	for _, path := range paths(t, h.o.FS, testDir) {
		whole := mustRead(t, h.o.FS, path)
		for i, damaged := range damages(rng, whole, path == logs[len(logs)-1]) {
			o := h.o
			o.FS = copyOf(t, h.o.FS)
			mustWrite(t, o.FS, path, damaged)
			kinds[kindOf(path)]++
			err := h.tryDamaged(o)
			if err != nil {
				refused[kindOf(path)]++
				if !namesFile(err, path) {
					t.Errorf("damage %d of %s: the error does not name it: %v", i, path, err)
				}
			}
			mustWrite(t, o.FS, path, whole)
			if err := h.tryDamaged(o); err != nil {
				t.Errorf("damage %d of %s (%v), and mended again: %v", i, path, err, err)
			}
		}
	}
	t.Logf("damaged %v\nrefused %v", kinds, refused)
	for _, kind := range []string{"IDENTITY", "HOLDS", "log", "table", "MANIFEST", "OPTIONS", manifestMarker, formatMarker} {
		if kinds[kind] == 0 {
			t.Errorf("no %s was damaged", kind)
		}
	}
}

// tryDamaged starts a store and looks at everything in it.
func (h *trial) tryDamaged(o Options) (err error) {
	s, err := openStore(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Abandon()) }()
	if err := h.m.compare(s, h.clock.ms.Load()); err != nil {
		return err
	}
	return checkAll(s)
}

// namesFile tells whether an error names a file, or a table by its number as Pebble does.
func namesFile(err error, path string) bool {
	name := path[strings.LastIndexByte(path, '/')+1:]
	if stem, ok := strings.CutSuffix(name, ".sst"); ok {
		return strings.Contains(err.Error(), stem)
	}
	if strings.HasPrefix(name, manifestMarker) || strings.HasPrefix(name, formatMarker) {
		name = kindOf(path)
	}
	if kindOf(path) == "log" && (strings.Contains(err.Error(), "the segment") || strings.Contains(err.Error(), "no segments")) {
		return true // it is missing: its neighbour is named, or that there is none
	}
	return strings.Contains(err.Error(), name)
}

// TestMissingParts: a directory that has held data is never taken for a new one, whatever is missing.
func TestMissingParts(t *testing.T) {
	for _, v := range []struct {
		name    string
		missing []string // names or their beginnings
		says    string
	}{
		{"marker", []string{"tables/marker.manifest"}, "marker.manifest"},
		{"marker and log", []string{"tables/marker.manifest", "log/"}, "marker.manifest"},
		{"marker, log, name", []string{"tables/marker.manifest", "log/", "IDENTITY"}, "marker.manifest"},
		{"format", []string{"tables/marker.format-version"}, "marker.format-version"},
		{"all markers", []string{"tables/marker."}, "marker.manifest"},
		{"manifests", []string{"tables/MANIFEST"}, "MANIFEST-"},
		{"tables", []string{"tables/"}, "tables"},
		{"tables and log", []string{"tables/", "log/"}, "tables"},
		{"tables and name", []string{"tables/", "IDENTITY"}, "tables"},
		{"log", []string{"log/"}, "/log"},
		{"log and name", []string{"log/", "IDENTITY"}, "/log"},
	} {
		for _, checkpoint := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, checkpoint %v", v.name, checkpoint), func(t *testing.T) {
				h := newTrial(t, spread(10))
				for range 50 {
					h.step()
				}
				if checkpoint {
					h.checkpoint()
				} else if v.name == "log and name" {
					t.Skip("nothing tells that from a store that has just been made")
				}
				h.step()
				h.end((*Store).Abandon)
				good := h.o.FS
				h.o.FS = copyOf(t, good)
				for _, path := range paths(t, h.o.FS, testDir) {
					rest := strings.TrimPrefix(path, testDir+"/")
					if slices.ContainsFunc(v.missing, func(m string) bool { return strings.HasPrefix(rest, m) }) {
						mustWrite(t, h.o.FS, path, nil)
					}
				}
				if err := h.tryDamaged(h.o); err == nil || !strings.Contains(err.Error(), v.says) {
					t.Fatalf("%v", err)
				}
				for _, path := range paths(t, good, testDir) {
					if _, err := h.o.FS.Stat(path); err != nil {
						if err := h.o.FS.MkdirAll(good.PathDir(path), 0o755); err != nil {
							t.Fatal(err)
						}
						mustWrite(t, h.o.FS, path, mustRead(t, good, path))
					}
				}
				if err := h.tryDamaged(h.o); err != nil {
					t.Fatalf("with everything in its place again: %v", err)
				}
				h.open()
			})
		}
	}
}

// TestDirectoriesMissing is the same with whole directories.
func TestDirectoriesMissing(t *testing.T) {
	h := newTrial(t, spread(10))
	for range 50 {
		h.step()
	}
	h.checkpoint()
	h.end((*Store).Abandon)
	for _, dirs := range [][]string{{"tables"}, {"log"}, {"tables", "log"}} {
		o := h.o
		o.FS = copyOf(t, h.o.FS)
		for _, dir := range dirs {
			if err := o.FS.Rename(o.FS.PathJoin(testDir, dir), o.FS.PathJoin(testDir, "lost-"+dir)); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.tryDamaged(o); err == nil || !strings.Contains(err.Error(), dirs[0]) {
			t.Fatalf("without %v: %v", dirs, err)
		}
		for _, dir := range dirs {
			if err := o.FS.Rename(o.FS.PathJoin(testDir, "lost-"+dir), o.FS.PathJoin(testDir, dir)); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.tryDamaged(o); err != nil {
			t.Fatalf("with %v again: %v", dirs, err)
		}
	}
	h.open()
}

// TestForeignLog: a log of another store, or a segment of it, is found out.
func TestForeignLog(t *testing.T) {
	other := newTrial(t, spread(10))
	other.end((*Store).Abandon)
	other.o.FS, other.o.HashSeed = vfs.NewMem(), 43
	other.open()
	for range 300 {
		other.write(100)
	}
	other.end((*Store).Abandon)
	h := newTrial(t, spread(10))
	for range 50 {
		h.step()
	}
	h.end((*Store).Abandon)
	for _, path := range paths(t, other.o.FS, testDir+"/log") {
		mustWrite(t, h.o.FS, path, mustRead(t, other.o.FS, path))
		if err := h.tryDamaged(h.o); err == nil || !namesFile(err, path) || !strings.Contains(err.Error(), "another store") {
			t.Fatalf("%v", err)
		}
		mustWrite(t, h.o.FS, path, nil)
	}
	if err := h.tryDamaged(h.o); err != nil {
		t.Fatal(err)
	}
	h.open()
}

// TestManifestEnd flips each of the last bytes of the manifest, where a crash may have torn it, when the log does not
// reach back behind what is told there: Pebble would open what was before, and remove the tables that count.
func TestManifestEnd(t *testing.T) {
	long(t)
	h := newTrial(t, spread(30))
	h.o.SegmentBytes = 4 << 10
	h.reopen()
	for _, restarted := range []bool{false, true} {
		for range 5 {
			for range 30 {
				h.step()
			}
			if err := h.s.Log().Sync(h.s.LogEnd()); err != nil {
				t.Fatal(err)
			}
			settleLog(h.s)
			h.checkpoint()
		}
		h.end((*Store).Abandon)
		if restarted { // then the manifest is new, and its last record is nearly its only one
			h.open()
			h.end((*Store).Abandon)
		}
		marker := newest(mustList(t, h.o.FS, testDir+"/tables"), manifestMarker)
		path := testDir + "/tables/" + marker[strings.Index(marker, "MANIFEST"):]
		whole := mustRead(t, h.o.FS, path)
		refused := 0
		for at := max(0, len(whole)-300); at < len(whole); at++ {
			o := h.o
			o.FS = copyOf(t, h.o.FS)
			b := slices.Clone(whole)
			b[at] ^= 1 << (at % 8)
			mustWrite(t, o.FS, path, b)
			before := paths(t, o.FS, testDir)
			if err := h.tryDamaged(o); err != nil {
				refused++
				if !namesFile(err, path) {
					t.Fatalf("byte %d of %d: %v", at, len(whole), err)
				}
				after := slices.DeleteFunc(paths(t, o.FS, testDir), func(path string) bool { return strings.HasSuffix(path, "LOCK") })
				before = slices.DeleteFunc(before, func(path string) bool { return strings.HasSuffix(path, "LOCK") })
				if !slices.Equal(before, after) {
					t.Fatalf("byte %d: refused, but of\n%v\nis left\n%v", at, before, after)
				}
			}
			mustWrite(t, o.FS, path, whole)
			if err := h.tryDamaged(o); err != nil {
				t.Fatalf("byte %d of %d, and mended again: %v", at, len(whole), err)
			}
		}
		t.Logf("restarted %v: %d refused", restarted, refused)
		if refused == 0 {
			t.Error("nothing was refused")
		}
		h.open()
	}
	h.finish()
}

func mustList(t *testing.T, fsys vfs.FS, dir string) []string {
	t.Helper()
	names, err := fsys.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// settleLog waits until the log has begun the segment that is due.
func settleLog(s *Store) {
	for range 3 {
		_ = s.log.Sync(s.LogEnd())
		time.Sleep(5 * time.Millisecond)
	}
}
