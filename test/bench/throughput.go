package main

import (
	"flag"
	"fmt"
	"os"
	"text/tabwriter"
)

// pairing is two servers that are measured against each other.
type pairing struct {
	name         string
	cairn, redis []string // arguments
	loads        []load
	bounds       []float64 // the least ratio that is wanted of each load
}

func pairings(requests int) []pairing {
	at := func(command string, pipeline int) load {
		n := requests
		if pipeline == 1 {
			n /= 4
		}
		return load{command: command, pipeline: pipeline, requests: n, keys: 1_000_000, bytes: 100, clients: 50}
	}
	return []pairing{
		{"everysec / appendonly no", []string{"--appendfsync", "everysec"}, []string{"--appendonly", "no"},
			[]load{at("set", 1), at("get", 1), at("get", 16)}, []float64{0.95, 0.95, 1.0}},
		{"everysec / everysec", []string{"--appendfsync", "everysec"}, []string{"--appendonly", "yes", "--appendfsync", "everysec"},
			[]load{at("set", 16)}, []float64{1.2}},
		{"always / always", []string{"--appendfsync", "always"}, []string{"--appendonly", "yes", "--appendfsync", "always"},
			[]load{at("set", 1), at("set", 16)}, []float64{1.0, 1.3}},
	}
}

// throughput compares rates: cairn's durability / redis's.
func throughput(args []string) error {
	rounds, requests := 5, 1_000_000
	err := flags("throughput", args, func(fs *flag.FlagSet) {
		fs.IntVar(&rounds, "rounds", rounds, "rounds to take the median of")
		fs.IntVar(&requests, "requests", requests, "requests a run at -P 16; a quarter at -P 1")
	})
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "cairn / redis\tload\tcairn/s\tredis/s\tratio\twanted\tcairn CPU us\tredis CPU us\t")
	for _, p := range pairings(requests) {
		if err := p.run(rounds, out); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (p pairing) run(rounds int, out *tabwriter.Writer) error {
	cairn, err := startCairn(p.cairn...)
	if err != nil {
		return err
	}
	defer cairn.stop()
	redis, err := startRedis(p.redis...)
	if err != nil {
		return err
	}
	defer redis.stop()
	for _, t := range []*target{cairn, redis} { // both full before anything counts
		if _, err := (load{"set", 16, 2_000_000, 1_000_000, 100, 50}).run(t); err != nil {
			return err
		}
	}
	for i, l := range p.loads {
		if _, err := p.measure(l, p.bounds[i], rounds, cairn, redis, out); err != nil {
			return err
		}
	}
	return nil
}

// sample collects one server's figures over the rounds.
type sample struct{ rate, cpu []float64 }

func (p pairing) measure(l load, bound float64, rounds int, cairn, redis *target, out *tabwriter.Writer) (ratio float64, err error) {
	var samples [2]sample
	var ratios []float64
	for round := range rounds {
		for turn := range 2 {
			side := (turn + round) % 2 // who goes first changes
			r, err := l.run([]*target{cairn, redis}[side])
			if err != nil {
				return 0, err
			}
			samples[side].rate = append(samples[side].rate, r.rate)
			samples[side].cpu = append(samples[side].cpu, micros(r.cpuEach))
		}
		ratios = append(ratios, samples[0].rate[round]/samples[1].rate[round])
	}
	ratio = median(ratios)
	_, err = fmt.Fprintf(out, "%s\t%s -P %d\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", p.name, l.command, l.pipeline,
		median(samples[0].rate), median(samples[1].rate), ratio, bound, median(samples[0].cpu), median(samples[1].cpu))
	return ratio, err
}
