package tools

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/types"
)

// ImportOptions of Import.
type ImportOptions struct {
	Replace   bool     // keys that are there; else they are skipped
	Databases []int    // whose keys are wanted; none: all
	Match     string   // a glob that names match; "": all
	Types     []string // as the TYPE command names them; none: all
	NowMs     int64    // keys whose time has come are left out, as Redis does
	// LoadLibrary takes a library of functions (server.LoadLibrary). nil takes them
	// without a look, which is for an import without a store.
	LoadLibrary func(code string, replace bool) error
	// Skipped hears of everything that cannot be taken. It may be nil.
	Skipped  func(s Skip)
	Progress Progress
}

// Validate finds a wrong word in the options.
func (o *ImportOptions) Validate() error {
	for _, name := range o.Types {
		if !isType(name) {
			return fmt.Errorf("there is no type %q", name)
		}
	}
	return nil
}

func isType(name string) bool {
	for t := encoding.TypeString; t <= encoding.TypeStream; t++ {
		if t.String() == name {
			return true
		}
	}
	return false
}

// Skip is something in a file that cannot be taken.
type Skip struct {
	Database int
	Key      []byte // nil: it is no key
	Reason   string
}

func (s Skip) String() string {
	if s.Key == nil {
		return s.Reason
	}
	return fmt.Sprintf("database %d, key %.200q: %s", s.Database, s.Key, s.Reason)
}

// defaultLimits are those of a server that was not told otherwise.
func defaultLimits() types.Limits {
	p := rdb.DefaultPacking
	return types.Limits{
		Hash:      types.HashLimits{Entries: int64(p.HashMaxEntries), ValueBytes: int64(p.HashMaxValue)},
		ZSet:      types.ZSetLimits{Entries: int64(p.ZSetMaxEntries), MemberBytes: int64(p.ZSetMaxValue)},
		MaxIntset: int64(p.SetMaxIntset),
	}
}

// importer reads an RDB file, and hands on what was asked for.
type importer struct {
	ctx    context.Context
	file   *rdb.Reader
	to     destination
	report *Report
	o      ImportOptions
	paced  int64 // offset at the last look at the progress
}

// destination takes keys and libraries. What it cannot take it hands to importer.skip, or does so later, in a report of
// its own.
type destination interface {
	// key takes a key, whose first byte is at start, and counts it.
	key(k *rdb.Key, start int64) error
	library(code string) error
	// end is called after the last.
	end() error
}

func newImporter(ctx context.Context, r io.Reader, o ImportOptions) *importer {
	return &importer{ctx: ctx, file: rdb.NewReader(r, rdb.Limits{}), report: newReport(), o: o}
}

func (im *importer) run() error {
	for {
		if err := im.ctx.Err(); err != nil {
			return err
		}
		start := im.file.Offset()
		im.pace()
		item, err := im.file.Next()
		switch {
		case err == io.EOF:
			return im.to.end()
		case err != nil:
			return err
		}
		if err := im.item(item, start); err != nil {
			return err
		}
	}
}

func (im *importer) item(item rdb.Item, start int64) error {
	switch it := item.(type) {
	case *rdb.Key:
		return im.key(it, start)
	case *rdb.Function:
		return im.library(string(it.Code))
	case *rdb.Module:
		im.module(it)
	case *rdb.SlotImport:
		im.skip(Skip{Reason: "slots that the server was receiving: their keys are not complete"})
	}
	return nil
}

// module skips what a module has written.
func (im *importer) module(m *rdb.Module) {
	if m.Key == nil {
		im.skip(Skip{Reason: "data beside the keys of the module type " + m.Name})
		return
	}
	im.skip(Skip{m.DB, slices.Clone(m.Key), "data of the module type " + m.Name})
}

// library takes a library of functions, unless only some keys are wanted.
func (im *importer) library(code string) error {
	if im.o.isChoice() {
		im.report.Passed++
		return nil
	}
	return im.to.library(code)
}

func (im *importer) skip(s Skip) {
	im.report.Skipped[s.Reason]++
	if im.o.Skipped != nil {
		im.o.Skipped(s)
	}
}

func (im *importer) key(k *rdb.Key, start int64) error {
	if counted := im.passes(k); counted != nil {
		*counted++
		return nil
	}
	return im.to.key(k, start)
}

// passes is the count of those like a key that is not taken, and nothing wrong with that; else nil.
func (im *importer) passes(k *rdb.Key) *int64 {
	switch {
	case !im.wants(k):
		return &im.report.Passed
	case k.ExpireAtMs != 0 && k.ExpireAtMs <= im.o.NowMs:
		return &im.report.Expired
	}
	return nil
}

// isChoice tells whether only some keys are wanted.
func (o *ImportOptions) isChoice() bool {
	return len(o.Databases) > 0 || len(o.Types) > 0 || o.Match != ""
}

// wants tells whether a key was asked for.
func (im *importer) wants(k *rdb.Key) bool {
	o := &im.o
	return (len(o.Databases) == 0 || slices.Contains(o.Databases, k.DB)) &&
		(len(o.Types) == 0 || slices.Contains(o.Types, k.Type.String())) &&
		(o.Match == "" || encoding.Match([]byte(o.Match), k.Name, false))
}

// stepBytes of a file are read between two looks at the progress.
const stepBytes = 256 << 10

// pace shows the progress.
func (im *importer) pace() {
	at := im.file.Offset()
	if at-im.paced < stepBytes {
		return
	}
	im.paced = at
	if im.o.Progress != nil {
		im.o.Progress(at)
	}
}
