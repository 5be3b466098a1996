package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/cairndb/cairn/test/client"
)

// sides are the two servers of a comparison.
type sides [2]*target

// startSides starts both with the same appendfsync.
func startSides(fsync string) (s sides, err error) {
	if s[0], err = startCairn("--appendfsync", fsync); err != nil {
		return s, err
	}
	if s[1], err = startRedis("--appendonly", "yes", "--appendfsync", fsync); err != nil {
		s[0].stop()
	}
	return s, err
}

func (s sides) stop() {
	s[0].stop()
	s[1].stop()
}

// stage is a load with what has to be done before it, and the least ratio of
// rates that is wanted.
type stage struct {
	drive
	before [][]string
	wanted float64
}

// compare runs the stages one after the other on each side, round by round, and
// prints a row for each.
func (s sides) compare(stages []stage, rounds int) error {
	got := make([][2]sample, len(stages))
	ratios := make([][]float64, len(stages))
	for round := range rounds {
		for turn := range s {
			side := (turn + round) % 2 // who goes first changes
			if err := runStages(s[side], stages, func(i int, r result) {
				got[i][side].rate = append(got[i][side].rate, r.rate)
				got[i][side].cpu = append(got[i][side].cpu, micros(r.cpuEach))
			}); err != nil {
				return err
			}
		}
		for i := range stages {
			ratios[i] = append(ratios[i], got[i][0].rate[round]/got[i][1].rate[round])
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "load\tcairn/s\tredis/s\tratio\twanted\tcairn CPU us\tredis CPU us\tratio\t")
	for i, st := range stages {
		if st.wanted == 0 {
			continue
		}
		cairn, redis := got[i][0], got[i][1]
		fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", st.name, median(cairn.rate), median(redis.rate),
			median(ratios[i]), st.wanted, median(cairn.cpu), median(redis.cpu), median(redis.cpu)/median(cairn.cpu))
	}
	return out.Flush()
}

func runStages(t *target, stages []stage, note func(i int, r result)) error {
	for i, st := range stages {
		if err := doAll(t, st.before); err != nil {
			return err
		}
		r, err := st.run(t)
		if err != nil {
			return err
		}
		note(i, r)
	}
	return nil
}

// doAll sends commands that must succeed.
func doAll(t *target, commands [][]string) error {
	if len(commands) == 0 {
		return nil
	}
	c, err := client.Dial(t.address(), client.DefaultTimeout)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, args := range commands {
		if r, err := c.Do(args...); err != nil || r.Raw[0] == '-' {
			return fmt.Errorf("%s: %v: %s (%v)", t.name, args, r, err)
		}
	}
	return nil
}
