package link

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

// readBytes is read at once: what a master's loop writes in one go.
const readBytes = 64 << 10

// Link is a connection to a master. Life: Dial, PSync, RDB if there is one, Next again and again, Close.
type Link struct {
	o      Options
	conn   net.Conn
	in     *bufio.Reader
	unhook func() bool // takes Close off the end of Dial's context

	writing sync.Mutex
	out     []byte

	stream stream
}

// Dial connects to a master and introduces the caller. The link lives until ctx ends, Close, or its first error.
func Dial(ctx context.Context, o Options) (*Link, error) {
	o = o.withDefaults()
	conn, err := connect(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", o.Addr, err)
	}
	l := &Link{o: o, conn: conn}
	l.in = bufio.NewReaderSize(patient{l}, readBytes)
	l.unhook = context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := l.introduce(); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("%s: %w", o.Addr, err)
	}
	return l, nil
}

func connect(ctx context.Context, o Options) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	dialer := net.Dialer{}
	conn, err := dialer.DialContext(ctx, "tcp", o.Addr)
	if err != nil || o.TLS == nil {
		return conn, err
	}
	config := o.TLS.Clone()
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(o.Addr)
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

// Close ends the link. Closing again is no harm.
func (l *Link) Close() error {
	l.unhook()
	return l.conn.Close()
}

// RemoteAddr is the master's address as it was resolved.
func (l *Link) RemoteAddr() net.Addr { return l.conn.RemoteAddr() }

// LocalAddr is the caller's address.
func (l *Link) LocalAddr() net.Addr { return l.conn.LocalAddr() }

// Ack tells the master up to where the caller has everything, as safely as it promises to keep it.
func (l *Link) Ack(offset int64) error {
	return l.send([]byte("REPLCONF"), []byte("ACK"), strconv.AppendInt(nil, offset, 10))
}

// AckSynced is Ack that also tells up to where the caller has everything on disk. A redis-server does not mind.
func (l *Link) AckSynced(offset, synced int64) error {
	var a, b [20]byte
	return l.send([]byte("REPLCONF"), []byte("ACK"), strconv.AppendInt(a[:0], offset, 10),
		[]byte("FACK"), strconv.AppendInt(b[:0], synced, 10))
}

// KeepAlive tells a master that waits for the caller, who is busy loading, that it is alive.
func (l *Link) KeepAlive() error {
	l.writing.Lock()
	defer l.writing.Unlock()
	return l.write([]byte("\n"))
}

func (l *Link) send(args ...[]byte) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.out = resp.AppendCommand(l.out[:0], args...)
	return l.write(l.out)
}

func (l *Link) write(b []byte) error {
	if err := l.conn.SetWriteDeadline(time.Now().Add(l.o.Timeout)); err != nil {
		return err
	}
	_, err := l.conn.Write(b)
	return explain(err, l.o.Timeout)
}

// patient reads from the connection and gives up after a time of silence.
type patient struct{ l *Link }

func (p patient) Read(b []byte) (int, error) {
	if err := p.l.conn.SetReadDeadline(time.Now().Add(p.l.o.Timeout)); err != nil {
		return 0, err
	}
	n, err := p.l.conn.Read(b)
	return n, explain(err, p.l.o.Timeout)
}
