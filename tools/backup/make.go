package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
)

// MakeOptions of Make.
type MakeOptions struct {
	BytesPerSecond int64 // read from the source at most; 0 is no limit
	Full           bool  // tables that the repository has are read nevertheless
	// Progress is told the bytes to be read, and returns what is told those that were, and what ends that. It may be nil.
	Progress func(total int64) (done func(int64), end func())
	// Warn hears of what does not end the backup. It may be nil.
	Warn func(text string)
	Now  func() time.Time
}

// Made is what a backup has come to.
type Made struct {
	*Manifest
	CopiedTables int
	CopiedBytes  int64 // of tables
	LogBytes     int64 // of the log, beyond the last backup
	Took         time.Duration
}

// maker is one backup on its way.
type maker struct {
	repo   *Repository
	source Source
	o      MakeOptions

	list    []*Manifest // of earlier backups
	have    map[string]int64
	known   map[persistence.BackupTableFile]Object // tables of the same store
	info    *persistence.BackupInfo
	m       *Manifest
	made    *Made
	read    int64 // bytes of tables
	saved   int64 // of which the partial file knows
	started time.Time
	done    func(int64)
}

// Make backs a store up. When it is interrupted, or fails, the repository is as it was, but for files that the next
// backup uses or prune removes.
func Make(ctx context.Context, repo *Repository, source Source, o MakeOptions) (_ *Made, err error) {
	ctx, unlock, err := repo.place.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(withCause(ctx, err), unlock()) }()
	if err := repo.openOrCreate(ctx); err != nil {
		return nil, err
	}
	k := &maker{repo: repo, source: source, o: o, started: o.Now()}
	if err := k.run(ctx); err != nil {
		return nil, err
	}
	k.made.Took = o.Now().Sub(k.started)
	return k.made, nil
}

func (k *maker) run(ctx context.Context) (err error) {
	if err := k.look(ctx); err != nil {
		return err
	}
	if k.info, err = k.source.Begin(ctx); err != nil {
		return err
	}
	i := k.info
	k.m = &Manifest{
		Format: formatVersion, ID: newID(k.started, k.list), TakenMs: k.started.UnixMilli(), StoreID: i.StoreID,
		StoreFormat: i.FormatVersion, LogEpoch: i.LogEpoch, History: i.History, Keys: i.Keys,
		Offset: i.Offset, SealedMs: i.SealedMs,
	}
	k.made = &Made{Manifest: k.m}
	if err := k.know(ctx); err != nil {
		return err
	}
	if err := k.tables(ctx); err != nil {
		return errors.Join(err, k.savePartial(context.WithoutCancel(ctx)))
	}
	if err := k.log(ctx); err != nil {
		return errors.Join(err, k.savePartial(context.WithoutCancel(ctx)))
	}
	if err := k.repo.writeJSON(ctx, backupsPrefix+k.m.ID+jsonSuffix, k.m); err != nil {
		return err
	}
	k.tidy(ctx)
	return nil
}

// tidy is what may fail when the backup is complete.
func (k *maker) tidy(ctx context.Context) {
	if err := k.source.End(ctx, k.repo.id); err != nil {
		k.warn(fmt.Sprintf("the backup is complete, but the log may not be kept for the next one: %v", err))
	}
	partial, err := k.repo.place.List(ctx, partialPrefix)
	for _, e := range partial {
		err = errors.Join(err, k.repo.place.Remove(ctx, e.Name))
	}
	if err != nil {
		k.warn(fmt.Sprintf("the backup is complete, but what interrupted ones have left is not removed: %v", err))
	}
}

func (k *maker) warn(text string) {
	if k.o.Warn != nil {
		k.o.Warn(text)
	}
}

// look reads what the repository has.
func (k *maker) look(ctx context.Context) error {
	list, damaged, err := k.repo.manifests(ctx, backupsPrefix)
	if err != nil {
		return err
	}
	for _, d := range damaged {
		k.warn(fmt.Sprintf("%v: this backup is left out of account", d))
	}
	k.list = list
	k.have, err = k.repo.stored(ctx)
	return err
}

// know lists the tables of this store that the repository has.
func (k *maker) know(ctx context.Context) error {
	k.known = map[persistence.BackupTableFile]Object{}
	if k.o.Full {
		return nil
	}
	partial, _, err := k.repo.manifests(ctx, partialPrefix) // a damaged one only saves nothing
	if err != nil {
		return err
	}
	for _, m := range append(slices.Clone(k.list), partial...) {
		if m.StoreID != k.info.StoreID {
			continue
		}
		for _, t := range m.Tables {
			if size, ok := k.have[t.Object.Sum]; ok && size == t.Object.StoredBytes && t.File.Immutable {
				k.known[t.File] = t.Object
			}
		}
	}
	return nil
}

