package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/compare"
	"github.com/cairndb/cairn/tools/peer"
)

// compareCommand tells in what two data sets differ.
func compareCommand() *cobra.Command {
	var o compare.Options
	memory, list := "256mb", 100
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Tell in what two data sets differ: redis:// addresses, data directories, RDB files",
		Args:  cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return compareSides(ctx, args, memory, list, o)
		},
	}
	flags := cmd.Flags()
	flags.Int64Var(&o.Sample, "sample", 0, "compare about so many keys only, drawn at random; 0: all")
	flags.BoolVar(&o.Full, "full", false, "compare key by key even if two servers have the same DEBUG DIGEST, which says nothing of expire times")
	flags.DurationVar(&o.Tolerance, "ttl-tolerance", time.Second, "by how much expire times may differ")
	flags.StringVar(&memory, "memory", memory, "memory for each data directory")
	flags.IntVar(&list, "list", list, "name so many keys that differ; the table counts all")
	return cmd
}

func compareSides(ctx context.Context, args []string, memory string, list int, o compare.Options) (err error) {
	var sides []compare.Side
	defer func() {
		for _, s := range sides {
			err = errors.Join(err, s.Close())
		}
	}()
	for _, name := range args {
		s, err := openSide(ctx, name, memory)
		if err != nil {
			return err
		}
		sides = append(sides, s)
	}
	listed := 0
	o.Step = tools.ShowSteps(os.Stderr)
	o.Differ = func(d compare.Difference) {
		if listed++; listed <= list {
			fmt.Printf("%s: database %d, key %.200q: %s\n", d.Kind, d.Database, d.Name, d.Detail)
		} else if listed == list+1 {
			fmt.Println("more, which the table counts")
		}
	}
	r, err := compare.Run(ctx, sides[0], sides[1], o)
	if err != nil {
		return err
	}
	if err := writeComparison(r, args); err != nil {
		return err
	}
	if r.Different() {
		return errors.New("they differ")
	}
	return nil
}

// openSide opens what a name stands for: an address, a directory, a file.
func openSide(ctx context.Context, name, memory string) (compare.Side, error) {
	if peer.IsURL(name) {
		u, err := peer.ParseURL(name)
		if err != nil {
			return nil, err
		}
		return compare.Server(ctx, u)
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return compare.File(name), nil
	}
	if err := tools.NeedData(name); err != nil {
		return nil, err
	}
	cfg, err := (&offline{memory: memory, databases: 16}).configOf(name)
	if err != nil {
		return nil, err
	}
	store, err := server.OpenStore(cfg, os.Stderr)
	if err != nil {
		return nil, err
	}
	return compare.Store(name, store, store.Close), nil
}

func writeComparison(r *compare.Result, args []string) error {
	if r.ByDigest != "" {
		_, err := fmt.Printf("the same: both have DEBUG DIGEST %s (%.1f seconds)\n", r.ByDigest, r.Took.Seconds())
		return err
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "keys\t\n%d\tin %s\n%d\tin %s\n", r.Left, args[0], r.Right, args[1])
	for _, kind := range compare.Kinds {
		if n := r.Counts[kind]; n > 0 {
			fmt.Fprintf(t, "%d\tdiffer: %s\n", n, kind)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	what := "the same"
	if r.Different() {
		what = "different"
	}
	_, err := fmt.Printf("%s (%.1f seconds)\n", what, r.Took.Seconds())
	return err
}
