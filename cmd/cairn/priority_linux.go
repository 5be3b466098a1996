package main

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// giveWay lets others go first: a backup is often taken on the server's own machine, and has time.
func giveWay() {
	const nice = 10
	threads, _ := os.ReadDir("/proc/self/task") // else it takes its full share
	for _, e := range threads {
		if id, err := strconv.Atoi(e.Name()); err == nil {
			_ = unix.Setpriority(unix.PRIO_PROCESS, id, nice) // threads begun later inherit it
		}
	}
}
