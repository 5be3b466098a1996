package server

import "runtime/debug"

func init() {
	bind("memory|usage", memoryUsage)
	bind("memory|purge", memoryPurge).bare().offLoop()
	bind("memory|help", help(memoryHelp))
}

// MEMORY USAGE key [SAMPLES count]
//
// The answer is exact, so SAMPLES has nothing to choose.
func memoryUsage(c *Call) error {
	if err := checkSamples(c.Args[3:]); err != nil {
		return err
	}
	r, err := c.Tx.Examine(c.Key(2))
	if err != nil {
		return err
	}
	if r.Exists() {
		c.Reply.Int(int64(r.Footprint()))
	} else {
		c.Reply.Null()
	}
	return nil
}

func checkSamples(args [][]byte) error {
	for ; len(args) > 0; args = args[2:] {
		if !isWord(args[0], "samples") || len(args) == 1 {
			return errSyntax
		}
		n, err := intArg(args[1])
		if err != nil {
			return err
		}
		if n < 0 {
			return errSyntax
		}
	}
	return nil
}

// MEMORY PURGE
func memoryPurge(c *Call) error {
	c.Server.store.ReleaseMemory()
	debug.FreeOSMemory()
	c.Reply.OK()
	return nil
}

const memoryHelp = `
DOCTOR
    Return memory problems reports.
MALLOC-STATS
    Return internal statistics report from the memory allocator.
PURGE
    Attempt to purge dirty pages for reclamation by the allocator.
STATS
    Return information about the memory usage of the server.
USAGE <key> [SAMPLES <count>]
    Return memory in bytes used by <key> and its value. Nested values are
    sampled up to <count> times (default: 5, 0 means sample all).
`
