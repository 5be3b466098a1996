package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"text/tabwriter"
	"time"
)

// backups tells what a backup of a live server costs its clients: the same load with and without one under way, in turns.
// Each backup begins a place of its own, so that everything is copied: the worst case. The load goes on until at least one
// is complete.
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
	var took []float64
	bytes := int64(0)
	for range rounds {
		r, err := l.run(t)
		if err != nil {
			return err
		}
		without.add(r)
		b, beside, err := besideBackup(t, l, rate)
		if err != nil {
			return err
		}
		with.rate, with.cpu = append(with.rate, median(beside.rate)), append(with.cpu, median(beside.cpu))
		ratios = append(ratios, median(beside.rate)/r.rate)
		took, bytes = append(took, b.seconds...), bytes+b.bytes
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "SET/s without\twith a backup\tratio\twanted\tCPU us without\twith\tbackups\tMB each\tseconds each\t")
	fmt.Fprintf(out, "%.0f\t%.0f\t%.2f\t0.80\t%.2f\t%.2f\t%d\t%d\t%.1f\t\n", median(without.rate), median(with.rate), median(ratios),
		median(without.cpu), median(with.cpu), len(took), bytes>>20/int64(len(took)), median(took))
	return out.Flush()
}

// maxLoads beside a backup are run before it is said not to end.
const maxLoads = 40

// besideBackup runs the load again and again, until a backup beside it is complete.
func besideBackup(t *target, l load, rate string) (*backupLoop, *sample, error) {
	b, beside := startBackups(t, rate), &sample{}
	for range maxLoads {
		r, err := l.run(t)
		if err != nil {
			return b, beside, errors.Join(err, b.stop())
		}
		beside.add(r)
		if b.taken.Load() > 0 {
			return b, beside, b.stop()
		}
	}
	return b, beside, errors.Join(fmt.Errorf("no backup is complete after %d loads", maxLoads), b.stop())
}

func (s *sample) add(r result) {
	s.rate = append(s.rate, r.rate)
	s.cpu = append(s.cpu, micros(r.cpuEach))
}

// backupLoop takes one backup after the other until it is stopped.
type backupLoop struct {
	end     chan struct{}
	done    chan struct{}
	taken   atomic.Int32
	seconds []float64 // that each took
	bytes   int64     // stored
	err     error
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
	ended, start := make(chan error, 1), time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		b.seconds = append(b.seconds, time.Since(start).Seconds())
		b.bytes += sizeOf(place)
		b.taken.Add(1)
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
