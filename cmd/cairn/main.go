// Command cairn is the Cairn server and its tools.
package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{
		Use:           "cairn",
		Short:         "A Redis-compatible server that keeps its data on disk",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(serveCommand(), followCommand(), promoteCommand(), importCommand(), exportCommand(), checkCommand(),
		compareCommand(), inspectCommand(), backupCommand(), restoreCommand())
	if err := root.Execute(); err != nil {
		root.PrintErrln("cairn: " + strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
}
