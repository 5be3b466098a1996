package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

// recovery kills a server with a long log behind its last checkpoint and times
// the next start.
func recovery(args []string) error {
	l := load{command: "set", pipeline: 16, requests: 1_700_000, keys: 1_000_000, bytes: 100, clients: 50}
	err := flags("recovery", args, func(fs *flag.FlagSet) {
		fs.IntVar(&l.requests, "requests", l.requests, "SETs that the log holds")
	})
	if err != nil {
		return err
	}
	bin, err := build()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "cairn-bench-recovery-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	argv := []string{bin, "serve", "--appendfsync", "everysec", "--save", "", "--cairn-checkpoint-dirty", "8gb"}
	t := &target{name: "cairn", dir: dir}
	if err := t.launch(argv); err != nil {
		return err
	}
	if _, err := l.run(t); err != nil {
		t.kill()
		return err
	}
	time.Sleep(2 * time.Second) // the log is on disk
	t.kill()
	start := time.Now()
	if err := t.launch(argv); err != nil {
		return err
	}
	took := time.Since(start)
	defer t.kill()
	const recordBytes = 100 + 16 + 36 // RESP of SET, key, value
	mib := float64(l.requests) * recordBytes / (1 << 20)
	fmt.Printf("replayed %d SETs, %.0f MiB of log, in %.2f s: %.0f MiB/s\n", l.requests, mib, took.Seconds(), mib/took.Seconds())
	return nil
}
