package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// small fills both servers with many small collections and compares their RAM.
func small(args []string) error {
	keys := 1_000_000
	if err := flags("small", args, func(fs *flag.FlagSet) { fs.IntVar(&keys, "keys", keys, "collections of 20 members") }); err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "type\tcairn bytes a member\tredis bytes a member\tratio\twanted\t")
	for _, command := range []string{"HSET", "SADD", "ZADD"} {
		var each [2]float64
		for i, name := range []string{"cairn", "redis"} {
			var err error
			if each[i], err = smallOne(name, command, keys); err != nil {
				return err
			}
		}
		fmt.Fprintf(out, "%s\t%.1f\t%.1f\t%.2f\t1.30\t\n", command, each[0], each[1], each[0]/each[1])
	}
	return out.Flush()
}

const smallMembers = 20

func smallOne(name, command string, keys int) (float64, error) {
	t, err := startByName(name, "--appendfsync", "no")
	if err != nil {
		return 0, err
	}
	defer t.stop()
	empty, err := t.status("VmRSS")
	if err != nil {
		return 0, err
	}
	c, err := client.Dial(t.address(), time.Minute)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	const depth = 50
	for from := 0; from < keys; from += depth {
		var b []byte
		for k := from; k < from+depth; k++ {
			b = client.AppendCommand(b, smallCollection(command, k)...)
		}
		if err := c.SendRaw(b); err != nil {
			return 0, err
		}
		for range depth {
			if _, err := c.Recv(); err != nil {
				return 0, err
			}
		}
	}
	full, err := t.status("VmRSS")
	return float64(full-empty) / float64(keys*smallMembers), err
}

func smallCollection(command string, k int) []string {
	args := []string{command, "collection:" + strconv.Itoa(k)}
	for i := range smallMembers {
		m := "member:" + strconv.Itoa(k%1000*100+i)
		switch command {
		case "HSET":
			args = append(args, m, "value:"+strconv.Itoa(i))
		case "ZADD":
			args = append(args, strconv.Itoa(k%7919+i), m)
		default:
			args = append(args, m)
		}
	}
	return args
}
