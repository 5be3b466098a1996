package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/peer"
)

// importing is what an import was told.
type importing struct {
	where  offline
	to     string
	o      tools.ImportOptions
	dryRun bool
	temp   string
	follow following
}

// taker takes the keys of an RDB file to where they shall go.
type taker func(ctx context.Context, r io.Reader, o tools.ImportOptions) (*tools.Report, error)

// importCommand takes the keys of an RDB file or an AOF into a data directory or a running server.
func importCommand() *cobra.Command {
	var im importing
	cmd := &cobra.Command{
		Use:   "import SRC (--dir D | --to redis://[user:password@]host[:port][/db])",
		Short: "Take the keys of an RDB file, an AOF or a running server into the data or a running server",
		Long: "Take the keys of SRC into the data or a running server. SRC is an RDB file (- is standard input), an AOF (its\n" +
			"directory, its manifest, or an old single file), or the redis:// address of a running server.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if im.follow.on {
				return im.runFollowing(args[0])
			}
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return im.run(ctx, args[0])
		},
	}
	im.where.addOptionalTo(cmd)
	flags := cmd.Flags()
	flags.StringVar(&im.to, "to", "", "a running server, Redis or Cairn, to take the keys to")
	flags.BoolVar(&im.o.Replace, "replace", false, "replace keys that exist, instead of skipping those of the source")
	flags.BoolVar(&im.dryRun, "dry-run", false, "only read the source, and tell what cannot be taken")
	flags.IntSliceVar(&im.o.Databases, "db", nil, "take the keys of these databases only")
	flags.StringVar(&im.o.Match, "match", "", "take keys only whose names match this glob")
	flags.StringSliceVar(&im.o.Types, "type", nil, "take keys of these types only")
	flags.StringVar(&im.temp, "temp", "", "where an AOF is carried out first; if not given, within the data directory")
	im.follow.addTo(cmd)
	cmd.MarkFlagsOneRequired("dir", "to")
	cmd.MarkFlagsMutuallyExclusive("dir", "to")
	return cmd
}

func (im *importing) run(ctx context.Context, path string) error {
	if err := im.o.Validate(); err != nil {
		return err
	}
	im.o.Skipped = tools.FirstSkips(os.Stderr)
	switch {
	case im.to != "":
		return im.toServer(ctx, path)
	case im.dryRun:
		return im.from(ctx, onlyRead, path)
	}
	return im.where.with(func(store *persistence.Store) error {
		im.o.LoadLibrary = func(code string, replace bool) error { return server.LoadLibrary(store, code, replace) }
		if im.temp == "" {
			im.temp = im.where.dir
		}
		return im.from(ctx, intoStore(store), path)
	})
}

func intoStore(store *persistence.Store) taker {
	return func(ctx context.Context, r io.Reader, o tools.ImportOptions) (*tools.Report, error) {
		return tools.Import(ctx, store, r, o)
	}
}

// onlyRead takes nothing.
var onlyRead = intoStore(nil)

func (im *importing) toServer(ctx context.Context, path string) error {
	u, err := peer.ParseURL(im.to)
	if err != nil {
		return err
	}
	if u.Database >= 0 && len(im.o.Databases) != 1 {
		return fmt.Errorf("keys that go to database %d must come from one: name it by --db", u.Database)
	}
	c, err := peer.Dial(ctx, u)
	if err != nil {
		return err
	}
	defer c.Close()
	if im.dryRun {
		return im.from(ctx, onlyRead, path)
	}
	return im.from(ctx, func(ctx context.Context, r io.Reader, o tools.ImportOptions) (*tools.Report, error) {
		return tools.Send(ctx, c, r, o)
	}, path)
}

// from finds out what the source is.
func (im *importing) from(ctx context.Context, to taker, path string) error {
	if peer.IsURL(path) {
		return im.fromServer(ctx, to, path)
	}
	a, err := tools.FindAOF(path)
	if err != nil {
		return err
	}
	if a != nil {
		return im.fromAOF(ctx, to, a)
	}
	f, size, err := tools.OpenSource(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	return im.take(ctx, to, f, size, nil)
}

// fromServer takes what a running server holds at one moment.
func (im *importing) fromServer(ctx context.Context, to taker, path string) error {
	u, err := peer.ParseURL(path)
	if err != nil {
		return err
	}
	if u.Database >= 0 && len(im.o.Databases) == 0 {
		im.o.Databases = []int{u.Database}
	}
	live, err := tools.OpenLive(ctx, u, false)
	if err != nil {
		return err
	}
	defer live.Close()
	r, size := live.RDB()
	return im.take(ctx, to, r, size, nil)
}

// take takes an RDB file. before is what has been skipped on the way to it.
func (im *importing) take(ctx context.Context, to taker, r io.Reader, size int64, before map[string]int64) error {
	progress, end := tools.ShowProgress(os.Stderr, "importing", "bytes", size)
	defer end()
	o := im.o
	o.NowMs, o.Progress = time.Now().UnixMilli(), progress
	report, err := to(ctx, r, o)
	end()
	for reason, n := range before {
		report.Skipped[reason] += n
	}
	if ctx.Err() != nil {
		err = ctx.Err() // whatever came of it
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
