package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/backup"
)

// repository are the flags that say how a place of backups is reached.
type repository struct{ s3 backup.S3Options }

func (r *repository) addTo(flags *pflag.FlagSet) {
	flags.StringVar(&r.s3.Endpoint, "s3-endpoint", os.Getenv("CAIRN_S3_ENDPOINT"),
		"URL of the storage that s3:// is at; if not given, CAIRN_S3_ENDPOINT, or Amazon's")
	flags.StringVar(&r.s3.Region, "s3-region", os.Getenv("AWS_REGION"), "its region; if not given, AWS_REGION")
}

// with runs fn, which may be interrupted, on the repository at a place.
func (r *repository) with(place string, fn func(ctx context.Context, repo *backup.Repository) error) error {
	repo, err := backup.At(place, r.s3)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err = fn(ctx, repo)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return errors.New("interrupted: run it again to finish it")
	}
	return err
}

// progressOf shows how much of some bytes is done.
func progressOf(what string) func(total int64) (done func(int64), end func()) {
	return func(total int64) (func(int64), func()) {
		p, end := tools.ShowProgress(os.Stderr, what, "bytes", total)
		return p, end
	}
}

func warn(text string) { fmt.Fprintln(os.Stderr, "cairn: "+text) }

// bytesFlag reads a number of bytes, such as 20mb.
func bytesFlag(name, text string) (int64, error) {
	n, ok := config.ParseMemory(text)
	if !ok || n < 0 {
		return 0, fmt.Errorf("--%s %q is no number of bytes such as 20mb", name, text)
	}
	return n, nil
}
