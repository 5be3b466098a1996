package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// deep measures single commands on collections of growing size under a small
// memory allowance, each after a warm-up, and draws how their times grow.
func deep(args []string) error {
	least, most, samples, memory, plot := 10_000, 10_000_000, 2000, "256mb", "deep.svg"
	err := flags("deep", args, func(fs *flag.FlagSet) {
		fs.IntVar(&least, "least", least, "members of the smallest collections")
		fs.IntVar(&most, "members", most, "members of the largest collections")
		fs.IntVar(&samples, "samples", samples, "times that each command is measured")
		fs.StringVar(&memory, "maxmemory", memory, "Cairn's memory allowance")
		fs.StringVar(&plot, "plot", plot, "file for the plot")
	})
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "members\tcommand\tp50 us\tp99 us\t")
	curves := map[string][]point{}
	for n := least; n <= most; n *= 10 {
		if err := deepOne(n, samples, memory, out, curves); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return os.WriteFile(plot, drawCurves("p50 of single commands, us", "members", curves), 0o644)
}

func deepOne(n, samples int, memory string, out *tabwriter.Writer, curves map[string][]point) error {
	t, err := startDeep(n, memory)
	if err != nil {
		return err
	}
	defer t.stop()
	c, err := client.Dial(t.address(), 5*time.Minute)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, p := range probes {
		if err := p.warm(t, n, 20*samples); err != nil {
			return err
		}
		took, err := p.measure(c, n, samples)
		if err != nil {
			return err
		}
		p50, p99 := took[len(took)/2], took[len(took)*99/100]
		curves[p.name] = append(curves[p.name], point{float64(n), micros(p50)})
		fmt.Fprintf(out, "%d\t%s\t%.0f\t%.0f\t\n", n, p.name, micros(p50), micros(p99))
	}
	return nil
}

// probe is a command on a collection of n members; i is random below n.
type probe struct {
	name string
	args func(i, n int) []string
}

var probes = []probe{
	{"ZADD", func(i, n int) []string { return []string{"ZADD", "z", strconv.Itoa(i), member(i + n)} }},
	{"ZRANK", func(i, _ int) []string { return []string{"ZRANK", "z", member(i)} }},
	{"ZRANGE deep", func(i, _ int) []string { return []string{"ZRANGE", "z", strconv.Itoa(i), strconv.Itoa(i + 9)} }},
	{"ZSCORE", func(i, _ int) []string { return []string{"ZSCORE", "z", member(i)} }},
	{"HGET", func(i, _ int) []string { return []string{"HGET", "h", member(i)} }},
	{"HSET", func(i, _ int) []string { return []string{"HSET", "h", member(i), "another value"} }},
	{"SPOP", func(int, int) []string { return []string{"SPOP", "s"} }},
	{"LINDEX", func(i, _ int) []string { return []string{"LINDEX", "l", strconv.Itoa(i)} }},
	{"LINSERT", func(_, n int) []string { return []string{"LINSERT", "l", "AFTER", member(1), "x"} }},
}

func member(i int) string { return fmt.Sprintf("member:%09d", i) }

// startDeep starts a server with little memory that has collections of n members, which one with much has filled.
func startDeep(n int, memory string) (*target, error) {
	t, err := startCairn("--appendfsync", "everysec", "--maxmemory", "16gb")
	if err != nil {
		return nil, err
	}
	err = fillDeep(t, n)
	if err == nil {
		err = settle(t)
	}
	t.kill()
	if err == nil {
		err = t.launch(append(t.argv, "--maxmemory", memory))
	}
	if err != nil {
		t.stop()
		return nil, err
	}
	return t, nil
}

// fillDeep makes a sorted set, a hash, a set and a list of n members each.
func fillDeep(t *target, n int) error {
	c, err := client.Dial(t.address(), 5*time.Minute)
	if err != nil {
		return err
	}
	defer c.Close()
	const step = 1000
	for from := 0; from < n; from += step {
		z, h := []string{"ZADD", "z"}, []string{"HSET", "h"}
		s, l := []string{"SADD", "s"}, []string{"RPUSH", "l"}
		for i := from; i < min(n, from+step); i++ {
			m := member(i)
			z, h = append(z, strconv.Itoa(i), m), append(h, m, "value of "+m)
			s, l = append(s, m), append(l, m)
		}
		var b []byte
		for _, args := range [][]string{z, h, s, l} {
			b = client.AppendCommand(b, args...)
		}
		if err := c.SendRaw(b); err != nil {
			return err
		}
		for range 4 {
			if r, err := c.Recv(); err != nil || strings.HasPrefix(string(r.Raw), "-") {
				return fmt.Errorf("filling: %s (%v)", r, err)
			}
		}
	}
	return nil
}

// warm has the command carried out often, so that what has just started holds in RAM what it would hold later.
func (p probe) warm(t *target, n, requests int) error {
	const seed = 0x9E3779B97F4A7C15
	d := drive{name: p.name, requests: requests, clients: 16, pipeline: 1}
	d.request = func(b []byte, i int) []byte {
		return client.AppendCommand(b, p.args(int(uint64(i+1)*seed>>1)%n, n)...)
	}
	_, err := d.run(t)
	return err
}

func (p probe) measure(c *client.Conn, n, samples int) ([]time.Duration, error) {
	rng := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	for range samples {
		args := p.args(rng.IntN(n), n)
		start := time.Now()
		r, err := c.Do(args...)
		took = append(took, time.Since(start))
		if err != nil || strings.HasPrefix(string(r.Raw), "-") {
			return nil, fmt.Errorf("%v: %s (%v)", args, r, err)
		}
	}
	slices.Sort(took)
	return took, nil
}
