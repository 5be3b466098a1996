package server

import (
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/cairndb/cairn/persistence/sched"
)

// loop serves many connections from one goroutine: it reads what has come,
// runs the commands, and at the end of a turn writes the log once for all of
// them and then the replies. So at any load the log's system calls are shared.
//
// A command that needs the disk, or may take long, is taken off the loop: its
// client is parked, a goroutine runs it, and the client comes back through the
// inbox.
type loop struct {
	srv    *Server
	stats  *loopStats
	work   loopWork
	thread atomic.Int32 // on which it runs
	serves bool         // in this turn, a client that does no bulk work
	epfd   int
	wakefd int

	clients map[int32]*Client // by descriptor
	events  []unix.EpollEvent
	buf     []byte    // what a read fills; a command is parsed where it lies
	turn    []*Client // clients that ran commands, or were pushed to, in this turn
	pushes  pushQueue
	batch   batch
	lastSec int64

	spares     [][]byte // see buffers.go
	spareBytes int
	tickNs     int64 // when the last command of a row has ended; 0 if none has

	mu     sync.Mutex
	inbox  []func()
	awake  atomic.Bool // the loop will look into the inbox without being woken
	closed bool
	ended  chan struct{} // closed when it has ended
}

const (
	readBytes = 64 << 10
	maxEvents = 256
)

func newLoop(s *Server) (*loop, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	wakefd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, errors.Join(err, unix.Close(epfd))
	}
	l := &loop{srv: s, stats: newLoopStats(), epfd: epfd, wakefd: wakefd, clients: map[int32]*Client{},
		events: make([]unix.EpollEvent, maxEvents), buf: make([]byte, readBytes), ended: make(chan struct{})}
	return l, l.watch(int32(wakefd), unix.EPOLLIN, unix.EPOLL_CTL_ADD)
}

func (l *loop) watch(fd int32, events uint32, op int) error {
	return unix.EpollCtl(l.epfd, op, int(fd), &unix.EpollEvent{Events: events, Fd: fd})
}

// post runs fn on the loop soon. Safe from anywhere; fn is dropped if the loop
// has ended.
func (l *loop) post(fn func()) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.inbox = append(l.inbox, fn)
	if l.awake.CompareAndSwap(false, true) { // under the lock, so that stop does not close the descriptor meanwhile
		var one [8]byte
		binary.NativeEndian.PutUint64(one[:], 1)
		_, _ = unix.Write(l.wakefd, one[:])
	}
	l.mu.Unlock()
}

// run serves until stop is posted.
func (l *loop) run() {
	sched.Prompt()
	l.thread.Store(int32(unix.Gettid()))
	for !l.closed {
		n := l.wait()
		since := nanos()
		l.awake.Store(true)
		l.srv.clock.update()
		for i := range l.events[:n] {
			l.handle(&l.events[i])
		}
		l.settle()
		l.runInbox()
		l.settle()
		l.everySecond()
		l.work.did(since, l.serves)
		l.serves = false
	}
}

// wait returns how many events there are: at once while there are some,
// otherwise after a blocking wait, which lets go of the processor.
func (l *loop) wait() int {
	n, _, e := unix.RawSyscall6(unix.SYS_EPOLL_WAIT, uintptr(l.epfd), eventsPointer(l.events), maxEvents, 0, 0, 0)
	if e == 0 && n > 0 {
		return int(n)
	}
	if l.prepareToSleep() {
		return 0
	}
	got, err := unix.EpollWait(l.epfd, l.events, 1000)
	if err != nil {
		return 0
	}
	return got
}

// prepareToSleep tells posters to wake the loop, unless the inbox has
// something already.
func (l *loop) prepareToSleep() (busy bool) {
	l.awake.Store(false)
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.inbox) > 0
}

func (l *loop) handle(e *unix.EpollEvent) {
	if e.Fd == int32(l.wakefd) {
		var b [8]byte
		_, _ = unix.Read(l.wakefd, b[:])
		return
	}
	if ln := l.srv.listenerOf(e.Fd); ln != nil {
		l.srv.accept(ln)
		return
	}
	c := l.clients[e.Fd]
	if c == nil {
		return
	}
	if e.Events&(unix.EPOLLERR|unix.EPOLLHUP) != 0 && e.Events&unix.EPOLLIN == 0 {
		c.close()
		return
	}
	if e.Events&unix.EPOLLOUT != 0 {
		c.flush()
	}
	if e.Events&(unix.EPOLLIN|unix.EPOLLRDHUP) != 0 && !c.gone {
		c.readable(e.Events)
	}
}

func (l *loop) runInbox() {
	for {
		l.mu.Lock()
		list := l.inbox
		l.inbox = nil
		l.mu.Unlock()
		if len(list) == 0 {
			return
		}
		for _, fn := range list {
			fn()
		}
	}
}

// settle ends a turn: the log is written, and the replies that may be shown go
// out. Under appendfsync always those that show what is not on disk yet wait
// for the syncer.
func (l *loop) settle() {
	if len(l.turn) == 0 {
		return
	}
	err := l.shareLog()
	l.srv.replicas.send()
	l.srv.outbox.release(l)
	l.srv.tracking.broadcast()
	l.deliverPushes()
	for i, c := range l.turn {
		l.turn[i] = nil
		c.inTurn = false
		l.serves = l.serves || c.copies == nil
		if !c.gone && !c.held {
			c.release(err)
		}
	}
	l.turn = l.turn[:0]
}

func (l *loop) everySecond() {
	now := l.srv.clock.ms() / 1000
	if now == l.lastSec {
		return
	}
	l.lastSec = now
	l.dropSpares()
	for _, c := range l.clients {
		c.checkLimits(now)
	}
}

// add takes over a connection.
func (l *loop) add(c *Client) {
	if err := l.watch(c.fd, unix.EPOLLIN|unix.EPOLLRDHUP, unix.EPOLL_CTL_ADD); err != nil {
		_ = unix.Close(int(c.fd))
		l.srv.forget(c)
		return
	}
	l.clients[c.fd] = c
}

func (l *loop) stop() {
	for _, c := range l.clients {
		c.flush()
		c.close()
	}
	l.mu.Lock()
	l.closed = true
	close(l.ended)
	l.inbox = nil
	_ = unix.Close(l.wakefd)
	l.mu.Unlock()
	_ = unix.Close(l.epfd)
}

// clock is the time that a turn goes by.
type clock struct{ nowMs atomic.Int64 }

func (c *clock) update()   { c.nowMs.Store(time.Now().UnixMilli()) }
func (c *clock) ms() int64 { return c.nowMs.Load() }
