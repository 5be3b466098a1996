package sched

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const (
	shortSlice = 100 * time.Microsecond // the shortest and the longest that there are
	longSlice  = 100 * time.Millisecond
)

// Prompt has the calling goroutine run soon whenever it has something to do. It
// keeps its thread for good.
func Prompt() {
	runtime.LockOSThread()
	slice(uint64(shortSlice))
}

// Patient has the calling goroutine give way, until done is called, by it too.
func Patient() (done func()) {
	runtime.LockOSThread()
	was := slice(uint64(longSlice))
	return func() {
		slice(was)
		runtime.UnlockOSThread()
	}
}

// slice gives the calling thread slices of so many nanoseconds, 0 for the
// system's own, and returns what they were.
func slice(ns uint64) (was uint64) {
	a, err := unix.SchedGetAttr(0, 0)
	if err != nil || a.Policy != unix.SCHED_NORMAL {
		return 0
	}
	was, a.Runtime = a.Runtime, ns
	_ = unix.SchedSetAttr(0, a, 0) // without it all is as it was
	return was
}
