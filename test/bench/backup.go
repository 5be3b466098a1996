package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"text/tabwriter"
	"time"
)

// backups tells what a backup of a live server costs its clients: the same load with and without one under way, in turns.
// Each backup begins a place of its own, so that everything is copied: the worst case.
func backups(args []string) error {
	rounds, keys, rate := 5, 1_000_000, "0"
	l := load{command: "set", pipeline: 16, requests: 2_000_000, bytes: 100, clients: 50}
	err := flags("backup", args, func(fs *flag.FlagSet) {
		fs.IntVar(&rounds, "rounds", rounds, "rounds to take the median of")
		fs.IntVar(&l.requests, "requests", l.requests, "SETs a run")
		fs.IntVar(&keys, "keys", keys, "keys to draw from")
		fs.StringVar(&rate, "max-rate", rate, "as cairn backup has it")
	})
	if err != nil {
		return err
	}
	l.keys = keys
	t, err := startCairn("--appendfsync", "everysec")
	if err != nil {
		return err
	}
	defer t.stop()
	if _, err := l.run(t); err != nil { // full before anything counts
		return err
	}
	var with, without sample
	var ratios []float64
	taken, bytes := 0, int64(0)
	for range rounds {
		r, err := l.run(t)
		if err != nil {
			return err
		}
		without.add(r)
		b := startBackups(t, rate)
		r, err = l.run(t)
		if err = errors.Join(err, b.stop()); err != nil {
			return err
		}
		with.add(r)
		ratios = append(ratios, r.rate/without.rate[len(without.rate)-1])
		taken, bytes = taken+b.taken, bytes+b.bytes
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "SET/s without\twith a backup\tratio\twanted\tCPU us without\twith\tbackups\tMB each\t")
	fmt.Fprintf(out, "%.0f\t%.0f\t%.2f\t0.80\t%.2f\t%.2f\t%d\t%d\t\n", median(without.rate), median(with.rate), median(ratios),
		median(without.cpu), median(with.cpu), taken, bytes>>20/int64(max(taken, 1)))
	return out.Flush()
}

func (s *sample) add(r result) {
	s.rate = append(s.rate, r.rate)
	s.cpu = append(s.cpu, micros(r.cpuEach))
}

// backupLoop takes one backup after the other until it is stopped.
type backupLoop struct {
	end   chan struct{}
	done  chan struct{}
	taken int
	bytes int64 // stored
	err   error
}

func startBackups(t *target, rate string) *backupLoop {
	b := &backupLoop{end: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(b.done)
		for b.err == nil {
			b.err = b.one(t, rate)
			select {
			case <-b.end:
				return
			default:
			}
		}
	}()
	return b
}

// one takes a backup, or as much of it as there is time for.
func (b *backupLoop) one(t *target, rate string) error {
	place, err := os.MkdirTemp("", "cairn-bench-backup-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(place) }()
	cmd := exec.Command(builtPath, "backup", place, "--from", "redis://"+t.address(), "--max-rate", rate)
	ended := make(chan error, 1)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		b.taken++
		b.bytes += sizeOf(place)
		return err
	case <-b.end:
		err := cmd.Process.Kill()
		<-ended
		return err
	}
}

func (b *backupLoop) stop() error {
	close(b.end)
	select {
	case <-b.done:
		return b.err
	case <-time.After(time.Minute):
		return errors.New("the backup does not end")
	}
}

func sizeOf(dir string) (n int64) {
	_ = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			n += info.Size()
		}
		return nil
	})
	return n
}
