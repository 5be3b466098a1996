package server

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// LATENCY GRAPH event
func latencyGraph(c *Call) error {
	e, ok := c.Server.latency.event(string(c.Args[2]))
	if !ok {
		return noSamples(c.Args[2])
	}
	c.Reply.Verbatim("txt", e.graph(string(c.Args[2]), time.Now().Unix()))
	return nil
}

const (
	graphColumns = 80
	graphRows    = 4
	graphInk     = "_o#" // a third of a row, two thirds, the whole of it
)

// graph draws the samples as bars, each with its age beneath, written downwards.
func (e *latencyEvent) graph(name string, nowSec int64) string {
	low, high := e.bounds()
	var b strings.Builder
	fmt.Fprintf(&b, "%s - high %d ms, low %d ms (all time high %d ms)\n", name, high, low, e.maxMs)
	b.WriteString(strings.Repeat("-", graphColumns) + "\n")
	for i, page := 0, e.samples; len(page) > 0; i++ {
		if i > 0 {
			b.WriteByte('\n')
		}
		n := min(graphColumns, len(page))
		drawBars(&b, page[:n], low, high)
		drawAges(&b, page[:n], nowSec)
		page = page[n:]
	}
	return b.String()
}

func (e *latencyEvent) bounds() (low, high int64) {
	low = e.samples[0].ms
	for _, s := range e.samples {
		low, high = min(low, s.ms), max(high, s.ms)
	}
	return low, high
}

func drawBars(b *strings.Builder, samples []latencySample, low, high int64) {
	steps := int64(graphRows * len(graphInk))
	span := max(1, high-low)
	for row := int64(graphRows - 1); row >= 0; row-- {
		line := bytes.Repeat([]byte{' '}, len(samples))
		for i, s := range samples {
			step := min(steps-1, (s.ms-low)*steps/span)
			switch ink := step - row*int64(len(graphInk)); {
			case ink >= int64(len(graphInk)):
				line[i] = '|'
			case ink >= 0:
				line[i] = graphInk[ink]
			}
		}
		b.Write(append(line, '\n'))
	}
}

func drawAges(b *strings.Builder, samples []latencySample, nowSec int64) {
	ages := make([]string, len(samples))
	longest := 0
	for i, s := range samples {
		ages[i] = shortAge(nowSec - s.atSec)
		longest = max(longest, len(ages[i]))
	}
	for row := -1; row < longest; row++ { // the first line is left empty
		line := bytes.Repeat([]byte{' '}, len(samples))
		for i, age := range ages {
			if row >= 0 && row < len(age) {
				line[i] = age[row]
			}
		}
		b.Write(append(line, '\n'))
	}
}

// shortAge is a time in its largest unit.
func shortAge(sec int64) string {
	for _, unit := range []struct {
		name string
		sec  int64
	}{{"d", 86400}, {"h", 3600}, {"m", 60}} {
		if sec >= unit.sec {
			return fmt.Sprintf("%d%s", sec/unit.sec, unit.name)
		}
	}
	return fmt.Sprintf("%ds", sec)
}

// spread is the mean of the samples and their mean distance from it, in
// milliseconds.
func (e *latencyEvent) spread() (mean, deviation int64) {
	n := int64(len(e.samples))
	for _, s := range e.samples {
		mean += s.ms
	}
	mean /= n
	for _, s := range e.samples {
		deviation += max(s.ms-mean, mean-s.ms)
	}
	return mean, deviation / n
}

// period is how many seconds lie between two samples on average.
func (e *latencyEvent) period(nowSec int64) float64 {
	oldest := slices.MinFunc(e.samples, func(a, b latencySample) int { return int(a.atSec - b.atSec) })
	return float64(nowSec-oldest.atSec) / float64(len(e.samples))
}
