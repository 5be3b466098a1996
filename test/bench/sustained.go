package main

import (
	"flag"
	"fmt"
	"os"
	"text/tabwriter"
)

// sustained writes many times over many keys, so that checkpoints, compactions
// and log rewrites have their share, and tells what it cost the disk.
func sustained(args []string) error {
	l := load{command: "set", pipeline: 16, requests: 20_000_000, keys: 10_000_000, bytes: 100, clients: 50}
	err := flags("sustained", args, func(fs *flag.FlagSet) {
		fs.IntVar(&l.requests, "requests", l.requests, "SETs")
		fs.IntVar(&l.keys, "keys", l.keys, "keys to draw from")
	})
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "server\tSET/s\tp50 ms\tp99 ms\tCPU us\tbytes written a byte of user data\t")
	for _, name := range []string{"redis", "cairn"} {
		if err := sustainedOne(name, l, out); err != nil {
			return err
		}
	}
	return out.Flush()
}

func sustainedOne(name string, l load, out *tabwriter.Writer) error {
	t, err := startByName(name, "--appendfsync", "everysec")
	if err != nil {
		return err
	}
	defer t.stop()
	r, err := l.run(t)
	if err != nil {
		return err
	}
	written, err := t.written()
	if err != nil {
		return err
	}
	const keyBytes = 16 // key:000000000000
	user := float64(l.requests) * float64(l.bytes+keyBytes)
	fmt.Fprintf(out, "%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", name, r.rate, r.p50, r.p99, micros(r.cpuEach), float64(written)/user)
	return nil
}

func startByName(name string, args ...string) (*target, error) {
	if name == "redis" {
		return startRedis(append([]string{"--appendonly", "yes"}, args...)...)
	}
	return startCairn(args...)
}
