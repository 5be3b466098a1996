package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
)

// importing is what an import was told.
type importing struct {
	where  offline
	o      tools.ImportOptions
	dryRun bool
	temp   string
}

// importCommand takes the keys of an RDB file or an AOF into a data directory.
func importCommand() *cobra.Command {
	var im importing
	cmd := &cobra.Command{
		Use:   "import SRC --dir D",
		Short: "Take the keys of an RDB file or an AOF into the data; - is an RDB file on standard input",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := im.o.Validate(); err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return im.run(ctx, args[0])
		},
	}
	im.where.addTo(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&im.o.Replace, "replace", false, "replace keys that exist, instead of skipping those of the source")
	flags.BoolVar(&im.dryRun, "dry-run", false, "only read the source, and tell what cannot be taken")
	flags.IntSliceVar(&im.o.Databases, "db", nil, "take the keys of these databases only")
	flags.StringVar(&im.o.Match, "match", "", "take keys only whose names match this glob")
	flags.StringSliceVar(&im.o.Types, "type", nil, "take keys of these types only")
	flags.StringVar(&im.temp, "temp", "", "where an AOF is carried out first; if not given, within the data directory")
	return cmd
}

func (im *importing) run(ctx context.Context, path string) error {
	im.o.Skipped = tools.FirstSkips(os.Stderr)
	if im.dryRun {
		return im.from(ctx, nil, path)
	}
	return im.where.with(func(store *persistence.Store) error {
		im.o.LoadLibrary = func(code string, replace bool) error { return server.LoadLibrary(store, code, replace) }
		if im.temp == "" {
			im.temp = im.where.dir
		}
		return im.from(ctx, store, path)
	})
}

// from finds out what the source is.
func (im *importing) from(ctx context.Context, store *persistence.Store, path string) error {
	a, err := tools.FindAOF(path)
	if err != nil {
		return err
	}
	if a != nil {
		return im.fromAOF(ctx, store, a)
	}
	f, size, err := tools.OpenSource(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	return im.take(ctx, store, f, size, nil)
}

// take takes an RDB file. before is what has been skipped on the way to it.
func (im *importing) take(ctx context.Context, store *persistence.Store, r io.Reader, size int64, before map[string]int64) error {
	progress, end := tools.ShowProgress(os.Stderr, "importing", "bytes", size)
	defer end()
	o := im.o
	o.NowMs, o.Progress = time.Now().UnixMilli(), progress
	report, err := tools.Import(ctx, store, r, o)
	end()
	for reason, n := range before {
		report.Skipped[reason] += n
	}
	if err := errors.Join(interrupted(err), report.Write(os.Stdout)); err != nil {
		return err
	}
	return anySkipped(report)
}

// interrupted says what to do after an interruption.
func interrupted(err error) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted: run it again with --replace to finish it")
	}
	return err
}
