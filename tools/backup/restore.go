package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
)

// RestoreOptions of Restore.
type RestoreOptions struct {
	Backup string // id to begin with; "": the best one
	// The moment to restore: a time, an offset of the log, or, without either, the end of the backup.
	To       time.Time
	ToOffset int64 // -1: not given
	Progress func(total int64) (done func(int64), end func())
}

// Restored is what a restore has come to.
type Restored struct {
	Backup   *Manifest // that it began with
	Offset   int64     // that the store is at
	LastMs   int64     // when the last change before that was written
	Tables   int64     // bytes
	LogBytes int64     // carried out behind them
	History  wal.History
	Took     time.Duration
}

// Restore fills a new or empty directory with a store as it was. The store carries out the kept log when it is opened.
func Restore(ctx context.Context, repo *Repository, fs vfs.FS, dir string, o RestoreOptions) (_ *Restored, err error) {
	started := time.Now()
	if err := repo.open(ctx); err != nil {
		return nil, err
	}
	p, err := repo.plan(ctx, o)
	if err != nil {
		return nil, err
	}
	into, err := persistence.BeginRestore(fs, dir)
	if err != nil {
		return nil, err
	}
	r := &restorer{repo: repo, into: into, plan: p}
	if o.Progress != nil {
		done, end := o.Progress(p.base.TableBytes())
		r.done = done
		defer end()
	}
	if err := r.run(ctx); err != nil {
		return nil, errors.Join(r.advise(ctx, err), into.Abandon())
	}
	// What the restored store does from here on is for the next backup to the same place.
	if err := errors.Join(into.Hold(repo.id, p.base.LogEpoch, r.result.Offset), into.Finish()); err != nil {
		return nil, err
	}
	r.result.Backup, r.result.Tables, r.result.Took = p.base, p.base.TableBytes(), time.Since(started)
	return &r.result, nil
}

// advise adds what to do about damage. What is missing may be so because a prune has come by: nothing keeps it away, as
// who restores may have no right to write.
func (r *restorer) advise(ctx context.Context, err error) error {
	var d *DamageError
	if !errors.As(err, &d) {
		return err
	}
	if d.What == missing {
		if gone, e := r.repo.removed(ctx, r.plan.list); e == nil && len(gone) > 0 {
			return fmt.Errorf("backup %s was removed from %s while it was read (%w): restore again, from one that is kept",
				gone[len(gone)-1].ID, r.repo.place.Path(""), err)
		}
	}
	return fmt.Errorf("%w (cairn backup verify tells what else is damaged; with --backup an older one may do)", err)
}

// plan is how a moment is reached.
type plan struct {
	list      []*Manifest // what there was when it was made
	base      *Manifest
	stretches []stretch
	// The log is carried out up to an offset, or as long as it was written at untilMs or before.
	offset  int64
	untilMs int64 // 0: by offset
}

func (r *Repository) plan(ctx context.Context, o RestoreOptions) (*plan, error) {
	list, damaged, err := r.manifests(ctx, backupsPrefix)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.Join(fmt.Errorf("%s holds no backup", r.place.Path("")), damages(damaged))
	}
	end := list[len(list)-1]
	if o.Backup != "" {
		i := slices.IndexFunc(list, func(m *Manifest) bool { return m.ID == o.Backup })
		if i < 0 {
			return nil, errors.Join(fmt.Errorf("there is no backup %q: see cairn backup list", o.Backup), damages(damaged))
		}
		end = list[i]
	}
	p := &planner{list: list, line: lineOf(histories(list), end.History.ID), named: end, o: o}
	plan, err := p.plan()
	if err != nil {
		return nil, errors.Join(err, damages(damaged))
	}
	return plan, plan.base.usable()
}

func damages(list []*DamageError) (err error) {
	for _, d := range list {
		err = errors.Join(err, d)
	}
	return err
}

type planner struct {
	list  []*Manifest
	line  line
	named *Manifest
	o     RestoreOptions
}

func (p *planner) plan() (*plan, error) {
	switch {
	case p.o.ToOffset >= 0 && !p.o.To.IsZero():
		return nil, errors.New("a time and an offset: one of them names the moment to restore")
	case p.o.ToOffset >= 0:
		return p.toOffset(p.o.ToOffset)
	case !p.o.To.IsZero():
		return p.toTime(p.o.To.UnixMilli())
	default:
		return p.from(p.named, p.named.End, 0)
	}
}

// bases are the backups to begin with.
func (p *planner) bases() []*Manifest {
	if p.o.Backup != "" {
		return []*Manifest{p.named}
	}
	return p.line.bases(p.list)
}

func (p *planner) toOffset(offset int64) (*plan, error) {
	for _, m := range slices.Backward(p.bases()) {
		if m.Offset > offset {
			continue
		}
		if _, end := p.line.cover(p.list, m.Offset); end >= offset {
			return p.from(m, offset, 0)
		}
		break
	}
	return nil, fmt.Errorf("offset %d cannot be restored. %s", offset, p.reach())
}

func (p *planner) toTime(ms int64) (*plan, error) {
	for _, m := range slices.Backward(p.bases()) {
		if m.SealedMs > ms {
			continue
		}
		_, end := p.line.cover(p.list, m.Offset)
		if p.line.knownMs(p.list, m, end) >= ms {
			return p.from(m, end, ms)
		}
		break
	}
	return nil, fmt.Errorf("the moment %s cannot be restored. %s", showMs(ms), p.reach())
}

