package main

import (
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/server/config"
)

// serveCommand takes what redis-server takes: an optional configuration file
// and --directive value pairs; cobra leaves the flags to the configuration.
func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "serve [file] [--directive value ...]",
		Short:              "Serve clients",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, a := range args {
				if a == "--help" || a == "-h" {
					return cmd.Help()
				}
			}
			return serve(args)
		},
	}
}

func serve(args []string) error {
	cfg := config.New()
	if err := cfg.Load(args, os.Stdin); err != nil {
		return err
	}
	giveRoom()
	s, err := server.New(cfg)
	if err != nil {
		return err
	}
	return s.Run()
}

// giveRoom lets Go run more threads than there are processors. Its scheduler
// would let a request wait for the time slices of checkpoints and compactions;
// the system's scheduler puts the threads that mostly sleep first.
func giveRoom() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(2*runtime.NumCPU() + 2)
	}
}
