package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// replica compares Cairn with redis-server as the replica of one master: how fast they repeat a stream, how long a full
// sync takes, and how far they are behind a steady one.
func replica(args []string) error {
	commands, keys, rounds, seconds := 2_000_000, 1_000_000, 3, 10
	parts, streams := "apply,full,lag", "SET,LPUSH,ZADD,HSET,SADD,INCRBY,mixed"
	err := flags("replica", args, func(fs *flag.FlagSet) {
		fs.IntVar(&commands, "commands", commands, "commands of the stream that is repeated")
		fs.IntVar(&keys, "keys", keys, "keys of about 1 KiB of the full sync")
		fs.IntVar(&rounds, "rounds", rounds, "rounds, each with both servers")
		fs.IntVar(&seconds, "seconds", seconds, "length of the steady stream")
		fs.StringVar(&parts, "parts", parts, "what to measure")
		fs.StringVar(&streams, "streams", streams, "what apply's streams are of")
	})
	if err != nil {
		return err
	}
	for part := range strings.SplitSeq(parts, ",") {
		switch part {
		case "apply":
			err = replicaApply(strings.Split(streams, ","), commands, rounds)
		case "full":
			err = replicaFull(keys, rounds)
		case "lag":
			err = replicaLag(seconds)
		default:
			err = fmt.Errorf("no part %q", part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// startFollower starts a server with the same durability for both.
func startFollower(name string) (*target, error) {
	if name == "redis" {
		return startRedis("--appendonly", "yes", "--appendfsync", "everysec")
	}
	return startCairn("--appendfsync", "everysec")
}

func replicaApply(streams []string, commands, rounds int) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "stream\tserver\tCPU us/command\twall us/command\tCPU ratio\twall ratio\t")
	for _, kind := range streams {
		stream := replicaStream(kind, commands)
		cpu, wall := map[string][]float64{}, map[string][]float64{}
		for range rounds {
			for _, name := range []string{"redis", "cairn"} {
				c, w, err := applyOnce(name, stream)
				if err != nil {
					return err
				}
				cpu[name] = append(cpu[name], float64(c.Microseconds())/float64(commands))
				wall[name] = append(wall[name], float64(w.Microseconds())/float64(commands))
			}
		}
		for _, name := range []string{"redis", "cairn"} {
			c, w := middle(cpu[name]), middle(wall[name])
			fmt.Fprintf(out, "%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t\n", kind, name, c, w, middle(cpu["redis"])/c, middle(wall["redis"])/w)
		}
	}
	return out.Flush()
}

func middle(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// applyOnce has a new server follow the stream to its end.
func applyOnce(name string, stream []byte) (cpu, wall time.Duration, err error) {
	m, err := newStreamer(stream)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = m.l.Close() }()
	t, err := startFollower(name)
	if err != nil {
		return 0, 0, err
	}
	defer t.stop()
	if err := t.follow(m.l.Addr().String()); err != nil {
		return 0, 0, err
	}
	start := <-m.begun
	before, err := t.cpu()
	if err != nil {
		return 0, 0, err
	}
	if err := t.awaitOffset(int64(len(stream))); err != nil {
		return 0, 0, err
	}
	wall = time.Since(start)
	after, err := t.cpu()
	return after - before, wall, err
}

func (t *target) follow(addr string) error {
	host, port, _ := strings.Cut(addr, ":")
	_, err := t.ask("REPLICAOF " + host + " " + port)
	return err
}

// offset is where the server's stream ends.
func (t *target) offset() (int64, error) {
	text, err := t.ask("INFO replication")
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(text, "\r\nmaster_repl_offset:")
	digits, _, _ := strings.Cut(rest, "\r\n")
	return strconv.ParseInt(digits, 10, 64)
}

func (t *target) awaitOffset(want int64) error {
	for deadline := time.Now().Add(10 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if at, err := t.offset(); err == nil && at >= want {
			return nil
		}
	}
	return fmt.Errorf("%s has not come to offset %d", t.name, want)
}

func (t *target) awaitLink() error {
	for deadline := time.Now().Add(10 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if text, err := t.ask("INFO replication"); err == nil && strings.Contains(text, "master_link_status:up") {
			return nil
		}
	}
	return fmt.Errorf("%s: the link does not come up", t.name)
}

// replicaFull syncs both with a redis-server that has so many keys.
func replicaFull(keys, rounds int) error {
	m, err := startRedis("--repl-diskless-sync-delay", "0", "--enable-debug-command", "local")
	if err != nil {
		return err
	}
	defer m.stop()
	if _, err := m.ask(fmt.Sprintf("DEBUG POPULATE %d key 1000", keys)); err != nil {
		return err
	}
	took, cpu := map[string][]float64{}, map[string][]float64{}
	for range rounds {
		for _, name := range []string{"redis", "cairn"} {
			t, err := startFollower(name)
			if err != nil {
				return err
			}
			before, _ := t.cpu()
			start := time.Now()
			if err = t.follow(m.address()); err == nil {
				err = t.awaitLink()
			}
			took[name] = append(took[name], time.Since(start).Seconds())
			after, _ := t.cpu()
			cpu[name] = append(cpu[name], (after - before).Seconds())
			t.stop()
			if err != nil {
				return err
			}
		}
	}
	r, c := middle(took["redis"]), middle(took["cairn"])
	fmt.Printf("full sync of %d keys of 1000 bytes: redis %.2f s (CPU %.2f), cairn %.2f s (CPU %.2f), speed ratio %.2f\n",
		keys, r, middle(cpu["redis"]), c, middle(cpu["cairn"]), r/c)
	return nil
}

// replicaLag writes 50,000 keys a second to a redis-server, and looks how long its replicas take to have what it has.
func replicaLag(seconds int) error {
	for _, name := range []string{"redis", "cairn"} {
		m, err := startRedis("--repl-diskless-sync-delay", "0")
		if err != nil {
			return err
		}
		t, err := startFollower(name)
		if err == nil {
			err = t.follow(m.address())
		}
		if err == nil {
			err = t.awaitLink()
		}
		var lags []float64
		if err == nil {
			lags, err = measureLag(m, t, seconds)
		}
		t.stop()
		m.stop()
		if err != nil {
			return err
		}
		slices.Sort(lags)
		fmt.Printf("lag of %s at 50k writes/s, ms: median %.1f, 99%% %.1f, max %.1f (%d samples)\n", name,
			lags[len(lags)/2], lags[len(lags)*99/100], lags[len(lags)-1], len(lags))
	}
	return nil
}

func measureLag(m, t *target, seconds int) (lags []float64, err error) {
	done := make(chan struct{})
	failed := make(chan error, 1)
	go func() { failed <- writeSteadily(m, 50_000, done) }()
	for end := time.Now().Add(time.Duration(seconds) * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		at, err := m.offset()
		if err != nil {
			return nil, err
		}
		start := time.Now()
		for {
			if got, err := t.offset(); err == nil && got >= at {
				break
			}
			time.Sleep(time.Millisecond / 2)
		}
		lags = append(lags, float64(time.Since(start).Microseconds())/1000)
	}
	close(done)
	return lags, <-failed
}

// writeSteadily sends so many SETs a second, a batch each millisecond.
func writeSteadily(m *target, perSecond int, done chan struct{}) error {
	c, err := client.Dial(m.address(), time.Minute)
	if err != nil {
		return err
	}
	defer c.Close()
	value := strings.Repeat("v", 100)
	start, sent := time.Now(), 0
	for {
		select {
		case <-done:
			return nil
		case <-time.After(time.Millisecond):
		}
		var b []byte
		from := sent
		for due := int(time.Since(start).Seconds() * float64(perSecond)); sent < due; sent++ {
			b = client.AppendCommand(b, "SET", "key:"+strconv.Itoa(sent%500_000), value)
		}
		if err := c.SendRaw(b); err != nil {
			return err
		}
		for range sent - from {
			if _, err := c.Recv(); err != nil {
				return err
			}
		}
	}
}
