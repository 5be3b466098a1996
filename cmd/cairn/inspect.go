package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/inspect"
	"github.com/cairndb/cairn/tools/peer"
)

// inspectCommand tells what a data set is made of.
func inspectCommand() *cobra.Command {
	where := offline{databases: 16}
	from, biggest, asJSON, showLog := "", 10, false, false
	var log inspect.LogOptions
	cmd := &cobra.Command{
		Use:   "inspect (--dir D | --from redis://[user:password@]host[:port][/db])",
		Short: "Tell what a data set is made of: biggest keys, types, prefixes, expire times, tables, log",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			switch {
			case showLog && where.dir == "":
				return errors.New("--log needs --dir")
			case showLog:
				log.JSON = asJSON
				return inspectLog(where.dir, log)
			case from != "":
				u, err := peer.ParseURL(from)
				if err != nil {
					return err
				}
				r, err := inspect.Server(ctx, u, biggest, inspect.Step(tools.ShowSteps(os.Stderr)))
				return showReport(r, err, asJSON)
			}
			if err := tools.NeedData(where.dir); err != nil {
				return err
			}
			return where.with(func(store *persistence.Store) error {
				r, err := inspect.Store(where.dir, store, biggest, inspect.Step(tools.ShowSteps(os.Stderr)))
				return showReport(r, err, asJSON)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&where.dir, "dir", "", "the data directory, which no server uses meanwhile")
	flags.StringVar(&where.memory, "memory", "256mb", "memory to use")
	flags.StringVar(&from, "from", "", "the address of a running server, Redis or Cairn")
	flags.IntVar(&biggest, "biggest", biggest, "how many of the biggest keys are named")
	flags.BoolVar(&asJSON, "json", false, "for programs")
	flags.BoolVar(&showLog, "log", false, "show the commands in the log instead")
	flags.Int64Var(&log.From, "from-offset", 0, "with --log: from this offset on")
	flags.Int64Var(&log.Count, "count", 0, "with --log: so many commands; 0: all")
	cmd.MarkFlagsMutuallyExclusive("dir", "from")
	cmd.MarkFlagsOneRequired("dir", "from")
	return cmd
}

func showReport(r *inspect.Report, err error, asJSON bool) error {
	if err != nil {
		return err
	}
	if !asJSON {
		return r.Write(os.Stdout)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(r)
}

func inspectLog(dir string, o inspect.LogOptions) (err error) {
	if err := tools.NeedData(dir); err != nil {
		return err
	}
	lock, err := persistence.LockDirectory(vfs.Default, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	log, err := tools.LogDirectory(dir)
	if err != nil {
		return err
	}
	return inspect.ShowLog(log, os.Stdout, o)
}
