package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/tools"
)

// offline are the flags of verbs that work on a data directory themselves.
type offline struct {
	dir       string
	memory    string
	databases int
}

func (o *offline) addTo(cmd *cobra.Command) {
	o.addOptionalTo(cmd)
	if err := cmd.MarkFlagRequired("dir"); err != nil {
		panic(err)
	}
}

// addOptionalTo is addTo for a verb that can do without a data directory.
func (o *offline) addOptionalTo(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.dir, "dir", "", "the data directory, which no server uses meanwhile")
	cmd.Flags().StringVar(&o.memory, "memory", "0", "memory to use, such as 512mb; 0: half of the machine's")
	cmd.Flags().IntVar(&o.databases, "databases", 16, "how many databases there are, if the data has fewer")
}

// with opens the data directory, runs fn, and closes it.
func (o *offline) with(fn func(store *persistence.Store) error) error {
	return o.withOffline(func(off *server.Offline) error { return fn(off.Store) })
}

// withOffline is with for an fn that carries out commands.
func (o *offline) withOffline(fn func(off *server.Offline) error) (err error) {
	cfg, err := o.configOf(o.dir)
	if err != nil {
		return err
	}
	off, err := server.OpenOffline(cfg, os.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, off.Store.Close()) }()
	return fn(off)
}

// configOf is the configuration for work on a directory.
func (o *offline) configOf(dir string) (*config.Config, error) {
	cfg := config.New()
	args := []string{"--dir", dir, "--maxmemory", o.memory, "--databases", strconv.Itoa(o.databases)}
	return cfg, cfg.Load(args, os.Stdin)
}

// anySkipped makes the exit status of a run that could not take everything.
func anySkipped(report *tools.Report) error {
	if n := report.SkippedTotal(); n > 0 {
		return fmt.Errorf("%d skipped", n)
	}
	return nil
}
