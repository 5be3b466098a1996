package server

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// This file is a Client's way to and from its socket. All of it runs on the
// client's loop.

func eventsPointer(e []unix.EpollEvent) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(e))) }

// readable reads what has come and runs it. Sockets do not block, so the raw
// system calls need not tell Go's scheduler.
func (c *Client) readable() {
	if c.parked() {
		c.setInterest(c.interest &^ unix.EPOLLIN &^ unix.EPOLLRDHUP) // until it comes back
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
		c.srv.logf("Closing client that reached max query buffer length: %s", c.describe())
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

// flush writes pending replies; what the socket does not take waits for it.
func (c *Client) flush() {
	for c.sent < len(c.reply.Buf) {
		b := c.reply.Buf[c.sent:]
		n, _, e := unix.RawSyscall(unix.SYS_WRITE, uintptr(c.fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		if e == unix.EINTR {
			continue
		}
		if e == unix.EAGAIN {
			c.keepUnsent()
			return
		}
		if e != 0 {
			c.close()
			return
		}
		c.sent += int(n)
		c.loop.stats.sent(int(n))
	}
	c.sent = 0
	if cap(c.reply.Buf) > keptBytes {
		c.reply.Buf = nil
	} else {
		c.reply.Buf = c.reply.Buf[:0]
	}
	c.shared.outBytes.Store(0)
	if c.interest&unix.EPOLLOUT != 0 {
		c.setInterest(c.interest &^ unix.EPOLLOUT)
	}
	if c.closeAfterReply {
		c.close()
	}
}

// keepUnsent waits for the socket to take more, and closes a client whose
// pending replies are over its limit.
func (c *Client) keepUnsent() {
	if c.sent > len(c.reply.Buf)/2 {
		n := copy(c.reply.Buf, c.reply.Buf[c.sent:])
		c.reply.Buf, c.sent = c.reply.Buf[:n], 0
	}
	c.shared.outBytes.Store(int64(len(c.reply.Buf) - c.sent))
	c.setInterest(c.interest | unix.EPOLLOUT)
	c.checkOutput()
}

// close ends the connection. A command that is running off the loop finishes;
// its reply goes nowhere.
func (c *Client) close() {
	if c.gone {
		return
	}
	c.gone = true
	delete(c.loop.clients, c.fd)
	_ = unix.Close(int(c.fd))
	c.srv.forget(c)
}
