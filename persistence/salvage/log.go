package salvage

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/wal"
)

// logOptions reads the log as a start would.
func (d *Directory) logOptions() wal.Options {
	o := wal.Options{FS: d.fs, Dir: d.logPath(), Now: func() int64 { return 0 }, SyncedFloor: -1}
	if d.meta != nil {
		o.SyncedFloor, o.Owner = d.meta.Offset, d.meta.HashSeed
	}
	return o
}

// examineLog reads all of the log. What a crash may leave at its end is no
// damage.
func (d *Directory) examineLog() error {
	end := int64(math.MaxInt64)
	l, err := wal.Open(d.logOptions())
	var corrupt *wal.CorruptError
	switch {
	case errors.As(err, &corrupt):
		d.logDamaged, d.logCorrupt = true, true
		d.fail("the log is damaged where it had been on disk: %v", err)
	case err != nil:
		return err
	default:
		r := l.Recovery()
		end, d.history = r.End, r.History
		if r.Empty && d.named {
			d.logDamaged = true
			d.fail("the log is missing, and all that it held beyond offset %d", d.needed())
		}
		if r.Cut != nil {
			d.note("the log's end is torn, as a crash leaves it: %s at byte %d of %s; a start drops what follows offset %d",
				r.Cut.Reason, r.Cut.FilePos, r.Cut.File, r.Cut.Offset)
		}
	}
	check := logCheck{}
	s, err := wal.Salvage(d.logOptions(), d.needed(), end, check.record)
	if err != nil {
		return err
	}
	d.Report.LogEnd, d.Report.LogRecords, d.Report.LogBytes = s.End, s.Records, s.Bytes
	if d.history.ID == "" {
		d.history = s.History
	}
	d.logEnd, d.logFirst = s.End, s.First
	if corrupt == nil {
		d.logEnd = end
	}
	for _, loss := range s.Losses {
		// What lies before the checkpoint is history only.
		old := loss.From < d.needed()
		d.logDamaged = true
		text := loss.String()
		if old && loss.To != loss.From {
			text += fmt.Sprintf("; the checkpoint has what comes before %d", d.needed())
		}
		d.add(Problem{At: -1, Text: "log: " + text})
	}
	for _, text := range check.wrong {
		d.logDamaged = true
		d.fail("log: %s", text)
	}
	return nil
}

// needed is the offset from which on the log is needed.
func (d *Directory) needed() int64 {
	if d.meta == nil {
		return 0
	}
	return d.meta.Offset
}

// logCheck sees whether records are rows of commands.
type logCheck struct {
	parser resp.Parser
	wrong  []string
}

func (c *logCheck) record(rec wal.Record) error {
	for buf := rec.Payload; len(buf) > 0; {
		_, n, err := c.parser.Next(buf, resp.Limits{MaxBulkLen: 1 << 40})
		if err != nil || n == 0 {
			if len(c.wrong) < 10 {
				c.wrong = append(c.wrong, fmt.Sprintf("offset %d is not the start of a command", rec.End()-int64(len(buf))))
			}
			return nil
		}
		buf = buf[n:]
	}
	return nil
}

// RebuildLog writes what can be had of the log, from the checkpoint on, to a new
// one in a data directory. Offsets move together where something is lost, so its
// history has a name of its own.
func (d *Directory) RebuildLog(dir string, historyID string) (err error) {
	w := logWriter{next: d.needed()}
	o := wal.Options{
		FS: d.fs, Dir: d.fs.PathJoin(dir, d.fs.PathBase(d.logPath())), SyncedFloor: d.needed(), AllowEmpty: true,
		Owner: d.logOptions().Owner, Policy: wal.No, Now: func() int64 { return w.nowMs },
	}
	if w.log, err = wal.Open(o); err != nil {
		return err
	}
	selected := -1
	if d.meta != nil {
		selected = int(d.meta.Selected)
	}
	start := wal.StartOptions{DB: selected, Offset: d.needed(), History: wal.History{ID: historyID}}
	if err := w.log.Start(start); err != nil {
		return err
	}
	limit := d.logEnd
	if d.logCorrupt {
		limit = math.MaxInt64
	}
	_, err = wal.Salvage(d.logOptions(), d.needed(), limit, w.record)
	return errors.Join(err, w.log.Close())
}

// logWriter appends records, each with its time.
type logWriter struct {
	log   *wal.Log
	next  int64 // where a record goes on without a loss
	nowMs int64
}

func (w *logWriter) record(rec wal.Record) error {
	w.nowMs = rec.TimeMs
	if rec.Start != w.next && rec.DB >= 0 {
		w.log.AppendRaw(appendSelect(rec.DB), rec.DB)
	}
	w.next = rec.End()
	w.log.AppendRaw(rec.Payload, -1)
	return w.log.Flush()
}

func appendSelect(db int) []byte {
	return resp.AppendCommand(nil, []byte("SELECT"), strconv.AppendInt(nil, int64(db), 10))
}
