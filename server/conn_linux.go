package server

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// This file is a Client's way to and from its socket. All of it runs on the
// client's loop.

func eventsPointer(e []unix.EpollEvent) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(e))) }

// readable reads what has come and runs it. Sockets do not block, so the raw
// system calls need not tell Go's scheduler.
func (c *Client) readable(events uint32) {
	if c.parked() {
		c.restrain(events)
		return
	}
	buf := c.loop.buf
	n, _, e := unix.RawSyscall(unix.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(&buf[0])), uintptr(len(buf)))
	switch {
	case e == unix.EAGAIN || e == unix.EINTR:
		return
	case e != 0 || n == 0:
		c.close()
		return
	}
	c.shared.lastActive.Store(c.srv.clock.ms())
	c.loop.stats.received(int(n))
	if len(c.in) == 0 {
		rest := c.consume(buf[:n])
		c.in = append(c.in, rest...)
		return
	}
	c.in = append(c.in, buf[:n]...)
	c.consumeKept()
}

// restrain lets what comes for a parked client lie until it comes back. One that
// waits for a key, or for the end of a pause, may wait long, and has to go if the other side hangs up.
func (c *Client) restrain(events uint32) {
	switch {
	case c.waits == nil && c.postponed == nil:
		c.setInterest(c.interest &^ unix.EPOLLIN &^ unix.EPOLLRDHUP)
	case events&unix.EPOLLRDHUP != 0:
		c.close()
	default:
		c.setInterest(c.interest&^unix.EPOLLIN | unix.EPOLLRDHUP)
	}
}

// consumeKept runs what lies in the client's own buffer.
func (c *Client) consumeKept() {
	rest := c.consume(c.in)
	switch {
	case len(rest) == 0 && cap(c.in) > keptBytes:
		c.in = nil
	case len(rest) < len(c.in):
		c.in = c.in[:copy(c.in, rest)]
	}
	if int64(len(c.in)) > c.srv.cfg.QueryBufferLimitBytes.Get() {
		c.srv.warnf("Closing client that reached max query buffer length: %s", c.describe())
		c.close()
	}
}

const keptBytes = 16 << 10

func (c *Client) setInterest(events uint32) {
	if c.interest == events || c.gone {
		return
	}
	c.interest = events
	_ = c.loop.watch(c.fd, events, unix.EPOLL_CTL_MOD)
}

// flush writes the replies that may be shown; what the socket does not take
// waits for it.
func (c *Client) flush() {
	for c.sent < c.ready {
		b := c.reply.Buf[c.sent:c.ready]
		n, _, e := unix.RawSyscall(unix.SYS_WRITE, uintptr(c.fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		switch {
		case e == unix.EINTR:
		case e == unix.EAGAIN:
			c.keepUnsent()
			return
		case e != 0:
			c.close()
			return
		default:
			c.sent += int(n)
			c.loop.stats.sent(int(n))
		}
	}
	c.flushed()
}

// flushed: everything that may be shown is sent. What is left waits for the
// log.
func (c *Client) flushed() {
	c.dropSent()
	if len(c.reply.Buf) == 0 && cap(c.reply.Buf) > keptBytes {
		c.loop.giveBuffer(c.reply.Buf)
		c.reply.Buf = nil
	}
	c.shared.outBytes.Store(0)
	c.tellDrained()
	if c.interest&unix.EPOLLOUT != 0 {
		c.setInterest(c.interest &^ unix.EPOLLOUT)
	}
	switch {
	case c.closeAfterReply && len(c.reply.Buf) == 0:
		c.close()
	case c.cut:
		c.cut = false
		c.loop.post(c.proceed)
	}
}

func (c *Client) dropSent() {
	n := copy(c.reply.Buf, c.reply.Buf[c.sent:])
	c.reply.Buf = c.reply.Buf[:n]
	c.ready -= c.sent
	c.sent = 0
}

// keepUnsent waits for the socket to take more, and closes a client whose
// pending replies are over its limit. One that has no limit runs no further
// until it reads.
func (c *Client) keepUnsent() {
	if c.sent > len(c.reply.Buf)/2 {
		c.dropSent()
	}
	c.shared.outBytes.Store(int64(len(c.reply.Buf) - c.sent))
	c.setInterest(c.interest | unix.EPOLLOUT)
	c.checkOutput()
	if c.cut && !c.gone && c.bounded() {
		c.cut = false
		c.loop.post(c.proceed)
	}
}

// close ends the connection. A command that is running off the loop finishes;
// its reply goes nowhere.
func (c *Client) close() {
	if c.gone {
		return
	}
	c.gone = true
	c.tellDrained()
	delete(c.loop.clients, c.fd)
	if c.lent { // whoever has it sees the end of it
		_ = unix.Shutdown(int(c.fd), unix.SHUT_RDWR)
	}
	_ = unix.Close(int(c.fd))
	c.srv.forget(c)
	if !c.busy {
		c.leave()
	}
}

// lend is the connection for somebody who writes to it off the loop, and closes
// it then. The loop does not write meanwhile.
func (c *Client) lend() (*os.File, error) {
	if c.gone {
		return nil, errClientGone
	}
	fd, err := unix.FcntlInt(uintptr(c.fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("lending a connection: %w", err)
	}
	c.lent = true
	return os.NewFile(uintptr(fd), "connection"), nil
}

// leave takes a client that is gone out of what others keep of it.
func (c *Client) leave() {
	c.unsubscribeAll()
	c.stopMonitor()
	c.srv.tracking.disable(c)
	c.discard()
	c.srv.waiters.leave(c)
	c.srv.pause.forget(c)
	c.srv.replicas.leave(c)
	c.leaveBackup()
}
