package tools

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cairndb/cairn/tools/peer"
)

// ReplicaState is how a replica is doing.
type ReplicaState struct {
	Promoted bool   // it is a master
	Link     string // "up", "down", "loading" (a full sync is on its way)
	Offset   int64
	Behind   int64 // bytes of its master's history; -1: the master cannot be asked
	Master   string
}

func (s ReplicaState) String() string {
	if s.Behind < 0 {
		return fmt.Sprintf("at offset %d, the link is %s; how far behind is not known", s.Offset, s.Link)
	}
	return fmt.Sprintf("at offset %d, %d bytes behind, the link is %s", s.Offset, s.Behind, s.Link)
}

// Watch asks a replica and its master again and again, over connections that it opens when they are needed.
type Watch struct {
	ctx             context.Context
	master, replica watched
}

type watched struct {
	url  peer.URL
	conn *peer.Conn
}

// WatchReplica prepares to look at a replica. Nothing is connected yet.
func WatchReplica(ctx context.Context, master, replica peer.URL) *Watch {
	return &Watch{ctx: ctx, master: watched{url: master}, replica: watched{url: replica}}
}

// Close ends the connections.
func (w *Watch) Close() {
	w.master.close()
	w.replica.close()
}

func (w *watched) close() {
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

// replication are the fields of INFO replication.
func (w *watched) replication(ctx context.Context) (map[string]string, error) {
	if w.conn == nil {
		c, err := peer.Dial(ctx, w.url)
		if err != nil {
			return nil, err
		}
		w.conn = c
	}
	v, err := w.conn.Do("INFO", "replication")
	var refused *peer.ReplyError
	if err != nil && !errors.As(err, &refused) {
		w.close()
	}
	if err != nil {
		return nil, err
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(v.Str)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			fields[name] = value
		}
	}
	return fields, nil
}

// Look asks both. It is false if the replica cannot be asked.
func (w *Watch) Look() (ReplicaState, bool) {
	// The master first: else what it has been told in between would count.
	there, masterErr := w.master.replication(w.ctx)
	here, err := w.replica.replication(w.ctx)
	if err != nil {
		return ReplicaState{}, false
	}
	s := ReplicaState{Promoted: here["role"] == "master", Link: here["master_link_status"], Behind: -1}
	s.Master = here["master_host"] + ":" + here["master_port"]
	if here["master_sync_in_progress"] == "1" {
		s.Link = "loading"
	}
	if s.Offset, err = strconv.ParseInt(here["slave_repl_offset"], 10, 64); err != nil {
		s.Offset = -1
	}
	if end, err := strconv.ParseInt(there["master_repl_offset"], 10, 64); masterErr == nil && err == nil && s.Link == "up" {
		s.Behind = max(0, end-s.Offset)
	}
	return s, true
}

// PromoteOptions of Promote.
type PromoteOptions struct {
	Pause   time.Duration // for which the old master takes no writes; 0: it goes on
	Timeout time.Duration // for the replica to catch up
	Forced  bool          // also if the old master cannot be reached, or the replica does not catch up
	Note    func(line string)
}

// Promote makes a replica a master once it has all of the old master's writes, and returns the offset at which it was.
// With a pause, no write that the old master has acknowledged is missing, and it takes none for as long as the pause
// goes on.
func Promote(ctx context.Context, replica, master peer.URL, o PromoteOptions) (offset int64, err error) {
	w := WatchReplica(ctx, master, replica)
	defer w.Close()
	here, err := w.replica.replication(ctx)
	if err != nil {
		return 0, err
	}
	if here["role"] == "master" {
		return 0, fmt.Errorf("%v is a master already", replica)
	}
	if master.Addr == "" {
		w.master.url = masterOfReplica(w.replica.conn, here)
	}
	until, unpause, err := w.hold(ctx, o)
	switch {
	case err != nil && !o.Forced:
		return 0, fmt.Errorf("the old master: %w (by --force it is promoted with what it has)", err)
	case err != nil:
		o.Note(fmt.Sprintf("the old master cannot be asked: %v", err))
	default:
		if err := w.catchUp(ctx, until, o); err != nil {
			unpause()
			return 0, err
		}
	}
	if _, err := w.replica.conn.Do("REPLICAOF", "NO", "ONE"); err != nil {
		unpause()
		return 0, fmt.Errorf("REPLICAOF NO ONE: %w", err)
	}
	after, err := w.replica.replication(ctx)
	if err != nil {
		return 0, err
	}
	if after["role"] != "master" {
		return 0, fmt.Errorf("%v is a %s still", replica, after["role"])
	}
	return strconv.ParseInt(after["master_repl_offset"], 10, 64)
}

// masterOfReplica is where a replica says that its master is, with the words by which it is let in there.
func masterOfReplica(c *peer.Conn, here map[string]string) peer.URL {
	u := peer.URL{Addr: here["master_host"] + ":" + here["master_port"], Database: -1}
	if strings.Contains(here["master_host"], ":") {
		u.Addr = "[" + here["master_host"] + "]:" + here["master_port"]
	}
	u.User, _ = c.Config("masteruser") // "" if it may not be asked: then the master says so
	u.Password, _ = c.Config("masterauth")
	return u
}

// hold lets the master take no more writes, if that is wanted, and returns the offset up to which it has taken some.
func (w *Watch) hold(ctx context.Context, o PromoteOptions) (until int64, unpause func(), err error) {
	unpause = func() {}
	if _, err = w.master.replication(ctx); err != nil {
		return 0, unpause, err
	}
	c := w.master.conn
	if ms := o.Pause.Milliseconds(); ms > 0 {
		if _, err := c.Do("CLIENT", "PAUSE", strconv.FormatInt(ms, 10), "WRITE"); err != nil {
			return 0, unpause, fmt.Errorf("CLIENT PAUSE: %w", err)
		}
		unpause = func() { _, _ = c.Do("CLIENT", "UNPAUSE") } // else it ends by itself
	}
	until, err = SourceOffset(c)
	return until, unpause, err
}

// catchUp waits until the replica has everything up to an offset.
func (w *Watch) catchUp(ctx context.Context, until int64, o PromoteOptions) error {
	timeout := o.Timeout
	if o.Pause > 0 {
		timeout = min(timeout, o.Pause*9/10) // after the pause there would be writes that it does not have
	}
	for end := time.Now().Add(timeout); ; {
		here, err := w.replica.replication(ctx)
		if err != nil {
			return err
		}
		at, err := strconv.ParseInt(here["slave_repl_offset"], 10, 64)
		if err == nil && at >= until && here["master_link_status"] == "up" {
			return nil
		}
		if time.Now().After(end) {
			if o.Forced {
				o.Note(fmt.Sprintf("promoted at offset %d, behind the old master's %d", at, until))
				return nil
			}
			return fmt.Errorf("the replica is at offset %d and has not come to the master's %d in %v (the link is %s): not promoted",
				at, until, timeout, here["master_link_status"])
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}
