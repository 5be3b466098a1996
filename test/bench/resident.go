package main

import (
	"flag"
	"fmt"
	"os"
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
	fmt.Fprintln(out, "server\tkeys\tresident MiB\tbytes a key\t")
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
	fmt.Fprintf(out, "%s\t%d\t%.0f\t%.1f\t\n", name, keys, float64(full)/(1<<20), float64(full-empty)/float64(keys))
	return nil
}
