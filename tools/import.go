package tools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
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

// Import takes the keys of an RDB file into a store, which nobody else changes meanwhile. They are not logged: they are
// durable after the next checkpoint, which closing the store makes. Without a store it only looks for what would be
// wrong. What cannot be taken is skipped, and told; an error ends the run, of the file with its offset, and what came
// before is in the store. Progress counts bytes of the file.
func Import(ctx context.Context, store *persistence.Store, r io.Reader, o ImportOptions) (*Report, error) {
	im := newImporter(ctx, store, r, o)
	err := im.run()
	return im.report.finish(), err
}

func newImporter(ctx context.Context, store *persistence.Store, r io.Reader, o ImportOptions) *importer {
	im := &importer{ctx: ctx, store: store, file: rdb.NewReader(r, rdb.Limits{}), report: newReport(), o: o}
	var tx *persistence.Tx
	if store != nil {
		tx = store.Tx()
	}
	im.loader = types.NewLoader(store, tx, types.LoadOptions{Replace: o.Replace, Limits: defaultLimits(), Pace: im.pace})
	return im
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

type importer struct {
	ctx    context.Context
	store  *persistence.Store
	file   *rdb.Reader
	loader *types.Loader
	report *Report
	o      ImportOptions
	paced  int64 // offset at the last look at the progress
}

func (im *importer) run() error {
	for {
		if err := im.ctx.Err(); err != nil {
			return err
		}
		start := im.file.Offset()
		item, err := im.file.Next()
		switch {
		case err == io.EOF:
			return nil
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
		im.skip(Skip{it.DB, slices.Clone(it.Key), "data of the module type " + it.Name})
	case *rdb.SlotImport:
		im.skip(Skip{Reason: "slots that the server was receiving: their keys are not complete"})
	}
	return nil
}

// library takes a library of functions, unless only some keys are wanted.
func (im *importer) library(code string) error {
	o := &im.o
	if len(o.Databases) > 0 || len(o.Types) > 0 || o.Match != "" {
		im.report.Passed++
		return nil
	}
	var broken *persistence.IOError
	if o.LoadLibrary != nil {
		if err := o.LoadLibrary(code, o.Replace); errors.As(err, &broken) {
			return err
		} else if err != nil {
			im.skip(Skip{Reason: "a library of functions: " + err.Error()})
			return nil
		}
	}
	im.report.Libraries++
	return nil
}

func (im *importer) skip(s Skip) {
	im.report.Skipped[s.Reason]++
	if im.o.Skipped != nil {
		im.o.Skipped(s)
	}
}

func (im *importer) key(k *rdb.Key, start int64) error {
	if !im.wants(k) {
		im.report.Passed++
		return nil
	}
	if k.ExpireAtMs != 0 && k.ExpireAtMs <= im.o.NowMs {
		im.report.Expired++
		return nil
	}
	elements, err := im.loader.Load(k)
	if reason := refusal(err); reason != nil {
		im.skip(Skip{k.DB, slices.Clone(k.Name), reason.Error()})
		return nil
	}
	if err == nil {
		im.report.add(k.Type, elements, im.file.Offset()-start)
	}
	return err
}

// wants tells whether a key was asked for.
func (im *importer) wants(k *rdb.Key) bool {
	o := &im.o
	return (len(o.Databases) == 0 || slices.Contains(o.Databases, k.DB)) &&
		(len(o.Types) == 0 || slices.Contains(o.Types, k.Type.String())) &&
		(o.Match == "" || encoding.Match([]byte(o.Match), k.Name, false))
}

// refusals are errors that concern one key only.
var refusals = []error{
	types.ErrBusyKey, types.ErrNoDatabase, types.ErrEmptyCollection, types.ErrElementTwice, types.ErrFieldExpires,
	persistence.ErrKeyTooLong,
}

// refusal is the reason that an error gives why a key cannot be taken, nil if it says something else.
func refusal(err error) error {
	for _, reason := range refusals {
		if errors.Is(err, reason) {
			return reason
		}
	}
	return nil
}

// stepBytes of a file are read between two looks at the progress.
const stepBytes = 256 << 10

// pace shows the progress, and waits when the store asks those who write to do so.
func (im *importer) pace() {
	at := im.file.Offset()
	if at-im.paced < stepBytes {
		return
	}
	im.paced = at
	if im.o.Progress != nil {
		im.o.Progress(at)
	}
	if im.store != nil {
		time.Sleep(im.store.WriteDelay())
	}
}
