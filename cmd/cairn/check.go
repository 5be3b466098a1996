package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
)

// checkCommand looks for damage in a data directory, and repairs it.
func checkCommand() *cobra.Command {
	var where offline
	repair, replay := false, false
	cmd := &cobra.Command{
		Use:   "check --dir D [--repair | --replay]",
		Short: "Look for damage in the data, and repair it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := tools.NeedData(where.dir); err != nil {
				return err
			}
			step := tools.ShowSteps(os.Stderr)
			if repair {
				return tools.Repair(where.dir, os.Stdout, tools.RepairOptions{Open: where.openSalvaged, Now: time.Now, Step: step})
			}
			problems, err := tools.CheckFiles(where.dir, os.Stdout, step)
			switch {
			case err != nil:
				return err
			case problems > 0:
				return fmt.Errorf("%d things are wrong; --repair makes the data whole as far as it can be", problems)
			case !replay:
				return nil
			}
			return where.with(func(store *persistence.Store) error { return tools.Check(store, os.Stdout) })
		},
	}
	where.addTo(cmd)
	cmd.Flags().BoolVar(&repair, "repair", false, "make the data whole; what was there is kept in a directory damaged")
	cmd.Flags().BoolVar(&replay, "replay", false, "carry out the log too, as a start does, and check the outcome")
	cmd.MarkFlagsMutuallyExclusive("repair", "replay")
	return cmd
}

// openSalvaged opens a directory that a repair has made.
func (o *offline) openSalvaged(dir string, failed func(args [][]byte, err error)) (*persistence.Store, error) {
	cfg, err := o.configOf(dir)
	if err != nil {
		return nil, err
	}
	return server.OpenSalvaged(cfg, os.Stderr, failed)
}
