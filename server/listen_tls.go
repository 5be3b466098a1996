package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/server/tlsconf"
)

// A connection with TLS is served like any other: its plain bytes go through a
// pair of sockets, one end of which is the client's on a loop. Two goroutines
// carry them between the other end and crypto/tls. That costs two copies and
// two switches, and spares the loop all it would have to know of handshakes and
// records.

const (
	handshakeTimeout = 10 * time.Second // for a client to introduce itself
	maxHandshakes    = 1024             // under way at one time
	farewell         = 2 * time.Second  // for last replies to leave when the server ends
)

// secureFront is where connections with TLS come in.
type secureFront struct {
	srv        *Server
	config     atomic.Pointer[tls.Config]
	handshakes atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once the server ends
	busy  sync.WaitGroup
}

func newSecureFront(s *Server) *secureFront {
	return &secureFront{srv: s, conns: map[net.Conn]bool{}}
}

// open listens at all addresses of the configuration, or at none.
func (f *secureFront) open() ([]*listener, error) {
	port := f.srv.cfg.TLSPort.Get()
	if port == 0 {
		return nil, nil
	}
	if err := f.reload(); err != nil {
		return nil, err
	}
	return f.srv.openAll(port, func(ln *net.TCPListener) (*listener, error) {
		f.busy.Add(1)
		go f.accept(ln)
		return &listener{fd: noFD, address: ln.Addr().String() + " with TLS", close: ln.Close}, nil
	})
}

// follow does what a CONFIG SET asks for.
func (f *secureFront) follow() error {
	if err := f.reload(); err != nil {
		f.srv.warnf("%v", err)
		return errTLS
	}
	return nil
}

// reload reads certificates and keys. Connections that are there keep theirs.
func (f *secureFront) reload() error {
	cfg := f.srv.cfg
	if cfg.TLSPort.Get() == 0 {
		return nil
	}
	if cfg.TLSCertFile.Get() == "" || cfg.TLSKeyFile.Get() == "" {
		return errors.New("tls-port needs tls-cert-file and tls-key-file")
	}
	own, err := tlsconf.LoadKeyPair(cfg.TLSCertFile.Get(), cfg.TLSKeyFile.Get(), cfg.TLSKeyPass.Get())
	if err != nil {
		return fmt.Errorf("tls-cert-file, tls-key-file: %w", err)
	}
	c, err := newTLS(cfg)
	if err != nil {
		return err
	}
	c.Certificates = []tls.Certificate{own}
	switch cfg.TLSAuthClients.Get() {
	case config.AuthClientsYes:
		c.ClientAuth = tls.RequireAndVerifyClientCert
	case config.AuthClientsOptional:
		c.ClientAuth = tls.VerifyClientCertIfGiven
	}
	if c.ClientAuth != tls.NoClientCert {
		if c.ClientCAs, err = trusted(cfg.TLSCAFile.Get(), cfg.TLSCADir.Get()); err != nil {
			return fmt.Errorf("tls-auth-clients: %w", err)
		}
	}
	f.config.Store(c)
	return nil
}

// newTLS is what connections that come in and those to a master have in common.
func newTLS(cfg *config.Config) (*tls.Config, error) {
	low, high, err := tlsconf.Versions(cfg.TLSProtocols.Get())
	if err != nil {
		return nil, err
	}
	suites, err := tlsconf.CipherSuites(cfg.TLSCiphers.Get())
	return &tls.Config{MinVersion: low, MaxVersion: high, CipherSuites: suites}, err
}

func (f *secureFront) accept(ln *net.TCPListener) {
	defer f.busy.Done()
	for {
		conn, err := ln.AcceptTCP()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			f.srv.logf("accepting a connection: %v", err)
			time.Sleep(time.Millisecond) // out of descriptors: do not spin
		case f.handshakes.Load() >= maxHandshakes || !f.hold(conn):
			_ = conn.Close()
		default:
			f.handshakes.Add(1)
			f.busy.Add(1)
			go f.serve(conn)
		}
	}
}

// hold keeps a connection to be closed when the server ends, or tells that it
// does.
func (f *secureFront) hold(conn net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.conns == nil {
		return false
	}
	f.conns[conn] = true
	return true
}

// drop closes a connection.
func (f *secureFront) drop(conn net.Conn) {
	f.mu.Lock()
	delete(f.conns, conn)
	f.mu.Unlock()
	_ = conn.Close()
}

// serve is the life of a connection.
func (f *secureFront) serve(conn *net.TCPConn) {
	defer f.busy.Done()
	defer f.drop(conn)
	secure := tls.Server(conn, f.config.Load())
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	err := secure.HandshakeContext(ctx)
	cancel()
	f.handshakes.Add(-1)
	if err == nil {
		_ = conn.SetKeepAliveConfig(f.keepAlive())
		err = f.carry(secure)
	}
	if err != nil {
		f.srv.verbosef("Error accepting a client connection: %v (addr=%s)", err, conn.RemoteAddr())
	}
}

func (f *secureFront) keepAlive() net.KeepAliveConfig {
	d := time.Duration(f.srv.cfg.TCPKeepaliveSec.Get()) * time.Second
	return net.KeepAliveConfig{Enable: d > 0, Idle: d, Interval: d / 3, Count: 3}
}

// carry hands a connection to a loop and carries its bytes until both sides have
// closed.
func (f *secureFront) carry(secure *tls.Conn) error {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(pair[1]), "tls")
	inner, err := net.FileConn(file)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = unix.Close(pair[0])
		return err
	}
	defer f.drop(inner)
	if !f.hold(inner) {
		return unix.Close(pair[0])
	}
	f.srv.serveClient(pair[0], origin{
		addr: secure.RemoteAddr().String(), laddr: secure.LocalAddr().String(),
		local: secure.RemoteAddr().(*net.TCPAddr).IP.IsLoopback(),
	})
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(inner, secure)
		_ = inner.(*net.UnixConn).CloseWrite() // the loop sees that the client is gone
		close(done)
	}()
	_, _ = io.Copy(secure, inner)
	_ = secure.Close()
	<-done
	return nil
}

// end lets last replies leave, then closes what is left. Listeners are closed,
// and loops have ended.
func (f *secureFront) end() {
	f.mu.Lock()
	conns := f.conns
	f.conns = nil
	f.mu.Unlock()
	left := time.AfterFunc(farewell, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for conn := range conns {
			_ = conn.Close()
		}
	})
	f.busy.Wait()
	left.Stop()
}
