package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// noFD is the descriptor of a listener that loop 0 does not watch.
const noFD = -1

// listener is a socket that clients connect to. Loop 0 watches it, or, where
// connections begin with a handshake, a goroutine does (listen_tls.go).
type listener struct {
	fd      int32
	address string
	unix    bool
	close   func() error
}

const readInterest = unix.EPOLLIN | unix.EPOLLRDHUP

// listen opens all sockets of the configuration.
func (s *Server) listen() error {
	list, err := s.openPorts()
	if err != nil {
		return err
	}
	if path := s.cfg.UnixSocket.Get(); path != "" {
		l, err := s.openUnix(path)
		if err != nil {
			return err
		}
		list = append(list, l)
	}
	if len(list) == 0 {
		return errors.New("nothing to listen on: port and tls-port are 0 and there is no unixsocket")
	}
	return s.serveAt(nil, list)
}

// listenAgain follows a changed port or bind. The old addresses are closed
// first, since new ones may overlap with them; clients stay connected.
func (s *Server) listenAgain() error { return s.listenAnew(errListen) }

func (s *Server) listenAnew(refusal error) error {
	var kept []*listener
	for _, l := range s.listening() {
		if l.unix {
			kept = append(kept, l)
		} else {
			s.closeListener(l)
		}
	}
	s.listeners.Store(&kept)
	opened, err := s.openPorts()
	if err == nil {
		err = s.serveAt(kept, opened)
	}
	if err != nil {
		s.warnf("%v", err)
		return refusal
	}
	for _, l := range opened {
		s.logf("Ready to accept connections at %s", l.address)
	}
	return nil
}

// serveAt makes loop 0 accept clients from the sockets just opened, besides
// those kept.
func (s *Server) serveAt(kept, opened []*listener) error {
	list := append(slices.Clone(kept), opened...)
	s.listeners.Store(&list)
	for _, l := range opened {
		if l.fd == noFD {
			continue
		}
		if err := s.loops[0].watch(l.fd, unix.EPOLLIN, unix.EPOLL_CTL_ADD); err != nil {
			return fmt.Errorf("listening at %s: %w", l.address, err)
		}
	}
	return nil
}

// listening are the sockets of now.
func (s *Server) listening() []*listener {
	if list := s.listeners.Load(); list != nil {
		return *list
	}
	return nil
}

// openPorts listens at the ports of the configuration, those that are not 0.
func (s *Server) openPorts() ([]*listener, error) {
	plain, err := s.openTCP()
	if err != nil {
		return nil, err
	}
	secure, err := s.secure.open()
	if err != nil {
		s.closeAll(plain)
		return nil, err
	}
	return append(plain, secure...), nil
}

func (s *Server) openTCP() ([]*listener, error) {
	port := s.cfg.Port.Get()
	if port == 0 {
		return nil, nil
	}
	return s.openAll(port, func(ln *net.TCPListener) (*listener, error) {
		return newListener(ln, ln.Addr().String(), false, ln.Close)
	})
}

