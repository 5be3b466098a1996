package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/replication/link"
)

// fullsync measures what a master's clients lose while a replica takes all that there is: the rate and the processor
// time of the same load, without a sync and beside syncs that follow each other. redis-server's syncs are made by a
// process of their own, whose processor time is not in its figures.
func fullsync(args []string) error {
	keys, requests, pipeline, rounds := 300_000, 600_000, 1, 3
	err := flags("fullsync", args, func(fs *flag.FlagSet) {
		fs.IntVar(&keys, "keys", keys, "keys of about 1 KiB that the replica takes")
		fs.IntVar(&requests, "requests", requests, "SETs of each load")
		fs.IntVar(&pipeline, "pipeline", pipeline, "depth of the load's pipelines")
		fs.IntVar(&rounds, "rounds", rounds, "rounds, each with both servers")
	})
	if err != nil {
		return err
	}
	l := load{command: "set", pipeline: pipeline, requests: requests, keys: 10_000, bytes: 100, clients: 50}
	figures := map[string]*syncFigures{}
	var targets []*target
	for _, start := range []func() (*target, error){
		func() (*target, error) { return startRedis("--repl-diskless-sync-delay", "0") },
		func() (*target, error) { return startCairn("--appendfsync", "everysec") },
	} {
		t, err := start()
		if err != nil {
			return err
		}
		defer t.stop()
		if err := fill(t, keys); err != nil {
			return err
		}
		if t.name == "cairn" {
			if err := settle(t); err != nil {
				return err
			}
		}
		targets, figures[t.name] = append(targets, t), &syncFigures{}
	}
	for range rounds {
		for _, t := range targets {
			if err := figures[t.name].round(t, l); err != nil {
				return err
			}
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "master\tSETs/s\tbeside a sync\tdrop\tCPU us/SET\tbeside a sync\tMB/s of syncs\t")
	for _, t := range targets {
		f := figures[t.name]
		fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%.1f%%\t%.2f\t%.2f\t%.0f\t\n", t.name, median(f.alone), median(f.beside),
			100*median(f.drop), median(f.cpuAlone), median(f.cpuBeside), median(f.speed))
	}
	return out.Flush()
}

type syncFigures struct{ alone, beside, drop, cpuAlone, cpuBeside, speed []float64 }

func (f *syncFigures) round(t *target, l load) error {
	alone, err := l.run(t)
	if err != nil {
		return err
	}
	s := startSyncs(t)
	beside, err := l.run(t)
	took, syncErr := s.end()
	if err != nil || syncErr != nil {
		return fmt.Errorf("%s: %v, %v", t.name, err, syncErr)
	}
	f.alone, f.beside = append(f.alone, alone.rate), append(f.beside, beside.rate)
	f.drop = append(f.drop, 1-beside.rate/alone.rate)
	f.cpuAlone, f.cpuBeside = append(f.cpuAlone, micros(alone.cpuEach)), append(f.cpuBeside, micros(beside.cpuEach))
	f.speed = append(f.speed, float64(s.bytes.Load())/1e6/took.Seconds())
	return nil
}

// syncs takes all of a master's data, again and again, and throws it away.
type syncs struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	start  time.Time
	bytes  atomic.Int64
	err    error
}

func startSyncs(t *target) *syncs {
	ctx, cancel := context.WithCancel(context.Background())
	s := &syncs{cancel: cancel, start: time.Now()}
	s.done.Go(func() {
		for ctx.Err() == nil {
			if err := s.one(ctx, t.address()); err != nil && ctx.Err() == nil {
				s.err = err
				return
			}
		}
	})
	return s
}

func (s *syncs) one(ctx context.Context, addr string) error {
	l, err := link.Dial(ctx, link.Options{Addr: addr, OnlyRDB: true})
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	a, err := l.PSync("", 0)
	if err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, a.RDB)
	s.bytes.Add(n)
	return err
}

func (s *syncs) end() (time.Duration, error) {
	s.cancel()
	s.done.Wait()
	return time.Since(s.start), s.err
}
