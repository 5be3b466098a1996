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

// listener is a socket that clients connect to. Loop 0 watches it.
type listener struct {
	fd      int32
	address string
	unix    bool
	close   func() error
}

const readInterest = unix.EPOLLIN | unix.EPOLLRDHUP

// listen opens all sockets of the configuration.
func (s *Server) listen() error {
	list, err := s.openTCP()
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
		return errors.New("nothing to listen on: port is 0 and there is no unixsocket")
	}
	return s.serveAt(nil, list)
}

// listenAgain follows a changed port or bind. The old addresses are closed
// first, since new ones may overlap with them; clients stay connected.
func (s *Server) listenAgain() error {
	var kept []*listener
	for _, l := range s.listening() {
		if l.unix {
			kept = append(kept, l)
		} else {
			s.closeListener(l)
		}
	}
	s.listeners.Store(&kept)
	opened, err := s.openTCP()
	if err == nil {
		err = s.serveAt(kept, opened)
	}
	if err != nil {
		s.warnf("%v", err)
		return errListen
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

// openTCP listens at all addresses of the configuration, or at none.
func (s *Server) openTCP() ([]*listener, error) {
	var list []*listener
	port := s.cfg.Port.Get()
	if port == 0 {
		return nil, nil
	}
	for _, host := range s.cfg.Bind.Get() {
		l, err := openTCP(host, port)
		if err != nil {
			for _, l := range list {
				s.closeListener(l)
			}
			return nil, err
		}
		if l != nil {
			list = append(list, l)
		}
	}
	return list, nil
}

// openTCP returns nil for an address that may be missing and is.
func openTCP(host string, port int64) (*listener, error) {
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
	return newListener(ln.(*net.TCPListener), ln.Addr().String(), false, ln.Close)
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

func (s *Server) closeListeners() {
	for _, l := range s.listening() {
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

// welcome starts serving a connection, or says why not.
func (s *Server) welcome(l *listener, fd int, peer unix.Sockaddr) {
	s.stats.connections.Add(1)
	loop := s.loops[int(s.stats.connections.Load())%len(s.loops)]
	c := s.newClient(loop, int32(fd))
	c.unix = l.unix
	c.addr, c.local = peerName(l, peer)
	c.laddr = localName(l, fd)
	if refusal := s.refuses(c); refusal != "" {
		s.stats.refused.Add(1)
		_, _ = unix.Write(fd, []byte("-"+refusal+"\r\n"))
		_ = unix.Close(fd)
		return
	}
	if !l.unix {
		s.tuneTCP(fd)
	}
	s.verbosef("Accepted %s", c.addr)
	c.interest = readInterest
	s.register(c)
	if loop == s.loops[0] {
		loop.add(c)
	} else {
		loop.post(func() { loop.add(c) })
	}
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
