package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
)

// An AOF is carried out on a store of its own first. Then its keys can be chosen, skipped and replaced as those of a
// file, and what a run that was interrupted has done cannot make the next one end otherwise.
const (
	scratchPattern = "import-*.tmp"
	scratchMemory  = "64mb" // to read it again
)

func (im *importing) fromAOF(ctx context.Context, to taker, a *tools.AOF) (err error) {
	if err := removeScratch(im.temp); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(im.temp, scratchPattern)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	scratch := im.where
	scratch.dir = dir
	var skipped map[string]int64
	err = scratch.withOffline(func(off *server.Offline) (err error) {
		skipped, err = im.replay(ctx, off, a)
		return err
	})
	if err != nil {
		return interrupted(err)
	}
	scratch.memory = scratchMemory
	return scratch.with(func(from *persistence.Store) error {
		return exportInto(from, func(r io.Reader) error { return im.take(ctx, to, r, 0, skipped) })
	})
}

// removeScratch removes what a run that was killed has left in the data directory.
func removeScratch(dir string) error {
	if dir == "" {
		return nil // the system's directory for such: there are those of others, too
	}
	left, err := filepath.Glob(filepath.Join(dir, scratchPattern))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

func (im *importing) replay(ctx context.Context, off *server.Offline, a *tools.AOF) (map[string]int64, error) {
	progress, end := tools.ShowProgress(os.Stderr, "reading the AOF", "bytes", a.Bytes())
	defer end()
	return a.Replay(ctx, off.Store, tools.ReplayOptions{
		Apply: off.Apply, Progress: progress, Skipped: im.o.Skipped,
		LoadLibrary: func(code string, replace bool) error { return server.LoadLibrary(off.Store, code, replace) },
		Note:        func(line string) { fmt.Fprintln(os.Stderr, line) },
	})
}

// exportInto lets fn read what a store holds, as an RDB file.
func exportInto(store *persistence.Store, fn func(r io.Reader) error) error {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := tools.Export(store, w, tools.ExportOptions{Plain: true, RedisVersion: server.RedisVersion})
		done <- errors.Join(err, w.CloseWithError(err))
	}()
	err := fn(r)
	_ = r.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // never fails; ends the goroutine
	if exported := <-done; err == nil {
		err = exported
	}
	return err
}
