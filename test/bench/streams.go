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

// streams compares what producers and consumers of streams do, then measures
// how long the first entry of an XRANGE takes in streams of growing size.
func streams(args []string) error {
	rounds, entries, most, samples, memory := 5, 200_000, 10_000_000, 1000, "256mb"
	err := flags("streams", args, func(fs *flag.FlagSet) {
		fs.IntVar(&rounds, "rounds", rounds, "rounds to take the median of; 0: none")
		fs.IntVar(&entries, "entries", entries, "entries of a stream in a round")
		fs.IntVar(&most, "largest", most, "entries of the largest stream to be read by id; 0: none")
		fs.IntVar(&samples, "samples", samples, "times that each XRANGE is measured")
		fs.StringVar(&memory, "maxmemory", memory, "Cairn's memory allowance for that stream")
	})
	if err != nil {
		return err
	}
	if rounds > 0 {
		if err := streamLoads(rounds, entries); err != nil {
			return err
		}
	}
	return rangesByID(most, samples, memory)
}

// streamLoads measures producers on one stream, and consumers on another one,
// which a group reads and acknowledges message by message, a second one ten at
// a time.
func streamLoads(rounds, entries int) error {
	s, err := startSides("everysec")
	if err != nil {
		return err
	}
	defer s.stop()
	load := func(name string, each int, request func(b []byte, i int) []byte) drive {
		return drive{name: name, requests: entries / each, pipeline: 16, clients: 50, request: request}
	}
	value := strings.Repeat("x", 100)
	fill := load("filling", 1, func(b []byte, i int) []byte {
		return client.AppendCommand(b, "XADD", "stream", entryID(i), "field", value)
	})
	fill.clients, fill.pipeline = 1, 1000
	return s.compare([]stage{
		{load("XADD", 1, always("XADD log * field "+value)), [][]string{{"DEL", "log", "stream"}}, 1},
		{fill, nil, 0},
		{load("XREADGROUP COUNT 1", 1, always("XREADGROUP GROUP one me COUNT 1 STREAMS stream >")),
			[][]string{{"XGROUP", "CREATE", "stream", "one", "0"}}, 1},
		{load("XACK of 1", 1, ack("one", 1)), nil, 1},
		{load("XREADGROUP COUNT 10", 10, always("XREADGROUP GROUP ten me COUNT 10 STREAMS stream >")),
			[][]string{{"XGROUP", "CREATE", "stream", "ten", "0"}}, 1},
		{load("XACK of 10", 10, ack("ten", 10)), nil, 1},
	}, rounds)
}

// always is the same request every time.
func always(command string) func(b []byte, i int) []byte {
	fixed := client.AppendCommand(nil, strings.Fields(command)...)
	return func(b []byte, _ int) []byte { return append(b, fixed...) }
}

// ack acknowledges n messages, the next ones in each request.
func ack(group string, n int) func(b []byte, i int) []byte {
	return func(b []byte, i int) []byte {
		args := []string{"XACK", "stream", group}
		for k := range n {
			args = append(args, entryID(i*n+k))
		}
		return client.AppendCommand(b, args...)
	}
}

// entryID is that of the ith entry: some share a millisecond.
func entryID(i int) string {
	return strconv.Itoa(1_700_000_000_000+i/4) + "-" + strconv.Itoa(i%4)
}

// rangesByID measures XRANGE of one entry at some places of streams.
func rangesByID(most, samples int, memory string) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "entries\tXRANGE of the first entry\tp50 us\tp99 us\t")
	for n := 10_000; n <= most; n *= 10 {
		if err := rangesOf(n, samples, memory, out); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func rangesOf(n, samples int, memory string, out *tabwriter.Writer) error {
	t, err := startCairn("--appendfsync", "everysec", "--maxmemory", memory)
	if err != nil {
		return err
	}
	defer t.stop()
	fill := drive{name: "filling", requests: n, clients: 1, pipeline: 1000, request: func(b []byte, i int) []byte {
		return client.AppendCommand(b, "XADD", "stream", entryID(i), "field", "value of "+member(i))
	}}
	if _, err := fill.run(t); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, place := range []struct {
		name string
		at   func() int
	}{
		{"at the front", func() int { return rng.IntN(n / 1000) }},
		{"anywhere", func() int { return rng.IntN(n) }},
		{"at the end", func() int { return n - 1 - rng.IntN(n/1000) }},
	} {
		took, err := timeRanges(t, samples, place.at)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d\t%s\t%.0f\t%.0f\t\n", n, place.name, micros(took[len(took)/2]), micros(took[len(took)*99/100]))
	}
	return nil
}

// timeRanges times XRANGE from an entry to the end of the stream, of which only
// the first entry is wanted.
func timeRanges(t *target, samples int, at func() int) (took []time.Duration, err error) {
	c, err := client.Dial(t.address(), time.Minute)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	for range samples {
		args := []string{"XRANGE", "stream", entryID(at()), "+", "COUNT", "1"}
		start := time.Now()
		r, err := c.Do(args...)
		took = append(took, time.Since(start))
		if err != nil || !strings.HasPrefix(string(r.Raw), "*1\r\n") {
			return nil, fmt.Errorf("%v: %s (%v)", args, r, err)
		}
	}
	slices.Sort(took)
	return took, nil
}
