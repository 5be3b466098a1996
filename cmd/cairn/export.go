package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/peer"
)

// exportCommand writes an RDB file of a data directory or a running server.
func exportCommand() *cobra.Command {
	var where offline
	from := ""
	version := rdb.DefaultVersion
	cmd := &cobra.Command{
		Use:   "export DST (--dir D | --from redis://[user:password@]host[:port])",
		Short: "Write the data, or what a running server holds, to an RDB file that Redis loads; - is standard output",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if from != "" {
				return exportFrom(from, args[0])
			}
			if err := tools.NeedVersion(version); err != nil {
				return err
			}
			if err := tools.NeedData(where.dir); err != nil {
				return err
			}
			return where.with(func(store *persistence.Store) error {
				return export(store, args[0], version)
			})
		},
	}
	where.addOptionalTo(cmd)
	cmd.Flags().StringVar(&from, "from", "", "a running server, Redis or Cairn, that sends all it holds as to a replica")
	cmd.Flags().IntVar(&version, "rdb-version", version,
		"of the format: 9 for Redis 5 and 6, 10 for 7.0, 11 for 7.2 and Valkey")
	cmd.MarkFlagsOneRequired("dir", "from")
	cmd.MarkFlagsMutuallyExclusive("dir", "from")
	cmd.MarkFlagsMutuallyExclusive("rdb-version", "from") // it is the server's
	return cmd
}

// exportFrom writes what a running server holds at one offset of its history.
func exportFrom(from, path string) error {
	u, err := peer.ParseURL(from)
	if err != nil {
		return err
	}
	if u.Database >= 0 {
		return fmt.Errorf("%v: all databases are written, not one", u)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	live, err := tools.OpenLive(ctx, u, false)
	if err != nil {
		return err
	}
	defer live.Close()
	_, size := live.RDB()
	progress, end := tools.ShowProgress(os.Stderr, "exporting", "bytes", size)
	defer end()
	var report *tools.Report
	var out io.Writer = os.Stdout
	if path == "-" {
		out = os.Stderr
		report, err = tools.ExportLive(ctx, live, os.Stdout, progress)
	} else {
		report, err = tools.ExportLiveFile(ctx, live, path, progress)
	}
	end()
	if err = cmp.Or(ctx.Err(), err); err != nil {
		return fmt.Errorf("%v: %w", u, err)
	}
	fmt.Fprintf(out, "at offset %d of %v\n", live.Offset(), u)
	return report.Write(out)
}

func export(store *persistence.Store, path string, version int) error {
	keys, err := tools.CountKeys(store)
	if err != nil {
		return err
	}
	progress, end := tools.ShowProgress(os.Stderr, "exporting", "keys", keys)
	defer end()
	o := tools.ExportOptions{
		Version: version, RedisVersion: server.RedisVersion, NowMs: time.Now().UnixMilli(), Progress: progress,
	}
	var report *tools.Report
	var out io.Writer = os.Stdout
	if path == "-" {
		out = os.Stderr
		report, err = tools.Export(store, os.Stdout, o)
	} else {
		report, err = tools.ExportFile(store, path, o)
	}
	if err != nil {
		return err
	}
	end()
	if err := report.Write(out); err != nil {
		return err
	}
	return anySkipped(report)
}