// openAll listens at all addresses of the configuration.
func (s *Server) openAll(port int64, open func(*net.TCPListener) (*listener, error)) ([]*listener, error) {
	var list []*listener
	for _, host := range s.cfg.Bind.Get() {
		ln, err := listenTCP(host, port)
		if ln == nil && err == nil {
			continue
		}
		var l *listener
		if err == nil {
			l, err = open(ln)
		}
		if err != nil {
			s.closeAll(list)
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// listenTCP returns nil for an address that may be missing and is.
func listenTCP(host string, port int64) (*net.TCPListener, error) {
	optional := strings.HasPrefix(host, "-")
	host = strings.TrimPrefix(host, "-")
	network, shown := "tcp", host
	switch host {
	case "*":
		network, host = "tcp4", ""
	case "::*":
		network, host = "tcp6", ""
	}
	ln, err := (&net.ListenConfig{KeepAlive: -1}).Listen(context.Background(), network, net.JoinHostPort(host, strconv.FormatInt(port, 10)))
	if err != nil && optional {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("could not listen at %s port %d: %w", shown, port, err)
	}
	return ln.(*net.TCPListener), nil
}

func (s *Server) openUnix(path string) (*listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("could not listen at %s: %w", path, err)
	}
	if perm := s.cfg.UnixSocketPerm.Get(); perm != 0 {
		if err := os.Chmod(path, os.FileMode(perm)); err != nil {
			return nil, err
		}
	}
	return newListener(ln.(*net.UnixListener), path, true, ln.Close)
}

func newListener(sc syscall.Conn, address string, isUnix bool, closeFn func() error) (*listener, error) {
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil, err
	}
	l := &listener{address: address, unix: isUnix, close: closeFn}
	if err := raw.Control(func(fd uintptr) { l.fd = int32(fd) }); err != nil {
		return nil, err
	}
	return l, nil
}

func (s *Server) listenerOf(fd int32) *listener {
	for _, l := range s.listening() {
		if l.fd == fd {
			return l
		}
	}
	return nil
}

func (s *Server) closeListeners() { s.closeAll(s.listening()) }

func (s *Server) closeAll(list []*listener) {
	for _, l := range list {
		s.closeListener(l)
	}
}

func (s *Server) closeListener(l *listener) {
	if err := l.close(); err != nil {
		s.warnf("closing %s: %v", l.address, err)
	}
}

// accept takes the connections that wait at a listener.
func (s *Server) accept(l *listener) {
	for range 100 {
		fd, peer, err := unix.Accept4(int(l.fd), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			if err != unix.EAGAIN && err != unix.EINTR && err != unix.ECONNABORTED {
				s.logf("accepting a connection: %v", err)
				time.Sleep(time.Millisecond) // out of descriptors: do not spin
			}
			return
		}
		s.welcome(l, fd, peer)
	}
}

// origin is where a connection comes from.
type origin struct {
	addr, laddr string
	unix, local bool
}

// welcome serves a connection that a listener has got.
func (s *Server) welcome(l *listener, fd int, peer unix.Sockaddr) {
	from := origin{laddr: localName(l, fd), unix: l.unix}
	from.addr, from.local = peerName(l, peer)
	if !l.unix {
		s.tuneTCP(fd)
	}
	s.serveClient(fd, from)
}

// serveClient starts serving a connection, or says why not. Safe from anywhere.
func (s *Server) serveClient(fd int, from origin) {
	loop := s.loops[int(s.stats.connections.Add(1))%len(s.loops)]
	c := s.newClient(loop, int32(fd))
	c.unix, c.addr, c.laddr, c.local = from.unix, from.addr, from.laddr, from.local
	if refusal := s.refuses(c); refusal != "" {
		s.stats.refused.Add(1)
		_, _ = unix.Write(fd, []byte("-"+refusal+"\r\n"))
		_ = unix.Close(fd)
		return
	}
	s.verbosef("Accepted %s", c.addr)
	c.interest = readInterest
	s.register(c)
	loop.post(func() { loop.add(c) })
}

// refuses returns the error for a connection that is not wanted.
func (s *Server) refuses(c *Client) string {
	s.mu.Lock()
	n := len(s.clients)
	s.mu.Unlock()
	if int64(n) >= s.cfg.MaxClients.Get() {
		return "ERR max number of clients reached"
	}
	if s.cfg.ProtectedMode.Get() && !c.local && s.users.Default().User().NoPass {
		return errProtected
	}
	return ""
}

func (s *Server) tuneTCP(fd int) {
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	if sec := int(s.cfg.TCPKeepaliveSec.Get()); sec > 0 {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1)
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, sec)
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, max(1, sec/3))
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 3)
	}
}

func peerName(l *listener, sa unix.Sockaddr) (name string, local bool) {
	if l.unix {
		return l.address + ":0", true
	}
	ip, port := addressOf(sa)
	return net.JoinHostPort(ip.String(), strconv.Itoa(port)), ip.IsLoopback()
}

func localName(l *listener, fd int) string {
	if l.unix {
		return l.address + ":0"
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return ""
	}
	ip, port := addressOf(sa)
	return net.JoinHostPort(ip.String(), strconv.Itoa(port))
}

func addressOf(sa unix.Sockaddr) (net.IP, int) {
	switch a := sa.(type) {
	case *unix.SockaddrInet4:
		return net.IP(a.Addr[:]), a.Port
	case *unix.SockaddrInet6:
		return net.IP(a.Addr[:]), a.Port
	}
	return nil, 0
}
