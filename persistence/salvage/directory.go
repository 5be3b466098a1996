package salvage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/wal"
)

// Parts of a data directory.
const (
	tablesDir   = "tables"
	logDir      = "log"
	tableSuffix = ".sst"
)

// Directory is a data directory that is being examined. Nobody else may use it.
type Directory struct {
	fs   vfs.FS
	dir  string
	step func(what string, done, total int64)

	findings
	src     source
	meta    *encoding.Meta
	unnamed int // tables that no manifest names
	missing int // tables that one names
	// distrust the manifest: tables that it does not name count too.
	distrust bool
	logFirst int64
	// tablesDamaged: the tables cannot be used as they are.
	tablesDamaged bool
	// logDamaged: the log cannot be used as it is.
	logDamaged bool
	logCorrupt bool  // a start refuses it
	logEnd     int64 // what can be had of the log ends here
	history    wal.History
	named      bool // it has an identity, as every store that has served

	Report Report
}

// Report is what was found besides problems.
type Report struct {
	Tables, Blocks, DamagedBlocks int
	TableBytes                    int64
	Keys, Expires, Nodes          int64
	LostKeys                      int64 // that Meta counts and that are not there
	Offset, LogEnd                int64
	LogRecords, LogBytes          int64
	Functions                     int
}

// Open looks at all files of a data directory. What is wrong is not an error;
// files that cannot be read are. step hears of progress; it may be nil.
func Open(fs vfs.FS, dir string, step func(what string, done, total int64)) (*Directory, error) {
	if step == nil {
		step = func(string, int64, int64) {}
	}
	d, err := open(fs, dir, step, false)
	if err != nil || !d.endsEarly() {
		return d, err
	}
	// A manifest whose end is cut off ends like any other. But then there are tables that it does not name.
	if err := d.Close(); err != nil {
		return nil, err
	}
	return open(fs, dir, step, true)
}

func open(fs vfs.FS, dir string, step func(string, int64, int64), distrust bool) (*Directory, error) {
	d := &Directory{fs: fs, dir: dir, step: step, distrust: distrust}
	for _, part := range []func() error{d.openTables, d.readMeta, d.checkIdentity, d.examineLog} {
		if err := part(); err != nil {
			return nil, errors.Join(err, d.Close())
		}
	}
	return d, nil
}

// endsEarly tells whether something shows that edits are missing at the end of
// the manifest.
func (d *Directory) endsEarly() bool {
	return d.unnamed > 0 && (d.missing > 0 || d.logFirst > d.needed())
}

// Close closes the files.
func (d *Directory) Close() error { return d.src.close() }

// Problems are what was found to be wrong, and notes, in the order in which they
// were found; count is how many problems there are, listed or not.
func (d *Directory) Problems() (list []Problem, count int) { return d.list, d.count }

func (d *Directory) tablePath(name string) string { return d.fs.PathJoin(d.dir, tablesDir, name) }

func (d *Directory) openTables() error {
	names, err := d.fs.List(d.fs.PathJoin(d.dir, tablesDir))
	if err != nil {
		return err
	}
	slices.Sort(names)
	m, err := d.readManifests(names)
	if err != nil {
		return err
	}
	if err := d.checkOptions(names); err != nil {
		return err
	}
	return d.addTables(names, m)
}

// readManifests reads the manifest that counts, and the others if that one is
// not whole.
func (d *Directory) readManifests(names []string) (*manifest, error) {
	current, marked := currentManifest(names)
	if !marked {
		d.tablesDamaged = true
		d.fail("tables: no marker says which manifest counts")
	}
	var m *manifest
	if slices.Contains(names, current) {
		var err error
		if m, err = d.readManifest(current); err != nil || m.whole && !d.distrust {
			return m, err
		}
		if m.whole {
			d.tablesDamaged = true
			d.add(Problem{File: tablesDir + "/" + current, At: -1, Text: "its end is missing: there are tables that it should name"})
		}
	} else {
		d.tablesDamaged = true
		d.fail("tables: the manifest %s is missing", current)
	}
	for _, name := range slices.Backward(names) {
		if !strings.HasPrefix(name, manifestPrefix) || name == current {
			continue
		}
		older, err := d.readManifest(name)
		if err != nil {
			return nil, err
		}
		m = m.with(older)
	}
	if m == nil {
		return newManifest(), nil
	}
	m.whole = false
	return m, nil
}

