package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/peer"
)

// overwriteFlag allows what else is refused: to give up data that the server to be followed does not know.
const overwriteFlag = "--overwrite"

// followCommand serves as a replica of a running server.
func followCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "follow redis://[user:password@]host[:port] [" + overwriteFlag + "] [file] [--directive value ...]",
		Short: "Serve as a durable replica of a running Redis or Cairn, until it is promoted",
		Long: "Serve as a durable replica of a running Redis or Cairn, and say how far behind it is. What follows the address\n" +
			"is as for serve. `cairn promote` makes it a master. Data that are not, or no more, the other server's are refused,\n" +
			"since following would replace them; " + overwriteFlag + " lets them be replaced.",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || args[0] == "--help" || args[0] == "-h" {
				return cmd.Help()
			}
			overwrite := len(args) > 1 && args[1] == overwriteFlag
			rest := args[1:]
			if overwrite {
				rest = args[2:]
			}
			return followServer(args[0], overwrite, rest)
		},
	}
}

func followServer(url string, overwrite bool, args []string) error {
	u, err := peer.ParseURL(url)
	if err != nil {
		return err
	}
	if u.Database >= 0 {
		return fmt.Errorf("%v: all databases are followed, not one", u)
	}
	cfg := config.New()
	if err := cfg.Load(append(args, masterOf(u)...), os.Stdin); err != nil {
		return err
	}
	giveRoom()
	s, err := server.New(cfg)
	if err != nil {
		return err
	}
	if !overwrite {
		if err := mayFollow(s, u, cfg.Dir.Get()); err != nil {
			return errors.Join(err, s.Discard())
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	var watch sync.WaitGroup
	watch.Go(func() { showLag(ctx, u, ownURL(cfg)) })
	err = s.Run()
	stop()
	watch.Wait()
	return err
}

// masterOf are the directives that name a master.
func masterOf(u peer.URL) []string {
	host, port, _ := net.SplitHostPort(u.Addr) // as ParseURL has joined them
	args := []string{"--replicaof", host, port}
	if u.User != "" {
		args = append(args, "--masteruser", u.User)
	}
	if u.Password != "" {
		args = append(args, "--masterauth", u.Password)
	}
	if u.TLS {
		args = append(args, "--tls-replication", "yes")
	}
	return args
}

// mayFollow refuses data that the master would replace by its own although they are others: those of a replica that has
// been promoted above all.
func mayFollow(s *server.Server, u peer.URL, dir string) error {
	id, any := s.History()
	if !any {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := peer.Dial(ctx, u)
	if err != nil {
		return fmt.Errorf("whose data are in %s cannot be found out: %w (start it with serve, or with %s)", dir, err, overwriteFlag)
	}
	defer c.Close()
	for _, field := range []string{"master_replid", "master_replid2"} {
		known, err := c.Info("replication", field)
		if err != nil {
			return err
		}
		if known == id {
			return nil
		}
	}
	return fmt.Errorf("the data in %s are not, or no more, those of %v, which would replace them: serve them with serve, or give "+
		"them up with %s", dir, u, overwriteFlag)
}

// ownURL is where this process itself is reached.
func ownURL(cfg *config.Config) peer.URL {
	return peer.URL{Addr: net.JoinHostPort("127.0.0.1", strconv.FormatInt(int64(cfg.Port.Get()), 10)), Password: cfg.Text("requirepass"), Database: -1}
}

// showLag says how far behind a replica is, until ctx ends or it is no replica any more.
func showLag(ctx context.Context, master, replica peer.URL) {
	show := newStatusLine(os.Stderr)
	defer show.end()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	w := tools.WatchReplica(ctx, master, replica)
	defer w.Close()
	was := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		state, ok := w.Look()
		if !ok {
			continue // it is starting, or cannot be asked
		}
		if state.Promoted {
			show.say("promoted: this server is a master now")
			return
		}
		if state.Link != was {
			was = state.Link
			show.say(fmt.Sprintf("following %v: %s", master, state.Link))
		}
		show.set(state.String())
	}
}
