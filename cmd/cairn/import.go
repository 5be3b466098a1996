package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
)

// importCommand takes the keys of an RDB file into a data directory.
func importCommand() *cobra.Command {
	var where offline
	var o tools.ImportOptions
	dryRun := false
	cmd := &cobra.Command{
		Use:   "import SRC --dir D",
		Short: "Take the keys of an RDB file into the data; - is standard input",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := o.Validate(); err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			if dryRun {
				return importFrom(ctx, nil, args[0], o)
			}
			return where.with(func(store *persistence.Store) error {
				o.LoadLibrary = func(code string, replace bool) error { return server.LoadLibrary(store, code, replace) }
				return importFrom(ctx, store, args[0], o)
			})
		},
	}
	where.addTo(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&o.Replace, "replace", false, "replace keys that exist, instead of skipping those of the file")
	flags.BoolVar(&dryRun, "dry-run", false, "only read the file, and tell what cannot be taken")
	flags.IntSliceVar(&o.Databases, "db", nil, "take the keys of these databases only")
	flags.StringVar(&o.Match, "match", "", "take keys only whose names match this glob")
	flags.StringSliceVar(&o.Types, "type", nil, "take keys of these types only")
	return cmd
}

func importFrom(ctx context.Context, store *persistence.Store, path string, o tools.ImportOptions) error {
	f, size, err := tools.OpenSource(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	progress, end := tools.ShowProgress(os.Stderr, "importing", "bytes", size)
	defer end()
	o.NowMs, o.Progress = time.Now().UnixMilli(), progress
	o.Skipped = tools.FirstSkips(os.Stderr)
	report, err := tools.Import(ctx, store, f, o)
	end()
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted: run it again with --replace to finish it")
	}
	if err := errors.Join(err, report.Write(os.Stdout)); err != nil {
		return err
	}
	return anySkipped(report)
}
