package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"text/tabwriter"
)

// collections compares the commands of lists, hashes, sets and sorted sets, in
// the order in which they find something to take, at pipelines of 16.
func collections(args []string) error {
	rounds, requests, keys, fsync := 5, 500_000, 100_000, "everysec"
	err := flags("collections", args, func(fs *flag.FlagSet) {
		fs.IntVar(&rounds, "rounds", rounds, "rounds to take the median of")
		fs.IntVar(&requests, "requests", requests, "requests a run")
		fs.IntVar(&keys, "keys", keys, "keys or members to draw from")
		fs.StringVar(&fsync, "fsync", fsync, "appendfsync of both")
	})
	if err != nil {
		return err
	}
	cairn, err := startCairn("--appendfsync", fsync)
	if err != nil {
		return err
	}
	defer cairn.stop()
	redis, err := startRedis("--appendonly", "yes", "--appendfsync", fsync)
	if err != nil {
		return err
	}
	defer redis.stop()
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "%s / %s\tload\tcairn/s\tredis/s\tratio\twanted\tcairn CPU us\tredis CPU us\t\n", fsync, fsync)
	p := pairing{name: fsync}
	product, n := 1.0, 0
	for _, command := range collectionCommands {
		l := load{command: command, pipeline: 16, requests: requests, keys: keys, bytes: 100, clients: 50}
		bound := 1.0
		if n := lrangeShare(command); n > 1 {
			l.requests, bound = requests/n, 0.9
		}
		ratio, err := p.measure(l, bound, rounds, cairn, redis, out)
		if err != nil {
			return err
		}
		if bound == 1.0 {
			product *= ratio
			n++
		}
	}
	wanted := 1.2
	if fsync == "always" {
		wanted = 1.3
	}
	fmt.Fprintf(out, "geometric mean without LRANGE\t\t\t\t%.2f\t%.2f\t\t\t\n", math.Pow(product, 1/float64(n)), wanted)
	return out.Flush()
}

var collectionCommands = []string{
	"lpush", "rpush", "lrange_100", "lrange_300", "lrange_600", "lpop", "rpop",
	"sadd", "spop", "hset", "zadd", "zpopmin", "incr", "mset",
}

// lrangeShare is by how much fewer requests of a long LRANGE are enough.
func lrangeShare(command string) int {
	switch command {
	case "lrange_100":
		return 10
	case "lrange_300", "lrange_600":
		return 40
	}
	return 1
}
