package main

import (
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
)

// exportCommand writes an RDB file of a data directory.
func exportCommand() *cobra.Command {
	var where offline
	version := rdb.DefaultVersion
	cmd := &cobra.Command{
		Use:   "export DST --dir D",
		Short: "Write the data to an RDB file that Redis loads; - is standard output",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
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
	where.addTo(cmd)
	cmd.Flags().IntVar(&version, "rdb-version", version,
		"of the format: 9 for Redis 5 and 6, 10 for 7.0, 11 for 7.2 and Valkey")
	return cmd
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