// with adds what an older manifest knows.
func (m *manifest) with(older *manifest) *manifest {
	if m == nil {
		return older
	}
	for n, t := range older.known {
		if _, ok := m.known[n]; !ok {
			m.known[n] = t
		}
	}
	for n := range older.gone {
		m.gone[n] = m.gone[n] || !m.live[n]
	}
	return m
}

func (d *Directory) readManifest(name string) (*manifest, error) {
	return readManifest(d.fs, d.tablePath(name), func(at int64, text string) {
		d.tablesDamaged = true
		d.add(Problem{File: tablesDir + "/" + name, At: at, Text: text})
	})
}

// checkOptions reads what Pebble compares its options with at a start.
func (d *Directory) checkOptions(names []string) error {
	versions := 0
	for _, name := range names {
		switch {
		case strings.HasPrefix(name, "marker.format-version."):
			versions++
		case strings.HasPrefix(name, optionsPrefix):
			b, err := readFile(d.fs, d.tablePath(name))
			if err != nil {
				return err
			}
			var o pebble.Options
			if err := o.Parse(string(b), nil); err != nil {
				d.tablesDamaged = true
				d.add(Problem{File: tablesDir + "/" + name, At: -1, Text: "not readable: " + err.Error()})
			}
		}
	}
	if versions == 0 {
		d.tablesDamaged = true
		d.fail("tables: no marker names the version of the format")
	}
	return nil
}

// addTables opens all tables, those too that no manifest names: they do not
// count, unless a manifest is damaged.
func (d *Directory) addTables(names []string, m *manifest) error {
	byFile := map[uint64][]uint64{} // which live tables are in a file
	for n := range m.live {
		byFile[m.known[n].file] = append(byFile[m.known[n].file], n)
	}
	present := map[uint64]bool{}
	for i, name := range names {
		d.step("tables", int64(i), int64(len(names)))
		stem, ok := strings.CutSuffix(name, tableSuffix)
		number, err := strconv.ParseUint(stem, 10, 64)
		if !ok || err != nil {
			continue
		}
		present[number] = true
		live := byFile[number]
		if len(live) == 0 && (m.whole || m.gone[number]) {
			if err := d.addUnnamed(name, number); err != nil {
				return err
			}
			continue
		}
		if len(live) == 0 {
			live = []uint64{number}
		}
		for _, n := range live {
			if err := d.addTable(name, n, m); err != nil {
				return err
			}
		}
	}
	for n := range m.live {
		if !present[m.known[n].file] {
			d.missingTable(m.known[n])
		}
	}
	d.assignRanks(m)
	return d.src.finish()
}

// addUnnamed reads a table that does not count, to say whether it is whole.
func (d *Directory) addUnnamed(name string, number uint64) error {
	d.unnamed++
	d.add(Problem{File: tablesDir + "/" + name, At: -1, Note: true,
		Text: "no manifest names this table: what a crash has left of a checkpoint or a compaction"})
	t := &table{name: name, number: number, rank: func(seq uint64) uint64 { return seq }}
	err := openTable(d.fs, d.tablePath(name), t, func(at int64, text string) {
		d.add(Problem{File: tablesDir + "/" + name, At: at, Text: text, Note: true})
	})
	return errors.Join(err, t.close())
}

