package tools

import (
	"errors"
	"fmt"
	"io"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// ExportOptions of Export.
type ExportOptions struct {
	Version      int    // of the format, see rdb.Options
	RedisVersion string // remarked in the file
	NowMs        int64  // keys whose time has come are left out, as Redis does
	Plain        bool   // neither compressed nor summed up: for somebody who reads it at once
	Progress     Progress
}

// NeedVersion returns an error if files of that version cannot be written.
func NeedVersion(version int) error {
	if version < rdb.VersionRedis5 || version > rdb.VersionRedis72 {
		return fmt.Errorf("RDB files are written in versions %d to %d", rdb.VersionRedis5, rdb.VersionRedis72)
	}
	return nil
}

// Export writes all of a store to an RDB file: what it held at one log offset. Others may go on to use it. Progress
// counts keys.
func Export(store *persistence.Store, w io.Writer, o ExportOptions) (_ *Report, err error) {
	if o.Version == 0 {
		o.Version = rdb.DefaultVersion
	}
	n, err := store.Snapshot("export")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	e := exporter{out: rdb.NewWriter(w, rdb.Options{Version: o.Version, Compress: !o.Plain, NoChecksum: o.Plain}), report: newReport(), o: o}
	info := rdb.Info{RedisVersion: o.RedisVersion, CreatedSec: o.NowMs / 1000, UsedMemory: store.HotBytes()}
	if err := e.out.Info(info); err != nil {
		return nil, err
	}
	if err := e.save(store, n); err != nil {
		return nil, err
	}
	if err := e.out.Close(); err != nil {
		return nil, err
	}
	return e.report.finish(), nil
}

// exporter counts what is written.
type exporter struct {
	out    *rdb.Writer
	report *Report
	o      ExportOptions
	keys   int64
}

// exportWorkers make values at once; one of them may be waiting for its turn.
const exportWorkers = 3

// noFunctions is why a library is skipped.
const noFunctions = "a library of functions, which files of such an old version do not have"

func (e *exporter) save(store *persistence.Store, n *persistence.Snapshot) error {
	save := types.SaveOptions{Workers: exportWorkers, NowMs: e.o.NowMs, Wrote: e.wrote, NoFunctions: e.o.Version < rdb.VersionRedis7}
	libraries := int64(len(n.Meta.Functions))
	switch {
	case libraries == 0:
	case save.NoFunctions:
		e.report.Skipped[noFunctions] = libraries
	default:
		e.report.Libraries = libraries
	}
	return types.Save(store, n, e.out, save)
}

func (e *exporter) wrote(t encoding.Type, elements, bytes int64) {
	e.report.add(t, elements, bytes)
	if e.keys++; e.o.Progress != nil && e.keys%keysAStep == 0 {
		e.o.Progress(e.keys)
	}
}

// keysAStep is how many keys are written between two looks at the progress.
const keysAStep = 1024

// ExportFile is Export to a file of that name, in place of one that is there.
func ExportFile(store *persistence.Store, path string, o ExportOptions) (report *Report, err error) {
	err = writeFile(path, func(w io.Writer) error {
		report, err = Export(store, w, o)
		return err
	})
	return report, err
}

// CountKeys is how many keys an export will come to.
func CountKeys(store *persistence.Store) (total int64, err error) {
	for database := range store.Databases() {
		keys, _, err := store.Keys(database)
		if err != nil {
			return 0, err
		}
		total += keys
	}
	return total, nil
}
