package persistence

import (
	"fmt"
	"strconv"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/wal"
)

// Apply carries out one effect, in the words that a replica receives, on the
// database that tx has selected. It calls Update with tx.
type Apply func(tx *Tx, args [][]byte) error

// Recovered tells what a start found in the log.
type Recovered struct {
	Commands int64
	Bytes    int64
}

// Recover replays what the log holds beyond the checkpoint and opens the log
// for writing. It never looks at the clock: expired keys live until their DEL.
func (s *Store) Recover(apply Apply) (Recovered, error) {
	var r Recovered
	meta, err := s.readMeta()
	if err != nil {
		return r, err
	}
	p := &player{tx: s.Tx(), apply: apply, count: &r.Commands}
	p.tx.Replay = true
	p.tx.Select(int(meta.Selected))
	err = s.log.Replay(meta.Offset, func(rec wal.Record) error {
		r.Bytes += int64(len(rec.Payload))
		return p.play(rec)
	})
	if err != nil {
		return r, fmt.Errorf("replaying the log: %w", err)
	}
	h := s.newHistory()
	s.history.Store(&h)
	if err := s.log.Start(wal.StartOptions{DB: p.tx.database, Offset: meta.Offset, History: h}); err != nil {
		return r, fmt.Errorf("starting the log: %w", err)
	}
	if err := s.nameStore(); err != nil {
		return r, fmt.Errorf("naming the store: %w", err)
	}
	s.removeOtherLogs()
	s.loadHolds()
	s.recovered, s.recoveredFrom = true, meta.Offset
	if s.opts.Background {
		s.startBackground()
	}
	return r, nil
}

// player reads commands from the log and applies them. MULTI and EXEC around
// a transaction's effects mean nothing here, nor does what was said to replicas:
// nobody else is looking.
type player struct {
	tx     *Tx
	parser resp.Parser
	apply  Apply
	count  *int64
}

func (p *player) play(rec wal.Record) error {
	limits := resp.Limits{MaxBulkLen: 1 << 40}
	p.tx.NowMs = rec.TimeMs // when it was done; not for judging expiry
	for buf := rec.Payload; len(buf) > 0; {
		args, n, err := p.parser.Next(buf, limits)
		if err != nil || n == 0 {
			return fmt.Errorf("log offset %d: not a command: %w", rec.Start+int64(len(rec.Payload)-len(buf)), err)
		}
		buf = buf[n:]
		if err := p.one(args); err != nil {
			return fmt.Errorf("log offset %d: %q: %w", rec.Start+int64(len(rec.Payload)-len(buf)-n), args[0], err)
		}
	}
	return nil
}

func (p *player) one(args [][]byte) error {
	switch string(args[0]) {
	case "SELECT":
		n, err := strconv.Atoi(string(args[1]))
		if err != nil || n < 0 || n >= len(p.tx.store.logicals) {
			return fmt.Errorf("database %q does not exist", args[1])
		}
		p.tx.Select(n)
		return nil
	case "MULTI", "EXEC", "PING", "REPLCONF", "PUBLISH", "SPUBLISH":
		return nil
	}
	*p.count++
	return p.apply(p.tx, args)
}

// appendSelect builds the command that selects a database in the log.
func appendSelect(dst []byte, database int) []byte {
	return resp.AppendCommand(dst, []byte("SELECT"), strconv.AppendInt(nil, int64(database), 10))
}

var (
	multi = []byte("*1\r\n$5\r\nMULTI\r\n")
	exec  = []byte("*1\r\n$4\r\nEXEC\r\n")
)

// wrapped is a transaction of several effects as the log holds it.
func (e *effects) wrapped() []byte {
	e.prepend(multi)
	if e.mixed { // as wal.Append puts it: before the whole
		e.prepend(appendSelect(nil, e.first))
	}
	e.buf = append(e.buf, exec...)
	return e.buf
}

func (e *effects) prepend(head []byte) {
	e.buf = append(e.buf, head...) // room; then everything moves behind it
	copy(e.buf[len(head):], e.buf[:len(e.buf)-len(head)])
	copy(e.buf, head)
}
