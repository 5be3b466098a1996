package server

import "runtime/debug"

func init() {
	bind("memory|usage", memoryUsage)
	bind("memory|purge", memoryPurge).bare().offLoop()
	bind("memory|help", help(memoryHelp))
}

// MEMORY USAGE key [SAMPLES count]
//
// The answer is exact, but for large collections of which only samples are
// looked at.
func memoryUsage(c *Call) error {
	samples, err := samplesOption(c.Args[3:])
	if err != nil {
		return err
	}
	n, ok, err := c.Tx.Footprint(c.Key(2), samples)
	return c.intOrNull(n, ok, err)
}

// usageSamples is how many parts of a collection are looked at unless SAMPLES
// says otherwise.
const usageSamples = 5

func samplesOption(args [][]byte) (n int64, err error) {
	n = usageSamples
	for ; len(args) > 0; args = args[2:] {
		if !isWord(args[0], "samples") || len(args) == 1 {
			return 0, errSyntax
		}
		if n, err = intArg(args[1]); err != nil {
			return 0, err
		}
		if n < 0 {
			return 0, errSyntax
		}
	}
	return n, nil
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
