package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/tools"
)

// checkCommand looks for damage in a data directory.
func checkCommand() *cobra.Command {
	var where offline
	cmd := &cobra.Command{
		Use:   "check --dir D",
		Short: "Look for damage in the data",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := tools.NeedData(where.dir); err != nil {
				return err
			}
			return where.with(func(store *persistence.Store) error { return tools.Check(store, os.Stdout) })
		},
	}
	where.addTo(cmd)
	return cmd
}
