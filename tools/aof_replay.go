package tools

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/cairndb/cairn/encoding/aof"
	"github.com/cairndb/cairn/persistence"
)

// ReplayOptions of AOF.Replay.
type ReplayOptions struct {
	// Apply carries out a command (server.Offline.Apply).
	Apply persistence.Apply
	// LoadLibrary takes a library of functions (server.Offline.LoadLibrary).
	LoadLibrary func(code string, replace bool) error
	Skipped     func(s Skip) // hears of everything that cannot be carried out; or nil
	Note        func(line string)
	Progress    Progress // counts bytes
}

// Replay carries out an AOF on a store that is empty and that nobody else uses, and returns what it could not carry
// out, by reason. A tail that a crash has cut short is left out, with a note that says where, as Redis does it by
// default. Errors name file and offset.
func (a *AOF) Replay(ctx context.Context, store *persistence.Store, o ReplayOptions) (skipped map[string]int64, err error) {
	p := &replayer{ctx: ctx, store: store, tx: store.Tx(), o: o, report: newReport()}
	p.tx.Replay = true
	for i, part := range a.parts {
		if err := p.part(part, i == len(a.parts)-1); err != nil {
			return p.report.Skipped, fmt.Errorf("%s: %w", part.path, err)
		}
		p.done += part.bytes
	}
	return p.report.Skipped, nil
}

type replayer struct {
	ctx     context.Context
	store   *persistence.Store
	tx      *persistence.Tx
	o       ReplayOptions
	report  *Report
	done    int64 // bytes of the parts before
	paced   int64
	noPlace bool // the selected database does not exist here
}

func (p *replayer) part(part aofPart, last bool) error {
	f, err := os.Open(part.path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	offset, err := p.preamble(f, part)
	if err != nil {
		return err
	}
	end := part.bytes
	if last {
		if end, err = p.intact(f, part, offset); err != nil {
			return err
		}
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	p.tx.Select(0)
	p.noPlace = false
	return p.commands(aof.NewReader(io.LimitReader(f, end-offset), offset))
}

// preamble loads the RDB file that a part begins with, and returns where it ends.
func (p *replayer) preamble(f io.Reader, part aofPart) (int64, error) {
	if !part.isRDB {
		return 0, nil
	}
	im := newImporter(p.ctx, f, ImportOptions{LoadLibrary: p.o.LoadLibrary, Skipped: p.o.Skipped, Progress: p.progress})
	err := im.into(p.store)
	for reason, n := range im.report.Skipped {
		p.report.Skipped[reason] += n
	}
	return im.file.Offset(), err
}

func (p *replayer) progress(at int64) {
	if p.o.Progress != nil {
		p.o.Progress(p.done + at)
	}
}

// intact finds the end of the last part's whole commands.
func (p *replayer) intact(f io.ReadSeeker, part aofPart, offset int64) (int64, error) {
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	end, err := aof.Intact(f, offset)
	if !errors.Is(err, aof.ErrTruncated) {
		return end, err
	}
	if p.o.Note != nil {
		p.o.Note(fmt.Sprintf("%s: %v: the last %d bytes of it are left out", part.path, err, part.bytes-end))
	}
	return end, nil
}

func (p *replayer) commands(r *aof.Reader) error {
	for {
		args, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.command(args, r.TimeSec()); err != nil {
			return fmt.Errorf("offset %d: %.40q: %w", r.Start(), args[0], err)
		}
		if err := p.pace(r.Offset()); err != nil {
			return err
		}
	}
}

func (p *replayer) pace(at int64) error {
	if p.done+at-p.paced < stepBytes {
		return nil
	}
	p.paced = p.done + at
	p.progress(at)
	time.Sleep(p.store.WriteDelay())
	return p.ctx.Err()
}

// command carries out one command. Nobody is looking, so transactions need no care here.
func (p *replayer) command(args [][]byte, timeSec int64) error {
	switch string(bytes.ToUpper(args[0])) {
	case "MULTI", "EXEC":
		return nil
	case "SELECT":
		return p.selectDatabase(args)
	}
	if p.noPlace {
		p.skip("a command on a database that is one too many", args)
		return nil
	}
	if p.tx.NowMs = timeSec * 1000; timeSec == 0 {
		p.tx.NowMs = time.Now().UnixMilli()
	}
	err := p.o.Apply(p.tx, args)
	var broken *persistence.IOError
	switch {
	case errors.As(err, &broken):
		return err
	case err != nil:
		p.skip(fmt.Sprintf("%.40s: %v", bytes.ToUpper(args[0]), err), args)
	}
	return nil
}

func (p *replayer) selectDatabase(args [][]byte) error {
	if len(args) != 2 {
		return errors.New("not one number")
	}
	n, err := strconv.Atoi(string(args[1]))
	if err != nil || n < 0 {
		return fmt.Errorf("there is no database %q", args[1])
	}
	if p.noPlace = n >= p.store.Databases(); !p.noPlace {
		p.tx.Select(n)
	}
	return nil
}

// skip notes a command that cannot be carried out. As in Redis those after it still are.
func (p *replayer) skip(reason string, args [][]byte) {
	p.report.Skipped[reason]++
	if p.o.Skipped == nil {
		return
	}
	s := Skip{Database: p.tx.Database(), Reason: reason}
	if len(args) > 1 {
		s.Key = bytes.Clone(args[1])
	}
	p.o.Skipped(s)
}
