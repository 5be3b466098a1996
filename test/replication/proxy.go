package replication

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// proxy passes connections on to a server, until it is told not to.
type proxy struct {
	target string
	l      net.Listener

	// What comes from either side goes through these, if they are not nil. To be
	// set before anybody connects.
	fromClient, fromServer func(b []byte) []byte

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	refuse bool
	pause  time.Duration // after each piece that comes from the server
	quit   chan struct{}
	done   sync.WaitGroup
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{target: target, l: l, conns: map[net.Conn]bool{}, quit: make(chan struct{})}
	p.done.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) addr() string { return p.l.Addr().String() }

func (p *proxy) accept() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		p.done.Go(func() { p.serve(c) })
	}
}

func (p *proxy) serve(c net.Conn) {
	defer p.drop(c)
	if !p.keep(c) {
		return
	}
	s, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer p.drop(s)
	if !p.keep(s) {
		return
	}
	p.done.Go(func() {
		_, _ = io.Copy(altered{s, p.fromClient}, c)
		_ = s.Close()
	})
	p.carry(altered{c, p.fromServer}, s)
}

// altered writes what becomes of the bytes that it is given.
type altered struct {
	w     io.Writer
	alter func(b []byte) []byte // nil: they stay as they are
}

func (a altered) Write(b []byte) (int, error) {
	out := b
	if a.alter != nil {
		out = a.alter(b)
	}
	_, err := a.w.Write(out)
	return len(b), err
}

// carry copies what the server sends.
func (p *proxy) carry(to io.Writer, from net.Conn) {
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
		p.mu.Lock()
		pause := p.pause
		p.mu.Unlock()
		select {
		case <-time.After(pause):
		case <-p.quit:
		}
	}
}

func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.refuse {
		return false
	}
	p.conns[c] = true
	return true
}

func (p *proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
	_ = c.Close()
}

// cut ends all connections. New ones may come.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

// part ends all connections and takes no more until join.
func (p *proxy) part() { p.setRefuse(true); p.cut() }
func (p *proxy) join() { p.setRefuse(false) }

func (p *proxy) setRefuse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = on
}

// slow makes the way from the server wait after each 16 KiB.
func (p *proxy) slow(pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause = pause
}

func (p *proxy) close() {
	p.mu.Lock()
	p.closed = true
	close(p.quit)
	p.mu.Unlock()
	_ = p.l.Close()
	p.cut()
	p.done.Wait()
}
