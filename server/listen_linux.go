package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
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
	if port := s.cfg.Port.Get(); port != 0 {
		for _, host := range s.cfg.Bind.Get() {
			if err := s.listenTCP(host, port); err != nil {
				return err
			}
		}
	}
	if path := s.cfg.UnixSocket.Get(); path != "" {
		if err := s.listenUnix(path); err != nil {
			return err
		}
	}
	if len(s.listeners) == 0 {
		return errors.New("nothing to listen on: port is 0 and there is no unixsocket")
	}
	for _, l := range s.listeners {
		s.loops[0].post(func() {
			if err := s.loops[0].watch(l.fd, unix.EPOLLIN, unix.EPOLL_CTL_ADD); err != nil {
				s.logf("listening at %s: %v", l.address, err)
			}
		})
	}
	return nil
}

func (s *Server) listenTCP(host string, port int64) error {
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
		return nil
	}
	if err != nil {
		return fmt.Errorf("could not listen at %s port %d: %w", shown, port, err)
	}
	return s.adoptListener(ln.(*net.TCPListener), ln.Addr().String(), false, ln.Close)
}

func (s *Server) listenUnix(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("could not listen at %s: %w", path, err)
	}
	if perm := s.cfg.UnixSocketPerm.Get(); perm != 0 {
		if err := os.Chmod(path, os.FileMode(perm)); err != nil {
			return err
		}
	}
	return s.adoptListener(ln.(*net.UnixListener), path, true, ln.Close)
}

func (s *Server) adoptListener(sc syscall.Conn, address string, isUnix bool, closeFn func() error) error {
	raw, err := sc.SyscallConn()
	if err != nil {
		return err
	}
	l := &listener{address: address, unix: isUnix, close: closeFn}
	if err := raw.Control(func(fd uintptr) { l.fd = int32(fd) }); err != nil {
		return err
	}
	s.listeners = append(s.listeners, l)
	return nil
}

func (s *Server) listenerOf(fd int32) *listener {
	for _, l := range s.listeners {
		if l.fd == fd {
			return l
		}
	}
	return nil
}

func (s *Server) closeListeners() {
	for _, l := range s.listeners {
		if err := l.close(); err != nil {
			s.logf("closing %s: %v", l.address, err)
		}
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
	if s.cfg.ProtectedMode.Get() && !c.local && s.cfg.RequirePass.Get() == "" {
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
