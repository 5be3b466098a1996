package tools

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/encoding/aof"
	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/tools/peer"
)

// A server that is followed sends its RDB file and then its changes at once. It keeps what is not taken from it in
// memory, up to a limit, and then hangs up: so both go to files as fast as they come, and from there to where they shall
// go as fast as that can take them.

// Target takes what a followed server sends.
type Target interface {
	// Load takes the RDB file, all of it.
	Load(ctx context.Context, r io.Reader) (*Report, error)
	// Apply takes a command of the stream, which ends at an offset. It may go on later, in order.
	Apply(args [][]byte, end int64) error
	// Flush sees to it that what was applied is carried out, soon.
	Flush() error
	// Applied is up to where everything has been carried out.
	Applied() int64
	// Failed are the commands that could not be carried out, by reason.
	Failed() map[string]int64
}

// Follower takes all of a server to a target, and keeps on until it is told to end.
type Follower struct {
	live   *Live
	target Target
	temp   string // directory for what has to wait, "": the system's
	note   func(line string)

	received atomic.Int64 // offset
	loaded   atomic.Bool  // the RDB file is in

	until atomic.Int64 // where to end; -1: not known yet
}

// Follow prepares to follow a server. note hears what happens on the way.
func Follow(l *Live, to Target, temp string, note func(line string)) *Follower {
	f := &Follower{live: l, target: to, temp: temp, note: note}
	f.received.Store(l.Offset())
	f.until.Store(-1)
	return f
}

// State tells how far it is. Before all of the RDB file is in, loaded is false.
func (f *Follower) State() (received, applied int64, loaded bool) {
	return f.received.Load(), f.applied(), f.loaded.Load()
}

func (f *Follower) applied() int64 { return max(f.target.Applied(), f.live.Offset()) }

// EndAt lets Run end when everything up to an offset of the server's history is in.
func (f *Follower) EndAt(offset int64) { f.until.Store(offset) }

// reaches tells whether an offset is where Run is to end, or beyond.
func (f *Follower) reaches(offset int64) bool {
	until := f.until.Load()
	return until >= 0 && offset >= until
}

// Run follows until EndAt is reached, ctx ends, or an error. The report is of the RDB file.
func (f *Follower) Run(ctx context.Context) (report *Report, err error) {
	report = newReport()
	file, err := f.spoolRDB(ctx)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, file.close()) }()
	stream, err := newSpool(f.temp)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, stream.close()) }()
	ctx, cancel := context.WithCancel(ctx)
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer f.live.Close() // ends a read that waits
	defer cancel()
	helpers.Go(func() { stream.end(f.receive(ctx, stream)) })
	helpers.Go(func() { f.watch(ctx, stream) })
	if report, err = f.target.Load(ctx, file); err != nil {
		return report, err
	}
	f.loaded.Store(true)
	return report, f.apply(stream)
}

// spoolRDB reads the RDB file to its end.
func (f *Follower) spoolRDB(ctx context.Context) (*spool, error) {
	file, err := newSpool(f.temp)
	if err != nil {
		return nil, err
	}
	r, _ := f.live.RDB()
	if _, err = io.Copy(file, r); err == nil {
		err = f.live.link.Ack(f.live.Offset())
	}
	if err != nil {
		return nil, errors.Join(err, ctx.Err(), file.close())
	}
	file.end(io.EOF)
	return file, nil
}

const (
	batchBytes    = 1 << 20
	batchCommands = 10_000
)

// receive reads the stream, over as many connections as it takes.
func (f *Follower) receive(ctx context.Context, to io.Writer) error {
	id := f.live.at.ID
	for {
		err := f.receiveSome(ctx, to)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.note(fmt.Sprintf("the connection is lost: %v; connecting again", err))
		if id, err = f.resume(ctx, id); err != nil {
			return err
		}
	}
}

func (f *Follower) receiveSome(ctx context.Context, to io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	var acks sync.WaitGroup
	defer acks.Wait()
	defer cancel()
	acks.Go(func() { f.acknowledge(ctx, f.live.link) })
	for {
		b, err := f.live.link.Next(batchBytes, batchCommands)
		if err != nil {
			return err
		}
		if _, err := to.Write(b.Raw); err != nil {
			return err
		}
		f.received.Store(b.End)
	}
}

// acknowledge tells the server each second how far the target is: else it would hang up.
func (f *Follower) acknowledge(ctx context.Context, l *link.Link) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = l.Ack(f.applied()) // a link that is broken shows in Next
		}
	}
}

const (
	resumeTries = 30
	resumePause = time.Second
)

// resume connects again and goes on from where the stream was cut.
func (f *Follower) resume(ctx context.Context, id string) (string, error) {
	for try := 1; ; try++ {
		l, err := dialLink(ctx, f.live.URL, false)
		var a link.Answer
		if err == nil {
			f.live.replace(l)
			a, err = l.PSync(id, f.received.Load())
		}
		switch {
		case err == nil && a.Full:
			return "", errors.New("the server cannot go on from where the connection was lost: begin anew, with --flush")
		case err == nil:
			f.note("connected again")
			return a.ID, nil
		case try == resumeTries || ctx.Err() != nil:
			return "", err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(resumePause):
		}
	}
}

// watch ends the stream when all that is wanted is in.
func (f *Follower) watch(ctx context.Context, stream *spool) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			stream.end(ctx.Err())
			return
		case <-tick.C:
		}
		if f.loaded.Load() && f.reaches(f.applied()) {
			stream.end(io.EOF) // which it comes to between two transactions
			return
		}
	}
}

// apply carries out the stream.
func (f *Follower) apply(stream *spool) error {
	stream.idle = f.target.Flush
	r := aof.NewReader(stream, f.live.Offset())
	for open := false; ; {
		args, err := r.Next()
		if err == io.EOF {
			return f.target.Flush()
		}
		if err != nil {
			return fmt.Errorf("the stream of %v: %w", f.live.URL, err)
		}
		if err := f.target.Apply(args, r.Offset()); err != nil {
			return err
		}
		if open = isTransaction(args, open); !open && f.reaches(r.Offset()) {
			return f.target.Flush()
		}
	}
}

// isTransaction tells whether more of a transaction comes after a command, if it was so before.
func isTransaction(args [][]byte, open bool) bool {
	switch {
	case bytes.EqualFold(args[0], []byte("MULTI")):
		return true
	case bytes.EqualFold(args[0], []byte("EXEC")):
		return false
	}
	return open
}

// linkWords are commands of the stream that concern the link only.
var linkWords = [][]byte{[]byte("PING"), []byte("REPLCONF")}

func ofTheLink(args [][]byte) bool {
	for _, word := range linkWords {
		if bytes.EqualFold(args[0], word) {
			return true
		}
	}
	return false
}

// SourceOffset is how long a server's history is.
func SourceOffset(c *peer.Conn) (int64, error) {
	text, err := c.Info("replication", "master_repl_offset")
	if err != nil {
		return 0, err
	}
	var n int64
	if _, err := fmt.Sscan(text, &n); err != nil {
		return 0, fmt.Errorf("%v does not tell its replication offset: %q", c.URL, text)
	}
	return n, nil
}
