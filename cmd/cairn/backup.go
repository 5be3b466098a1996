package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/backup"
	"github.com/cairndb/cairn/tools/peer"
)

// backingUp is what a backup was told.
type backingUp struct {
	where offline
	place repository
	from  string
	rate  string
	o     backup.MakeOptions
}

// backupCommand backs a server or a data directory up.
func backupCommand() *cobra.Command {
	var b backingUp
	cmd := &cobra.Command{
		Use:   "backup DST (--from redis://[user:password@]host[:port] | --dir D)",
		Short: "Back a running server or a data directory up to a directory or s3://bucket/prefix; only what is new is copied",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return b.place.with(args[0], b.run) },
	}
	b.where.addOptionalTo(cmd)
	b.place.addTo(cmd.PersistentFlags())
	flags := cmd.Flags()
	flags.StringVar(&b.from, "from", "", "the server to back up")
	flags.StringVar(&b.rate, "max-rate", "0", "bytes a second to read at most, such as 20mb; 0: no limit")
	flags.BoolVar(&b.o.Full, "full", false, "read all tables, also those that an earlier backup has")
	cmd.MarkFlagsOneRequired("dir", "from")
	cmd.MarkFlagsMutuallyExclusive("dir", "from")
	cmd.AddCommand(backupListCommand(&b.place), backupVerifyCommand(&b.place), backupPruneCommand(&b.place))
	return cmd
}

func (b *backingUp) run(ctx context.Context, repo *backup.Repository) (err error) {
	if b.o.BytesPerSecond, err = bytesFlag("max-rate", b.rate); err != nil {
		return err
	}
	b.o.Now, b.o.Warn, b.o.Progress = time.Now, warn, progressOf("backing up")
	if b.from != "" {
		return b.server(ctx, repo)
	}
	if err := tools.NeedData(b.where.dir); err != nil {
		return err
	}
	return b.where.with(func(store *persistence.Store) error { return b.make(ctx, repo, backup.OfStore(store)) })
}

func (b *backingUp) server(ctx context.Context, repo *backup.Repository) error {
	u, err := peer.ParseURL(b.from)
	if err != nil {
		return err
	}
	c, err := peer.Dial(ctx, u)
	if err != nil {
		return err
	}
	defer c.Close()
	return b.make(ctx, repo, backup.OfServer(c))
}

func (b *backingUp) make(ctx context.Context, repo *backup.Repository, source backup.Source) error {
	defer func() { _ = source.Close() }() // it has ended, or failed
	made, err := backup.Make(ctx, repo, source, b.o)
	if err != nil {
		return err
	}
	return made.Write(os.Stdout)
}

func backupListCommand(place *repository) *cobra.Command {
	return &cobra.Command{
		Use:   "list DST",
		Short: "List backups, and what can be restored",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return place.with(args[0], func(ctx context.Context, repo *backup.Repository) error {
				l, err := backup.List(ctx, repo)
				if err != nil {
					return err
				}
				return l.Write(os.Stdout)
			})
		},
	}
}

func backupVerifyCommand(place *repository) *cobra.Command {
	return &cobra.Command{
		Use:   "verify DST",
		Short: "Read all files of all backups, and name those that are damaged or missing",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return place.with(args[0], func(ctx context.Context, repo *backup.Repository) error {
				o := backup.VerifyOptions{Progress: progressOf("verifying"), Problem: func(text string) { fmt.Println(text) }}
				v, err := backup.Verify(ctx, repo, o)
				if err != nil {
					return err
				}
				if err := v.Write(os.Stdout); err != nil {
					return err
				}
				if v.Problems > 0 {
					return fmt.Errorf("%d files are damaged or missing", v.Problems)
				}
				return nil
			})
		},
	}
}

func backupPruneCommand(place *repository) *cobra.Command {
	var o backup.PruneOptions
	days := 0.0
	cmd := &cobra.Command{
		Use:   "prune DST (--keep N | --keep-days D)",
		Short: "Remove old backups, and all that no other one needs",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return place.with(args[0], func(ctx context.Context, repo *backup.Repository) error {
				o.KeepFor, o.Now = backup.Days(days), time.Now()
				o.Removing = func(text string) { fmt.Println("removed: " + text) }
				if o.DryRun {
					o.Removing = func(text string) { fmt.Println("would be removed: " + text) }
				}
				p, err := backup.Prune(ctx, repo, o)
				if err != nil {
					return err
				}
				return p.Write(os.Stdout)
			})
		},
	}
	cmd.Flags().IntVar(&o.Keep, "keep", 0, "how many of the newest backups to keep")
	cmd.Flags().Float64Var(&days, "keep-days", 0, "keep all that are younger than so many days")
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "remove nothing, only tell")
	cmd.MarkFlagsOneRequired("keep", "keep-days")
	return cmd
}
