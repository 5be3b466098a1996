package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/peer"
)

// promoteCommand makes a replica a master.
func promoteCommand() *cobra.Command {
	o := tools.PromoteOptions{Timeout: time.Minute}
	master := ""
	cmd := &cobra.Command{
		Use:   "promote [redis://[user:password@]host[:port]]",
		Short: "Make a replica a master once it has everything; redis://127.0.0.1:6379 if no other is named",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return promote(append(args, "redis://127.0.0.1:6379")[0], master, o)
		},
	}
	flags := cmd.Flags()
	flags.DurationVar(&o.Pause, "pause", 0, "let the old master take no writes for so long (CLIENT PAUSE): then none is lost")
	flags.DurationVar(&o.Timeout, "timeout", o.Timeout, "how long the replica may take to catch up")
	flags.BoolVar(&o.Forced, "force", false, "promote it also if the old master cannot be reached or the replica does not catch up")
	flags.StringVar(&master, "master", "", "address of the old master, if the replica cannot tell how it is reached from here")
	return cmd
}

func promote(replica, master string, o tools.PromoteOptions) error {
	u, err := peer.ParseURL(replica)
	if err != nil {
		return err
	}
	var of peer.URL
	if master != "" {
		if of, err = peer.ParseURL(master); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o.Note = func(line string) { fmt.Fprintln(os.Stderr, line) }
	offset, err := tools.Promote(ctx, u, of, o)
	if err != nil {
		return err
	}
	fmt.Printf("%v is a master now, at offset %d\n", u, offset)
	if o.Pause > 0 {
		fmt.Printf("The old one takes no writes for %v: point the clients at the new one before that ends.\n", o.Pause)
	} else {
		fmt.Println("What the old one has been told since is not there: with --pause it takes no writes meanwhile.")
	}
	return nil
}
