package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/persistence/sched"
	"github.com/cairndb/cairn/test/client"
)

// whole reads collections that are larger than the memory allowance as a whole, and looks at what that costs: memory,
// and the round trips of another client. Elsewhere, these two would have processors of their own: see look.go.
func whole(args []string) error {
	members, memory, seconds := 4_000_000, "64mb", 10
	err := flags("whole", args, func(fs *flag.FlagSet) {
		fs.IntVar(&members, "members", members, "members of each collection")
		fs.IntVar(&seconds, "seconds", seconds, "for which each is read again and again")
		fs.StringVar(&memory, "maxmemory", memory, "Cairn's memory allowance")
	})
	if err != nil {
		return err
	}
	t, err := startDeep(members, memory)
	if err != nil {
		return err
	}
	defer t.stop()
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "read\tseconds\tMiB\tresident MiB, at most\tothers' p50 us\tp99 us\t")
	for _, command := range [][]string{
		nil, {"LRANGE", "l", "0", "-1"}, {"HGETALL", "h"}, {"SMEMBERS", "s"}, {"ZRANGE", "z", "0", "-1", "WITHSCORES"}, nil,
	} {
		if err := readWhole(t, command, time.Duration(seconds)*time.Second, out); err != nil {
			return err
		}
	}
	return out.Flush()
}

// readWhole has a command carried out again and again for a while, as somebody else looks; without one, that client is
// alone.
func readWhole(t *target, command []string, while time.Duration, out *tabwriter.Writer) error {
	name, bytes, times, done := "none", int64(0), 0, make(chan error, 1)
	start := time.Now()
	go func() {
		if command == nil {
			time.Sleep(while)
			done <- nil
			return
		}
		defer sched.Patient()()
		var err error
		for ; err == nil && time.Since(start) < while; times++ {
			bytes, err = readReply(t.address(), command)
		}
		done <- err
	}()
	seen, err := lookOut(t, done)
	if err != nil {
		return err
	}
	if command != nil {
		name = command[0]
	}
	fmt.Fprintf(out, "%s\t%.1f\t%d\t%d\t%.0f\t%.0f\t\n", name, time.Since(start).Seconds()/float64(max(1, times)), bytes>>20,
		seen.resident>>20, 1000*seen.trips.p50, 1000*seen.trips.p99)
	return nil
}

// countingConn counts what is read.
type countingConn struct {
	net.Conn
	n int64
}

func (c *countingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.n += int64(n)
	return n, err
}

// readReply asks and throws the reply away, of which it returns the length.
func readReply(address string, command []string) (int64, error) {
	conn, err := net.DialTimeout("tcp", address, time.Minute)
	if err != nil {
		return 0, err
	}
	c := &countingConn{Conn: conn}
	_, err = c.Write(client.AppendCommand(nil, command...))
	if err == nil {
		err = skipReply(bufio.NewReaderSize(c, 64<<10))
	}
	return c.n, errors.Join(err, c.Close())
}

type lookout struct {
	trips    result
	resident int64
}

// lookOut has another client look, and looks at the memory itself, until others are done.
func lookOut(t *target, done chan error) (seen lookout, err error) {
	l, err := startLook(t.address())
	if err != nil {
		return seen, err
	}
	defer func() {
		var stopped error
		seen.trips, stopped = l.stop()
		err = errors.Join(err, stopped)
	}()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return seen, err
		case <-tick.C:
		}
		now, err := t.status("VmRSS")
		if err != nil {
			return seen, err
		}
		seen.resident = max(seen.resident, now)
	}
}