func (d *Directory) addTable(name string, number uint64, m *manifest) error {
	t := &table{name: name, number: number}
	t.info, t.known = m.known[number]
	err := openTable(d.fs, d.tablePath(name), t, func(at int64, text string) {
		d.tablesDamaged = true
		d.add(Problem{File: tablesDir + "/" + name, At: at, Text: text})
	})
	d.src.tables = append(d.src.tables, t)
	if info, e := t.file.Stat(); e == nil {
		d.Report.TableBytes += info.Size()
	}
	d.Report.Tables++
	d.Report.Blocks += t.blocks
	d.Report.DamagedBlocks += t.damaged
	return err
}

func (d *Directory) missingTable(t tableInfo) {
	d.tablesDamaged = true
	d.missing++
	if d.distrust {
		return // a compaction may have put something in its place
	}
	d.fail("tables/%06d.sst is missing: it had %s", t.file, rangeText(t.smallest, t.largest))
	d.src.holes = append(d.src.holes, hole{after: before(t.smallest), upto: t.largest, rank: t.maxSeq << 1})
}

// assignRanks says for each table how its rows compare with those of others: by
// sequence numbers, as far as manifests tell. All rows of a table that came from
// a checkpoint have the same one, and it is not in the table: if no manifest
// tells it, the table is as new as its number among those that came so.
func (d *Directory) assignRanks(m *manifest) {
	slices.SortFunc(d.src.tables, func(a, b *table) int { return int(a.number) - int(b.number) })
	newest := uint64(0)
	for _, t := range d.src.tables {
		switch {
		case t.known && t.info.minSeq == t.info.maxSeq:
			seq := t.info.minSeq
			t.rank = func(uint64) uint64 { return seq << 1 }
			newest = max(newest, seq<<1)
		case t.known || len(m.known) > 0 && !t.fromCheckpoint():
			t.rank = func(seq uint64) uint64 { return seq << 1 }
		case len(m.known) > 0:
			newest++
			rank := newest
			t.rank = func(uint64) uint64 { return rank }
		case t.fromCheckpoint():
			number := t.number
			t.rank = func(uint64) uint64 { return number << 1 }
		default:
			// A compaction drops the sequence numbers of what lies below all else.
			number := t.number
			t.rank = func(seq uint64) uint64 {
				if seq == 0 {
					return 0
				}
				return number << 1
			}
		}
	}
}

// fromCheckpoint tells whether a checkpoint has written a table: those are not
// compressed, other than what compactions write.
func (t *table) fromCheckpoint() bool {
	if t.reader == nil {
		return false
	}
	p, err := t.reader.ReadPropertiesBlock(context.Background(), nil)
	return err == nil && p.CompressionName == "NoCompression"
}

func (d *Directory) readMeta() error {
	value, ok, err := d.src.get(encoding.AppendMetaKey(nil))
	if err != nil {
		return err
	}
	if ok {
		d.meta, err = encoding.ParseMeta(value)
	}
	switch {
	case err != nil:
		d.fail("Meta, which says what the tables stand for: %v", err)
	case !ok:
		d.fail("Meta, which says what the tables stand for, is lost")
	default:
		d.Report.Offset, d.Report.Functions = d.meta.Offset, len(d.meta.Functions)
	}
	if d.meta == nil {
		d.tablesDamaged = true
	}
	return nil
}

// identityFile names the directory's tables; identityBytes is the length of that
// name.
const (
	identityFile  = "IDENTITY"
	identityBytes = 40
)

// checkIdentity reads the name of the directory's tables. A start makes one if it
// is missing, and refuses one that is damaged.
func (d *Directory) checkIdentity() error {
	b, err := readFile(d.fs, d.fs.PathJoin(d.dir, identityFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(strings.TrimSpace(string(b))) != identityBytes:
		d.add(Problem{File: identityFile, At: -1, Text: "damaged"})
	}
	d.named = true
	return nil
}

// logPath is where the log that counts is.
func (d *Directory) logPath() string {
	name := logDir
	if d.meta != nil && d.meta.LogEpoch > 0 {
		name = fmt.Sprintf("%s-%d", logDir, d.meta.LogEpoch)
	}
	return d.fs.PathJoin(d.dir, name)
}
