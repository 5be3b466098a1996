package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// A client that measures round trips, on the machine of the server and of clients that are busy, mostly sees how long it
// waits for a processor itself. So these are patient, and it is a process of its own that waits for nothing but its
// socket, and comes first if it may.

// looker is the other process.
type looker struct {
	cmd *exec.Cmd
	in  io.Closer
	out io.Reader
}

func startLook(address string) (l looker, err error) {
	self, err := os.Executable()
	if err != nil {
		return l, err
	}
	l.cmd = exec.Command(self, "look", address)
	l.cmd.Stderr = os.Stderr
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		return l, err
	}
	if l.out, err = l.cmd.StdoutPipe(); err != nil {
		return l, err
	}
	return l, l.cmd.Start()
}

// stop ends it and returns what it has seen.
func (l looker) stop() (r result, err error) {
	if err := l.in.Close(); err != nil {
		return r, err
	}
	if _, err = fmt.Fscan(l.out, &r.p50, &r.p99); err != nil {
		err = fmt.Errorf("what the other client has seen: %w", err)
	}
	return r, errors.Join(err, l.cmd.Wait())
}

// look asks the server at an address for a small key a thousand times a second until its input ends, and says what the
// median and the 99th percentile of the round trips are, in milliseconds.
func look(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: bench look ADDRESS")
	}
	runtime.LockOSThread()
	first := &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: 1}
	if err := unix.SchedSetAttr(0, first, 0); err != nil {
		fmt.Fprintln(os.Stderr, "the other client may have to wait for a processor: without root's rights it has no priority")
	}
	fd, err := connect(args[0])
	if err != nil {
		return err
	}
	var ended atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		ended.Store(true)
	}()
	if err := ask(fd, "SET small value\r\n", "+OK\r\n"); err != nil {
		return err
	}
	var took []time.Duration
	for !ended.Load() {
		if err := unix.Nanosleep(&unix.Timespec{Nsec: 1_000_000}, nil); err != nil && err != unix.EINTR {
			return err
		}
		start := time.Now()
		if err := ask(fd, "GET small\r\n", "$5\r\nvalue\r\n"); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	var r result
	r.quantiles(took)
	fmt.Println(r.p50, r.p99)
	return nil
}

// connect makes a connection that blocks.
func connect(address string) (fd int, err error) {
	to, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return 0, err
	}
	if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return 0, err
	}
	return fd, unix.Connect(fd, &unix.SockaddrInet4{Port: to.Port, Addr: [4]byte(to.IP.To4())})
}

// ask sends a question that has a short answer.
func ask(fd int, question, answer string) error {
	if _, err := unix.Write(fd, []byte(question)); err != nil {
		return err
	}
	var b [128]byte
	n, err := unix.Read(fd, b[:])
	if err == nil && string(b[:max(n, 0)]) != answer {
		err = fmt.Errorf("%q was answered with %q", question, b[:n])
	}
	return err
}
