package tools

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/salvage"
)

// Directories within the data directory, during and after a repair.
const (
	repairing  = "repairing" // what is being made; of no use if the repair does not end
	damagedDir = "damaged"   // what was there before, a directory for each repair
	reportFile = "REPORT.txt"
	// identityFile tells the tables of a directory from others with the same numbers: other tables, another identity.
	identityFile = "IDENTITY"
)

// rename is os.Rename, but for tests that end a repair there.
var rename = os.Rename

// RepairOptions of Repair.
type RepairOptions struct {
	// Open opens a data directory as a start would, but passes over what of the log does not fit what is there any
	// more, and tells it to failed (server.OpenSalvaged).
	Open func(dir string, failed func(args [][]byte, err error)) (*persistence.Store, error)
	Now  func() time.Time
	Step Step
}

// Repair checks a data directory that nobody uses, and makes it whole if it is not. It writes to w what is wrong, and
// every loss. A sound copy is made beside what is there, of all that can be had, and checked; then it takes the place
// of what was there, which is kept. So a repair that is interrupted has changed nothing, or is finished by the next.
func Repair(dir string, w io.Writer, o RepairOptions) (err error) {
	lock, err := persistence.LockDirectory(vfs.Default, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if _, err := os.Stat(filepath.Join(dir, persistence.RepairedDir)); err == nil {
		fmt.Fprintln(w, "a repair was interrupted; it is finished now")
		return exchange(dir, w)
	}
	var report bytes.Buffer
	r := &repair{dir: dir, work: filepath.Join(dir, repairing), out: io.MultiWriter(w, &report), o: o}
	changed, err := r.run()
	if err != nil || !changed {
		return errors.Join(err, os.RemoveAll(r.work))
	}
	return r.commit(&report, w)
}

type repair struct {
	dir, work string
	out       io.Writer
	o         RepairOptions
	losses    int
}

// run makes the sound copy; changed is false if there is nothing to repair.
func (r *repair) run() (changed bool, err error) {
	d, err := examine(r.dir, r.o.Step)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if writeFindings(r.out, d) == 0 {
		return false, nil
	}
	if err := os.RemoveAll(r.work); err != nil {
		return false, err
	}
	if err := os.Mkdir(r.work, 0o755); err != nil {
		return false, err
	}
	if err := r.build(d); err != nil {
		return false, err
	}
	if err := r.replay(); err != nil {
		return false, err
	}
	return true, r.verify()
}

// lost tells of a loss.
func (r *repair) lost(text string) {
	r.losses++
	fmt.Fprintln(r.out, "lost: "+text)
}

func (r *repair) build(d *salvage.Directory) error {
	tables := filepath.Join(r.work, tablesDir)
	var err error
	if d.TablesDamaged() {
		err = d.Rebuild(tables, r.lost)
	} else {
		err = d.CopyTables(tables)
	}
	if err != nil {
		return fmt.Errorf("making new tables: %w", err)
	}
	if d.LogDamaged() {
		err = d.RebuildLog(r.work, persistence.NewReplicationID())
	} else {
		err = d.CopyLog(r.work)
	}
	if err != nil {
		return fmt.Errorf("making a new log: %w", err)
	}
	return nil
}

// replay carries out what the log holds beyond the checkpoint, and checks the outcome.
func (r *repair) replay() (err error) {
	store, err := r.o.Open(r.work, func(args [][]byte, err error) {
		name := ""
		if len(args) > 1 {
			name = fmt.Sprintf(" %.100q", args[1])
		}
		r.lost(fmt.Sprintf("the log's %s%s does not fit what is there: %v", args[0], name, err))
	})
	if err != nil {
		return fmt.Errorf("opening what was made: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Check(); err != nil {
		return fmt.Errorf("what was made is not whole: %w", err)
	}
	return nil
}

// verify looks at what was made as a check would.
func (r *repair) verify() (err error) {
	d, err := examine(r.work, r.o.Step)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if list, count := d.Problems(); count > 0 {
		return fmt.Errorf("what was made is not whole: %v", list[0])
	}
	return nil
}

// commit keeps the report and brings what was made into its place.
func (r *repair) commit(report *bytes.Buffer, w io.Writer) error {
	fmt.Fprintf(report, "repaired %s\n", r.o.Now().Format(time.RFC3339))
	err := writeFile(filepath.Join(r.work, reportFile), func(w io.Writer) error {
		_, err := w.Write(report.Bytes())
		return err
	})
	if err != nil {
		return err
	}
	for _, dir := range []string{r.work, r.dir} {
		if err := syncDirectory(dir); err != nil {
			return err
		}
	}
	// From here on servers refuse the directory until the exchange is done.
	if err := rename(r.work, filepath.Join(r.dir, persistence.RepairedDir)); err != nil {
		return err
	}
	if err := syncDirectory(r.dir); err != nil {
		return err
	}
	return exchange(r.dir, w)
}

// exchange moves what was there into a directory of its own, and what was made into its place. Begun again after an
// interruption it does what is left to do: a part that is still in the directory of what was made has not been moved.
func exchange(dir string, w io.Writer) error {
	made := filepath.Join(dir, persistence.RepairedDir)
	names, err := partsOf(made)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		if err := exchangeParts(dir, made, names, w); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(made); err != nil {
		return err
	}
	return syncDirectory(dir)
}

func exchangeParts(dir, made string, names []string, w io.Writer) error {
	keep, err := keepDir(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "what was there is in %s, with a report\n", keep)
	for _, name := range names {
		for _, old := range replacedBy(dir, name) {
			if err := rename(filepath.Join(dir, old), filepath.Join(keep, old)); err != nil {
				return err
			}
		}
		if err := syncDirectory(keep); err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if name == reportFile {
			to = filepath.Join(keep, name)
		}
		if err := rename(filepath.Join(made, name), to); err != nil {
			return err
		}
		if err := syncDirectory(dir); err != nil {
			return err
		}
	}
	return syncDirectory(keep)
}

// keepDir makes a directory for what was there.
func keepDir(dir string) (string, error) {
	parent := filepath.Join(dir, damagedDir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		keep := filepath.Join(parent, fmt.Sprint(n))
		err := os.Mkdir(keep, 0o755)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		return keep, errors.Join(err, syncDirectory(parent), syncDirectory(dir))
	}
}

// partsOf lists what a repair has made and not moved yet: log, tables, report.
func partsOf(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if name := e.Name(); isLog(name) || name == tablesDir || name == identityFile || name == reportFile {
			names = append(names, name)
		}
	}
	return names, err
}

func isLog(name string) bool { return name == "log" || strings.HasPrefix(name, "log-") }

// replacedBy lists what of the old directory goes when a part takes its place: all logs for one.
func replacedBy(dir, name string) (old []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if e.Name() == name || isLog(name) && isLog(e.Name()) {
			old = append(old, e.Name())
		}
	}
	return old
}
