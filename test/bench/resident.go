package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
)

// resident fills both servers with the same keys and compares their RAM.
func resident(args []string) error {
	l := load{command: "set", pipeline: 64, requests: 40_000_000, keys: 10_000_000, bytes: 100, clients: 50}
	err := flags("resident", args, func(fs *flag.FlagSet) {
		fs.IntVar(&l.keys, "keys", l.keys, "keys; four times as many SETs fill them")
	})
	if err != nil {
		return err
	}
	l.requests = 4 * l.keys
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "server\tkeys\tresident MiB\tbytes a key\tGET, SET/s\tp50 ms\tp99 ms\tp99.9 ms\tgarbage collection\t")
	for _, name := range []string{"redis", "cairn"} {
		if err := residentOne(name, l, out); err != nil {
			return err
		}
	}
	return out.Flush()
}

func residentOne(name string, l load, out *tabwriter.Writer) error {
	t, err := startByName(name, "--appendfsync", "no")
	if err != nil {
		return err
	}
	defer t.stop()
	empty, err := t.status("VmRSS")
	if err != nil {
		return err
	}
	if _, err := l.run(t); err != nil {
		return err
	}
	full, err := t.status("VmRSS")
	if err != nil {
		return err
	}
	var keys int
	reply, err := t.ask("DBSIZE")
	if _, scanErr := fmt.Sscanf(reply, ":%d", &keys); err != nil || scanErr != nil {
		return fmt.Errorf("DBSIZE answered %q (%v)", reply, err)
	}
	r, share, err := useResident(t, l.keys)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\t%d\t%.0f\t%.1f\t%.0f\t%.2f\t%.2f\t%.2f\t%.1f %%\t\n", name, keys, float64(full)/(1<<20),
		float64(full-empty)/float64(keys), r.rate, r.p50, r.p99, r.p999, 100*share)
	return nil
}

// useResident reads and writes the keys at full speed, and tells which share of
// the server's CPU time the garbage collector takes meanwhile.
func useResident(t *target, keys int) (r result, share float64, err error) {
	value := bytes.Repeat([]byte("v"), 100)
	d := drive{name: "GET and SET", requests: keys, pipeline: 16, clients: 50, request: func(b []byte, i int) []byte {
		key := fmt.Appendf(nil, "key:%012d", rand.IntN(keys))
		if i%2 == 0 {
			return fmt.Appendf(b, "*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n", len(key), key)
		}
		return fmt.Appendf(b, "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(key), key, len(value), value)
	}}
	before, err1 := t.collected()
	cpu, err2 := t.cpu()
	if err := errors.Join(err1, err2); err != nil {
		return r, 0, err
	}
	if r, err = d.run(t); err != nil {
		return r, 0, err
	}
	after, err1 := t.collected()
	used, err2 := t.cpu()
	return r, (after - before) / (used - cpu).Seconds(), errors.Join(err1, err2)
}

// collected is the CPU time in seconds that the garbage collector has taken; 0
// of a server that has none.
func (t *target) collected() (float64, error) {
	reply, err := t.ask("INFO cairn")
	_, text, found := strings.Cut(reply, "gc_cpu_seconds:")
	if err != nil || !found {
		return 0, err
	}
	text, _, _ = strings.Cut(text, "\r\n")
	return strconv.ParseFloat(text, 64)
}
