package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// drive is a load that redis-benchmark cannot make: whose requests differ by
// their number, or that is answered by several replies.
type drive struct {
	name     string
	requests int
	clients  int
	pipeline int
	replies  int                          // that a request gets; 0 is one
	request  func(b []byte, i int) []byte // appends the ith of them
}

// run sends all requests and waits for their replies.
func (d drive) run(t *target) (result, error) {
	before, err := t.cpu()
	if err != nil {
		return result{}, err
	}
	start := time.Now()
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, d.clients)
	took := make([][]time.Duration, d.clients)
	for i := range errs {
		all.Go(func() { took[i], errs[i] = d.client(t.address(), &next) })
	}
	all.Wait()
	r := result{elapsed: time.Since(start)}
	r.quantiles(slices.Concat(took...))
	for _, err := range errs {
		if err != nil {
			return r, fmt.Errorf("%s against %s: %w", d.name, t.name, err)
		}
	}
	after, err := t.cpu()
	r.rate = float64(d.requests) / r.elapsed.Seconds()
	r.cpuEach = (after - before) / time.Duration(d.requests)
	return r, err
}

// quantiles are those of round trips, each of a pipeline.
func (r *result) quantiles(took []time.Duration) {
	slices.Sort(took)
	for q, dst := range map[float64]*float64{0.5: &r.p50, 0.99: &r.p99, 0.999: &r.p999} {
		*dst = micros(took[int(float64(len(took)-1)*q)]) / 1000
	}
}

// client takes the next requests as long as there are some, and notes how long each round trip takes.
func (d drive) client(address string, next *atomic.Int64) (took []time.Duration, err error) {
	c, err := net.DialTimeout("tcp", address, time.Minute)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(time.Hour)); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(c, 64<<10)
	var b []byte
	for {
		from := int(next.Add(int64(d.pipeline))) - d.pipeline
		n := min(d.pipeline, d.requests-from)
		if n <= 0 {
			return took, nil
		}
		b = b[:0]
		for i := range n {
			b = d.request(b, from+i)
		}
		sent := time.Now()
		if _, err := c.Write(b); err != nil {
			return took, err
		}
		for range n * max(1, d.replies) {
			if err := skipReply(in); err != nil {
				return took, err
			}
		}
		took = append(took, time.Since(sent))
	}
}

// skipReply reads one reply. An error reply is an error.
func skipReply(in *bufio.Reader) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	switch line[0] {
	case '-':
		return fmt.Errorf("the server says %q", line)
	case '+', ':', '_', '#', ',':
		return nil
	}
	n, err := strconv.Atoi(string(line[1 : len(line)-2]))
	if err != nil || n < 0 {
		return err
	}
	if line[0] == '$' {
		_, err := io.CopyN(io.Discard, in, int64(n+2))
		return err
	}
	for range n {
		if err := skipReply(in); err != nil {
			return err
		}
	}
	return nil
}
