package main

import (
	"encoding/csv"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// load is one run of redis-benchmark.
type load struct {
	command  string // set, get: redis-benchmark's own tests
	pipeline int
	requests int
	keys     int // random keys to draw from
	bytes    int // of a value
	clients  int
}

// result of a run.
type result struct {
	rate    float64 // requests a second
	p50     float64 // milliseconds
	p99     float64
	p999    float64       // of a drive only
	cpuEach time.Duration // of the server, a request
	elapsed time.Duration
}

func (l load) run(t *target) (result, error) {
	before, err := t.cpu()
	if err != nil {
		return result{}, err
	}
	start := time.Now()
	out, err := exec.Command("redis-benchmark", "-p", strconv.Itoa(t.port), "-t", l.command, "-P", strconv.Itoa(l.pipeline),
		"-n", strconv.Itoa(l.requests), "-r", strconv.Itoa(l.keys), "-d", strconv.Itoa(l.bytes),
		"-c", strconv.Itoa(l.clients), "--csv").Output()
	if err != nil {
		return result{}, fmt.Errorf("redis-benchmark against %s: %w", t.name, err)
	}
	r, err := parseCSV(string(out))
	r.elapsed = time.Since(start)
	if err != nil {
		return r, err
	}
	after, err := t.cpu()
	r.cpuEach = (after - before) / time.Duration(l.requests)
	return r, err
}

// parseCSV reads "test","rps","avg","min","p50","p95","p99","max".
func parseCSV(out string) (result, error) {
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) < 2 || len(rows[1]) < 7 {
		return result{}, fmt.Errorf("redis-benchmark printed %q", out)
	}
	var r result
	last := rows[len(rows)-1] // LRANGE fills its list first
	for field, dst := range map[int]*float64{1: &r.rate, 4: &r.p50, 6: &r.p99} {
		if *dst, err = strconv.ParseFloat(last[field], 64); err != nil {
			return r, err
		}
	}
	return r, nil
}

func median(list []float64) float64 {
	s := slices.Clone(list)
	slices.Sort(s)
	return s[len(s)/2]
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
