package sched

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestPatient: slices are as asked for, and as before afterwards.
func TestPatient(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := sliceOf(t)
	done := Patient()
	if got := sliceOf(t); got != longSlice {
		t.Skipf("this system keeps slices of %v", got)
	}
	inner := Patient()
	inner()
	if got := sliceOf(t); got != longSlice {
		t.Errorf("after an inner one is done: %v", got)
	}
	done()
	if got := sliceOf(t); got != before {
		t.Errorf("slices of %v, before they were %v", got, before)
	}
	ended := make(chan time.Duration)
	go func() {
		Prompt()
		ended <- sliceOf(t)
	}()
	if got := <-ended; got != shortSlice {
		t.Errorf("a prompt goroutine has slices of %v", got)
	}
}

func sliceOf(t *testing.T) time.Duration {
	a, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		t.Skipf("this system says nothing of slices: %v", err)
	}
	return time.Duration(a.Runtime)
}
