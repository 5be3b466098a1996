package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// churn runs a trimmed leaderboard and a queue for long, and tells whether they
// become slower, and what they leave on disk.
func churn(args []string) error {
	operations := 10_000_000
	err := flags("churn", args, func(fs *flag.FlagSet) { fs.IntVar(&operations, "operations", operations, "commands of each") })
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "workload\tfirst tenth/s\tlast tenth/s\tratio\twanted\ttables MiB\t")
	leaderboard := func(b []byte, i int) []byte {
		b = client.AppendCommand(b, "ZADD", "board", fmt.Sprint(i*7919%1_000_003), "player:"+fmt.Sprint(i))
		return client.AppendCommand(b, "ZREMRANGEBYRANK", "board", "0", "-10001")
	}
	queue := func(b []byte, i int) []byte {
		b = client.AppendCommand(b, "LPUSH", "queue", "job:"+fmt.Sprint(i))
		return client.AppendCommand(b, "BRPOP", "queue", "1")
	}
	for _, w := range []struct {
		name string
		pair func(b []byte, i int) []byte
	}{{"leaderboard", leaderboard}, {"queue", queue}} {
		if err := churnOne(w.name, w.pair, operations, out); err != nil {
			return err
		}
	}
	return out.Flush()
}

func churnOne(name string, pair func([]byte, int) []byte, operations int, out *tabwriter.Writer) error {
	t, err := startCairn("--appendfsync", "everysec")
	if err != nil {
		return err
	}
	defer t.stop()
	c, err := client.Dial(t.address(), time.Minute)
	if err != nil {
		return err
	}
	defer c.Close()
	var rates []float64
	for tenth := range 10 {
		start := time.Now()
		if err := churnRun(c, pair, tenth*operations/20, operations/20); err != nil {
			return err
		}
		rates = append(rates, float64(operations)/10/time.Since(start).Seconds())
	}
	size, err := dirBytes(filepath.Join(t.dir, "tables"))
	fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%.2f\t0.90\t%.1f\t\n", name, rates[0], rates[9], rates[9]/rates[0], float64(size)/(1<<20))
	return err
}

// churnRun sends pairs of commands in pipelines.
func churnRun(c *client.Conn, pair func([]byte, int) []byte, from, n int) error {
	const depth = 16
	var b []byte
	for i := 0; i < n; i += depth {
		b = b[:0]
		k := min(depth, n-i)
		for j := range k {
			b = pair(b, from+i+j)
		}
		if err := c.SendRaw(b); err != nil {
			return err
		}
		for range 2 * k {
			if _, err := c.Recv(); err != nil {
				return err
			}
		}
	}
	return nil
}

func dirBytes(dir string) (total int64, err error) {
	err = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
		return err
	})
	return total, err
}
