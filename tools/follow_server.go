package tools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/tools/peer"
)

// serverTarget takes a followed server to another one, its stream word for word.
type serverTarget struct {
	conn    *peer.Conn
	o       ImportOptions
	pipe    *peer.Pipeline[sentCommand]
	applied atomic.Int64
	failed  map[string]int64 // of the goroutine that hears the replies
}

// sentCommand is a command of the stream that was sent.
type sentCommand struct {
	name string
	end  int64
}

// IntoServer makes a running server the target.
func IntoServer(c *peer.Conn, o ImportOptions) Target {
	return &serverTarget{conn: c, o: o, failed: map[string]int64{}}
}

func (t *serverTarget) Load(ctx context.Context, r io.Reader) (*Report, error) {
	report, err := Send(ctx, t.conn, r, t.o)
	if err == nil {
		_, err = t.conn.Do("SELECT", "0") // as the stream begins, unless it says otherwise
	}
	t.pipe = peer.NewPipeline(t.conn, underWayBytes, t.heed)
	return report, err
}

func (t *serverTarget) Apply(args [][]byte, end int64) error {
	if ofTheLink(args) {
		args = pingWords // the target's answer says that it has come so far
	}
	return t.pipe.Send(sentCommand{string(args[0]), end}, plainWords(args)...)
}

var pingWords = [][]byte{[]byte("PING")}

// heed hears a reply. An error of one command does not end the stream, as it would not on a replica.
func (t *serverTarget) heed(of sentCommand, reply resp.Value) error {
	for _, v := range append([]resp.Value{reply}, reply.Elems...) {
		if !v.IsError() {
			continue
		}
		refused := &peer.ReplyError{Text: string(v.Str)}
		if slices.Contains(refusingAll, refused.Code()) {
			return fmt.Errorf("%w: %w", errRefusesAll, refused)
		}
		reason := fmt.Sprintf("%.40s: %s", of.name, refused.Text)
		t.failed[reason]++
		if t.o.Skipped != nil {
			t.o.Skipped(Skip{Reason: reason})
		}
	}
	t.applied.Store(of.end)
	return nil
}

func (t *serverTarget) Flush() error   { return t.pipe.Flush() }
func (t *serverTarget) Applied() int64 { return t.applied.Load() }

// Failed ends what is under way.
func (t *serverTarget) Failed() map[string]int64 {
	if t.pipe != nil {
		if err := t.pipe.Close(); err != nil && !errors.Is(err, context.Canceled) {
			t.failed[err.Error()]++
		}
		t.pipe = nil
	}
	return t.failed
}

// HasKeys tells whether INFO keyspace names a database.
func HasKeys(info string) bool { return strings.Contains(info, ":keys=") }
