package inspect

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/wal"
)

// LogOptions of ShowLog.
type LogOptions struct {
	From  int64 // offset; what comes before is left out
	Count int64 // commands; 0: all
	JSON  bool
}

// command is one of the log, as --json shows it.
type command struct {
	Offset   int64    `json:"offset"`
	Time     string   `json:"time"`
	Database int      `json:"db"` // -1: not known
	Args     []string `json:"args"`
}

// errEnough ends a walk.
var errEnough = errors.New("enough")

// ShowLog writes the commands that the log in a directory holds, with offset, time and database. The directory is that
// of the log itself; nothing is changed.
func ShowLog(dir string, w io.Writer, o LogOptions) error {
	s := &logShow{w: w, o: o, database: -1}
	found, err := wal.Salvage(wal.Options{FS: vfs.Default, Dir: dir, Now: func() int64 { return 0 }, SyncedFloor: -1},
		0, math.MaxInt64, s.record)
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if err == nil {
		for _, l := range found.Losses {
			if l.To != l.From {
				fmt.Fprintf(w, "damaged, or a torn tail: %v\n", l)
			}
		}
	}
	return nil
}

type logShow struct {
	w        io.Writer
	o        LogOptions
	database int
	shown    int64
	parser   resp.Parser
}

func (s *logShow) record(rec wal.Record) error {
	if rec.DB >= 0 {
		s.database = rec.DB
	}
	for buf := rec.Payload; len(buf) > 0; {
		offset := rec.End() - int64(len(buf))
		args, n, err := s.parser.Next(buf, resp.Limits{MaxBulkLen: 1 << 40})
		if err != nil || n == 0 {
			fmt.Fprintf(s.w, "%d\tnot a command: %.60q\n", offset, buf)
			return nil
		}
		buf = buf[n:]
		if strings.EqualFold(string(args[0]), "SELECT") && len(args) == 2 {
			_, _ = fmt.Sscan(string(args[1]), &s.database)
		}
		if offset < s.o.From {
			continue
		}
		if err := s.show(offset, rec.TimeMs, args); err != nil {
			return err
		}
		if s.shown++; s.o.Count > 0 && s.shown >= s.o.Count {
			return errEnough
		}
	}
	return nil
}

func (s *logShow) show(offset, timeMs int64, args [][]byte) error {
	at := time.UnixMilli(timeMs).UTC().Format("2006-01-02T15:04:05.000Z")
	if s.o.JSON {
		c := command{offset, at, s.database, nil}
		for _, a := range args {
			c.Args = append(c.Args, string(a))
		}
		return json.NewEncoder(s.w).Encode(c)
	}
	words := make([]string, len(args))
	for i, a := range args {
		if words[i] = text(string(a)); len(a) == 0 || strings.ContainsAny(words[i], " \t") && words[i][0] != '"' {
			words[i] = `"` + words[i] + `"`
		}
	}
	const most = 20
	if len(words) > most {
		words = append(words[:most], fmt.Sprintf("... %d more", len(args)-most))
	}
	_, err := fmt.Fprintf(s.w, "%-12d %s db%-3d %s\n", offset, at, s.database, strings.Join(words, " "))
	return err
}