// reach says what can be restored instead.
func (p *planner) reach() string {
	var parts []string
	for _, s := range p.line.spans(p.list) {
		parts = append(parts, s.String())
	}
	return "What can: " + strings.Join(parts, "; ")
}

// String is for a person who wants to restore.
func (s Span) String() string {
	return fmt.Sprintf("%s to %s (offsets %d to %d)", showMs(s.StartMs), showMs(s.EndMs), s.Start, s.End)
}

func (p *planner) from(base *Manifest, offset, untilMs int64) (*plan, error) {
	stretches, end := p.line.cover(p.list, base.Offset)
	if end < offset {
		return nil, fmt.Errorf("backup %s is not complete: its log ends at offset %d instead of %d. %s", base.ID, end, offset, p.reach())
	}
	return &plan{list: p.list, base: base, stretches: stretches, offset: offset, untilMs: untilMs}, nil
}

// restorer carries a plan out.
type restorer struct {
	repo   *Repository
	into   *persistence.Restore
	plan   *plan
	result Restored
	done   func(int64)
	read   int64

	log     *wal.Log
	now     atomic.Int64 // of the record that is being appended
	at      int64        // end of the log
	history wal.History  // there
}

func (r *restorer) run(ctx context.Context) error {
	for _, t := range r.plan.base.Tables {
		if err := r.table(ctx, t); err != nil {
			return fmt.Errorf("table %s of backup %s: %w", t.File.Name, r.plan.base.ID, err)
		}
	}
	return r.writeLog(ctx)
}

func (r *restorer) table(ctx context.Context, t Table) error {
	f, err := r.into.CreateTable(t.File.Name)
	if err != nil {
		return err
	}
	err = r.repo.read(ctx, t.Object, &restoreWriter{ctx: ctx, f: f, r: r})
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// restoreWriter shows the progress.
type restoreWriter struct {
	ctx context.Context
	f   vfs.File
	r   *restorer
}

func (w *restoreWriter) Write(b []byte) (int, error) {
	n, err := w.f.Write(b)
	w.r.read += int64(n)
	if w.r.done != nil {
		w.r.done(w.r.read)
	}
	return n, errors.Join(err, w.ctx.Err())
}

var errReached = errors.New("the moment to restore is reached")

// writeLog writes the log up to the moment. There the store gets a history of its own: the old one may have gone on.
func (r *restorer) writeLog(ctx context.Context) (err error) {
	base := r.plan.base
	r.at, r.history = base.Offset, base.History
	r.result.LastMs = base.SealedMs
	r.now.Store(base.SealedMs)
	if r.log, err = r.into.Log(base.LogEpoch, base.Offset, base.History, r.now.Load); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.log.Close()) }()
	if err := r.eachRecord(ctx); err != nil {
		return err
	}
	r.result.Offset, r.result.LogBytes = r.at, r.at-base.Offset
	r.result.History = wal.History{ID: persistence.NewReplicationID(), PrevID: r.history.ID, PrevEnd: r.at}
	return r.log.SetHistory(r.result.History)
}

// eachRecord appends the log's records up to the moment, the last one cut to it.
func (r *restorer) eachRecord(ctx context.Context) error {
	for _, s := range r.plan.stretches {
		if s.from >= r.plan.offset {
			return nil
		}
		err := r.repo.eachRecordOf(ctx, s.Piece, func(rec encoding.LogRecord) error {
			if rec = clip(rec, s.from, s.to); len(rec.Payload) == 0 {
				return nil
			}
			return r.one(rec, s.History)
		})
		if err == errReached {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the log from offset %d to %d: %w", s.Start, s.End, err)
		}
	}
	return nil
}

func (r *restorer) one(rec encoding.LogRecord, h wal.History) error {
	if rec.Start != r.at {
		return fmt.Errorf("it goes on at %d instead of %d", rec.Start, r.at)
	}
	if r.plan.untilMs != 0 && rec.TimeMs > r.plan.untilMs {
		return errReached
	}
	cut := rec.End() > r.plan.offset
	if cut {
		n, err := wholeCommands(rec.Payload, r.plan.offset-rec.Start)
		if err != nil {
			return fmt.Errorf("at offset %d: %w", rec.Start, err)
		}
		rec.Payload = rec.Payload[:n]
	}
	if len(rec.Payload) > 0 {
		if err := r.append(rec, h); err != nil {
			return err
		}
	}
	if cut {
		return errReached
	}
	return nil
}

// append writes a record to the restored log, with the time and the history that it had.
func (r *restorer) append(rec encoding.LogRecord, h wal.History) error {
	if h != r.history {
		if err := r.log.SetHistory(h); err != nil {
			return err
		}
		r.history = h
	}
	if rec.TimeMs != r.now.Load() {
		if err := r.log.Flush(); err != nil {
			return err
		}
		r.now.Store(rec.TimeMs)
	}
	r.log.AppendRaw(rec.Payload, -1)
	r.at, r.result.LastMs = rec.End(), rec.TimeMs
	return r.log.Throttle(context.Background())
}

// clip leaves of a record what is within two offsets.
func clip(rec encoding.LogRecord, from, to int64) encoding.LogRecord {
	if skip := from - rec.Start; skip > 0 {
		skip = min(skip, int64(len(rec.Payload)))
		rec.Start, rec.DB, rec.Payload = rec.Start+skip, -1, rec.Payload[skip:]
	}
	if over := rec.End() - to; over > 0 {
		rec.Payload = rec.Payload[:max(0, int64(len(rec.Payload))-over)]
	}
	return rec
}
