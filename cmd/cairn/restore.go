package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/backup"
)

// restoring is what a restore was told.
type restoring struct {
	where offline
	place repository
	to    string
	o     backup.RestoreOptions
}

// restoreCommand makes a data directory of a backup.
func restoreCommand() *cobra.Command {
	var r restoring
	cmd := &cobra.Command{
		Use:   "restore SRC --dir D [--to-time T | --to-offset N]",
		Short: "Make a new data directory of the backups in a directory or s3://bucket/prefix, as it was at any moment",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return r.place.with(args[0], r.run) },
	}
	r.where.addTo(cmd)
	r.place.addTo(cmd.Flags())
	flags := cmd.Flags()
	flags.StringVar(&r.o.Backup, "backup", "", "the backup to begin with; if not given, the best one")
	flags.StringVar(&r.to, "to-time", "", `the moment, such as "2006-01-02 15:04:05.999" or 2006-01-02T15:04:05Z or Unix seconds`)
	flags.Int64Var(&r.o.ToOffset, "to-offset", -1, "the offset in the log")
	cmd.MarkFlagsMutuallyExclusive("to-time", "to-offset")
	return cmd
}

func (r *restoring) run(ctx context.Context, repo *backup.Repository) (err error) {
	if r.o.To, err = parseTime(r.to); err != nil {
		return err
	}
	r.o.Progress = progressOf("restoring")
	done, err := backup.Restore(ctx, repo, vfs.Default, r.where.dir, r.o)
	if err != nil {
		return err
	}
	err = r.where.with(func(store *persistence.Store) error { // carries the log out
		keys, err := tools.CountKeys(store)
		if err != nil {
			return err
		}
		fmt.Printf("%d keys in %s\n", keys, r.where.dir)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s is restored, but does not open: %w", r.where.dir, err)
	}
	return done.Write(os.Stdout)
}

// timeLayouts are those in which a moment can be given; without a zone it is local.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02",
}

func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range timeLayouts {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at, nil
		}
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds > 0 && seconds < math.MaxInt32*100) {
		return time.Time{}, errors.New(`"` + text + `" is no moment such as "2006-01-02 15:04:05"`)
	}
	return time.UnixMilli(int64(math.Round(seconds * 1000))), nil
}
