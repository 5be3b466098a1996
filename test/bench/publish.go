package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// publish compares how many messages a second reach many subscribers.
func publish(args []string) error {
	rounds, subscribers, messages := 5, 100, 20_000
	err := flags("publish", args, func(fs *flag.FlagSet) {
		fs.IntVar(&rounds, "rounds", rounds, "rounds to take the median of")
		fs.IntVar(&subscribers, "subscribers", subscribers, "who get each message")
		fs.IntVar(&messages, "messages", messages, "messages in a round: a subscriber that is slow must not be cut off")
	})
	if err != nil {
		return err
	}
	s, err := startSides("everysec")
	if err != nil {
		return err
	}
	defer s.stop()
	var got [2]sample
	var ratios []float64
	for round := range rounds {
		for turn := range s {
			side := (turn + round) % 2 // who goes first changes
			r, err := publishTo(s[side], subscribers, messages)
			if err != nil {
				return err
			}
			got[side].rate = append(got[side].rate, r.rate)
			got[side].cpu = append(got[side].cpu, micros(r.cpuEach))
		}
		ratios = append(ratios, got[0].rate[round]/got[1].rate[round])
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "subscribers\tcairn deliveries/s\tredis deliveries/s\tratio\twanted\tcairn CPU us a message\tredis CPU us a message\t")
	fmt.Fprintf(out, "%d\t%.0f\t%.0f\t%.2f\t1.00\t%.1f\t%.1f\t\n", subscribers, median(got[0].rate), median(got[1].rate),
		median(ratios), median(got[0].cpu), median(got[1].cpu))
	return out.Flush()
}

// publishTo publishes until all subscribers have got all messages. The rate is
// that of deliveries, the processor time that of a message.
func publishTo(t *target, subscribers, messages int) (result, error) {
	const each = len("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$100\r\n\r\n") + 100
	done := make(chan error, subscribers)
	for range subscribers {
		c, in, err := subscribe(t)
		if err != nil {
			return result{}, err
		}
		defer func() { _ = c.Close() }()
		go func() {
			_, err := in.Discard(messages * each)
			done <- err
		}()
	}
	load := drive{name: "PUBLISH", requests: messages, clients: 1, pipeline: 16, request: always("PUBLISH news " + strings.Repeat("x", 100))}
	before, err := t.cpu()
	if err != nil {
		return result{}, err
	}
	start := time.Now()
	r, err := load.run(t)
	for range subscribers {
		if gotAll := <-done; err == nil {
			err = gotAll
		}
	}
	r.elapsed = time.Since(start)
	r.rate = float64(messages*subscribers) / r.elapsed.Seconds()
	if err != nil {
		return r, err
	}
	after, err := t.cpu()
	r.cpuEach = (after - before) / time.Duration(messages)
	return r, err
}

// subscribe returns a new subscriber, and what it receives.
func subscribe(t *target) (net.Conn, *bufio.Reader, error) {
	c, err := net.DialTimeout("tcp", t.address(), time.Minute)
	if err != nil {
		return nil, nil, err
	}
	in := bufio.NewReaderSize(c, 64<<10)
	if err = c.SetDeadline(time.Now().Add(10 * time.Minute)); err == nil {
		if _, err = c.Write(client.AppendCommand(nil, "SUBSCRIBE", "news")); err == nil {
			err = skipReply(in)
		}
	}
	if err != nil {
		_ = c.Close()
	}
	return c, in, err
}
