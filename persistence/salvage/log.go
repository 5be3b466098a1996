package salvage

import (
	"errors"
	"fmt"
	"math"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/wal"
)

// logOptions reads the log as a start would.
func (d *Directory) logOptions() wal.Options {
	o := wal.Options{FS: d.fs, Dir: d.logPath(), Now: func() int64 { return 0 }, SyncedFloor: -1}
	if d.meta != nil {
		o.SyncedFloor, o.AllowEmpty = d.meta.Offset, d.meta.LogEpoch > 0
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
		d.logDamaged = true
		d.fail("the log is damaged where it had been on disk: %v", err)
	case err != nil:
		return err
	default:
		r := l.Recovery()
		end, d.history = r.End, r.History
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
		old := loss.To >= 0 && loss.To <= d.needed()
		d.logDamaged = true
		d.logLosses = append(d.logLosses, loss)
		text := loss.String()
		if old && loss.To > loss.From {
			text += "; the checkpoint has it"
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
