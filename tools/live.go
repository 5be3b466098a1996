package tools

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/tools/peer"
)

// Live is a running server that sends all it holds, as to a replica: what it held at one offset of its history, as an RDB
// file; and, if it is to be followed, every change after it.
type Live struct {
	URL peer.URL
	at  link.Answer

	mu     sync.Mutex
	link   *link.Link
	closed bool
}

// OpenLive asks a server for everything. One that is not to be followed does not count the caller as a replica, if it
// can be told so.
func OpenLive(ctx context.Context, u peer.URL, follow bool) (*Live, error) {
	l, err := dialLink(ctx, u, !follow)
	var refused *link.RefusedError
	if !follow && errors.As(err, &refused) && !errors.Is(err, link.ErrLater) {
		l, err = dialLink(ctx, u, false) // rdb-only is new in Redis 7
	}
	if err != nil {
		return nil, err
	}
	at, err := l.PSync("", 0)
	if err == nil && !at.Full {
		err = errors.New("the server answers with a part, where everything was asked for")
	}
	if err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("%v: %w", u, err)
	}
	return &Live{URL: u, at: at, link: l}, nil
}

func dialLink(ctx context.Context, u peer.URL, onlyRDB bool) (*link.Link, error) {
	o := link.Options{Addr: u.Addr, User: u.User, Password: u.Password, OnlyRDB: onlyRDB}
	if u.TLS {
		o.TLS = &tls.Config{}
	}
	return link.Dial(ctx, o)
}

// Close ends the connection, and there will be no other.
func (l *Live) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	_ = l.link.Close()
}

// replace takes another connection in place of one that is lost.
func (l *Live) replace(by *link.Link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.link.Close()
	if l.link = by; l.closed {
		_ = by.Close()
	}
}

// RDB is the file, and its size, 0 if the server does not know it before.
func (l *Live) RDB() (r io.Reader, size int64) { return l.at.RDB, max(l.at.RDB.Size, 0) }

// Offset is the offset of the server's history that the file shows.
func (l *Live) Offset() int64 { return l.at.Offset }

// ExportLive writes what a running server holds to an RDB file, in the server's own words, which are read on the way: an
// error if they are no whole file, or not what its checksum says. Progress counts bytes.
func ExportLive(ctx context.Context, l *Live, w io.Writer, progress Progress) (*Report, error) {
	src, _ := l.RDB()
	c := &counter{r: rdb.NewReader(io.TeeReader(src, w), rdb.Limits{}), report: newReport(), progress: progress}
	err := c.run(ctx)
	return c.report.finish(), err
}

// ExportLiveFile is ExportLive to a file of that name, in place of one that is there.
func ExportLiveFile(ctx context.Context, l *Live, path string, progress Progress) (report *Report, err error) {
	err = writeFile(path, func(w io.Writer) error {
		report, err = ExportLive(ctx, l, w, progress)
		return err
	})
	return report, err
}