// tables copies those that the repository does not have.
func (k *maker) tables(ctx context.Context) error {
	total := int64(0)
	for _, f := range k.info.Tables {
		if _, ok := k.known[f]; !ok {
			total += f.SizeBytes
		}
	}
	if k.o.Progress != nil {
		done, end := k.o.Progress(total)
		k.done = done
		defer end()
	}
	for _, f := range k.info.Tables {
		o, ok := k.known[f]
		if !ok {
			var err error
			if o, err = k.table(ctx, f); err != nil {
				return fmt.Errorf("copying %s: %w", f.Name, err)
			}
		}
		k.m.Tables = append(k.m.Tables, Table{f, o})
		if k.read-k.saved >= saveEveryBytes {
			if err := k.savePartial(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *maker) table(ctx context.Context, f persistence.BackupTableFile) (Object, error) {
	o, fresh, err := k.repo.store(ctx, k.have, func(w io.Writer) error {
		return k.source.ReadTable(ctx, f, &pacedWriter{ctx: ctx, w: w, k: k})
	})
	if err != nil {
		return o, err
	}
	k.made.CopiedTables++
	k.made.CopiedBytes += f.SizeBytes
	k.count(o, fresh)
	return o, nil
}

func (k *maker) count(o Object, fresh bool) {
	if fresh {
		k.m.AddedBytes += o.SizeBytes
		k.m.StoredBytes += o.StoredBytes
	}
}

// pacedWriter shows the progress, and waits when it is faster than it should.
type pacedWriter struct {
	ctx context.Context
	w   io.Writer
	k   *maker
}

func (p *pacedWriter) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.k.read += int64(n)
	if p.k.done != nil {
		p.k.done(p.k.read)
	}
	if err == nil {
		err = p.k.pace(p.ctx, p.k.read)
	}
	return n, err
}

// pace waits until so many bytes may have been read.
func (k *maker) pace(ctx context.Context, bytes int64) error {
	if k.o.BytesPerSecond <= 0 {
		return ctx.Err()
	}
	due := k.started.Add(time.Duration(float64(bytes) / float64(k.o.BytesPerSecond) * float64(time.Second)))
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(due.Sub(k.o.Now())):
		return nil
	}
}

// saveEveryBytes is how much at most an interrupted backup copies again.
const saveEveryBytes = 256 << 20

// savePartial notes which tables the repository has already.
func (k *maker) savePartial(ctx context.Context) error {
	if k.saved == k.read {
		return nil
	}
	k.saved = k.read
	partial := *k.m
	partial.Log = nil
	return k.repo.writeJSON(ctx, partialPrefix+k.m.ID+jsonSuffix, &partial)
}

// log copies the log from where the repository's ends, which may be behind the tables' offset, if it is kept from there on;
// else from that offset.
func (k *maker) log(ctx context.Context) error {
	from := k.logFrom()
	upto, err := k.source.StartLog(ctx, from)
	if err != nil {
		return err
	}
	k.m.End, k.m.EndMs = upto.End, upto.EndMs
	c := &logCopier{k: k, segments: upto.Segments, at: from}
	for {
		records, err := k.source.ReadLog(ctx)
		if err != nil {
			return err
		}
		if len(records) == 0 {
			break
		}
		if err := c.add(ctx, records); err != nil {
			return err
		}
		k.made.LogBytes += int64(len(records))
		if err := k.pace(ctx, k.read+k.made.LogBytes); err != nil {
			return err
		}
	}
	if err := c.flush(ctx); err != nil {
		return err
	}
	if c.at != upto.End {
		return fmt.Errorf("the log ends at offset %d instead of %d", c.at, upto.End)
	}
	k.carryOver()
	return nil
}

func (k *maker) logFrom() int64 {
	all := histories(k.list)
	for _, s := range k.info.Segments {
		all[s.History.ID] = s.History
	}
	all[k.info.History.ID] = k.info.History
	spans := lineOf(all, k.info.History.ID).spans(k.list)
	if len(spans) == 0 {
		return k.info.Offset
	}
	last := spans[len(spans)-1]
	switch {
	case last.Start > k.info.Offset:
		return k.info.Offset
	case last.End < k.info.LogFirst:
		k.warn(fmt.Sprintf("the log from offset %d to %d is not kept any longer: no moment between %s and now can be restored. "+
			"Make backups more often, or raise cairn-backup-log-size", last.End, k.info.Offset, showMs(last.EndMs)))
		return k.info.Offset
	}
	return last.End
}

// carryOver lists the pieces that earlier backups know and some backup needs.
func (k *maker) carryOver() {
	kept := append(slices.Clone(k.list), k.m)
	family := families(histories(kept))
	seen := map[Piece]bool{}
	var log []Piece
	for _, m := range kept {
		for _, p := range m.Log {
			if !seen[p] && needed(kept, family, p) {
				seen[p] = true
				log = append(log, p)
			}
		}
	}
	slices.SortFunc(log, func(a, b Piece) int { return int(min(max(a.Start-b.Start, -1), 1)) })
	k.m.Log = log
}

// historyAt is the history of the byte at an offset.
func historyAt(segments []persistence.HistorySegment, offset int64) (h wal.History) {
	for _, s := range segments {
		if s.Start <= offset {
			h = s.History
		}
	}
	return h
}

// showMs shows a time to a person, who may give it to restore.
func showMs(ms int64) string {
	return strings.TrimSuffix(time.UnixMilli(ms).Format("2006-01-02 15:04:05.000"), ".000")
}
