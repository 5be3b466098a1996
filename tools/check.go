package tools

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/salvage"
)

// Check compares the parts of a store with one another, in RAM and on disk. The error tells everything that does not
// fit.
func Check(store *persistence.Store, w io.Writer) error {
	if err := store.Check(); err != nil {
		return err
	}
	for database := range store.Databases() {
		keys, expires, err := store.Keys(database)
		if err != nil {
			return err
		}
		if keys > 0 {
			fmt.Fprintf(w, "database %d: %d keys, %d of them expire\n", database, keys, expires)
		}
	}
	_, err := fmt.Fprintf(w, "at log offset %d; nothing is wrong\n", store.LogEnd())
	return err
}

// CheckFiles looks at every byte of a data directory that nobody uses, and changes nothing. It says what is there and
// what is wrong; how many things are wrong is returned.
func CheckFiles(dir string, w io.Writer, p Step) (problems int, err error) {
	lock, err := persistence.LockDirectory(vfs.Default, dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	d, err := examine(dir, p)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return writeFindings(w, d), nil
}

// Step hears now and then what is being done, and how much of it is; the total is 0 if it is not known. It may be nil.
type Step func(what string, done, total int64)

// examine opens a directory and checks it.
func examine(dir string, p Step) (*salvage.Directory, error) {
	d, err := salvage.Open(vfs.Default, dir, p)
	if err != nil {
		return nil, err
	}
	if err := d.Check(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// writeFindings says what was found, and returns how many problems that is.
func writeFindings(w io.Writer, d *salvage.Directory) int {
	list, count := d.Problems()
	listed := 0
	for _, p := range list {
		kind := "note: "
		if !p.Note {
			kind = "wrong: "
			listed++
		}
		fmt.Fprintln(w, kind+p.String())
	}
	if count > listed {
		fmt.Fprintf(w, "wrong: %d more\n", count-listed)
	}
	r := &d.Report
	fmt.Fprintf(w, "tables: %d, %d bytes, %d blocks\n", r.Tables, r.TableBytes, r.Blocks)
	fmt.Fprintf(w, "keys: %d, %d of them expire; %d nodes of collections; %d libraries of functions\n",
		r.Keys, r.Expires, r.Nodes, r.Functions)
	if r.LostKeys > 0 {
		fmt.Fprintf(w, "keys that are missing: %d\n", r.LostKeys)
	}
	fmt.Fprintf(w, "log: %d records, %d bytes, up to offset %d; checkpoint at offset %d\n",
		r.LogRecords, r.LogBytes, r.LogEnd, r.Offset)
	if count == 0 {
		fmt.Fprintln(w, "nothing is wrong")
	}
	return count
}

// LogDirectory finds the log in a data directory: of more than one, which a crash can leave for a moment, the newest.
func LogDirectory(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	best, newest := "", -1
	for _, e := range entries {
		n := 0
		if number, ok := strings.CutPrefix(e.Name(), "log-"); ok {
			if n, err = strconv.Atoi(number); err != nil {
				continue
			}
		} else if e.Name() != "log" {
			continue
		}
		if n > newest {
			best, newest = e.Name(), n
		}
	}
	if best == "" {
		return "", fmt.Errorf("%s has no log", dir)
	}
	return filepath.Join(dir, best), nil
}
