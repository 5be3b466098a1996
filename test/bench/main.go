package main

import (
	"flag"
	"fmt"
	"os"
	"sort"
)

var benches = map[string]func(args []string) error{
	"backup":      backups,
	"throughput":  throughput,
	"collections": collections,
	"deep":        deep,
	"churn":       churn,
	"small":       small,
	"sustained":   sustained,
	"resident":    resident,
	"larger":      larger,
	"recovery":    recovery,
	"fullsync":    fullsync,
	"rdb":         rdbFiles,
	"streams":     streams,
	"scripts":     scripts,
	"publish":     publish,
	"replica":     replica,
	"whole":       whole,
	"look":        look, // for whole
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 || benches[args[0]] == nil {
		return fmt.Errorf("usage: bench %v", names())
	}
	defer removeBuild()
	return benches[args[0]](args[1:])
}

func names() []string {
	var list []string
	for n := range benches {
		list = append(list, n)
	}
	sort.Strings(list)
	return list
}

// flags parses a benchmark's own flags.
func flags(name string, args []string, define func(*flag.FlagSet)) error {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	define(fs)
	return fs.Parse(args)
}
