package command

import "math/bits"

// Flags tell the dispatcher what a command does and where it may run.
type Flags uint32

// The order is the order in which COMMAND INFO lists the names.
const (
	Write           Flags = 1 << iota // may change data
	ReadOnly                          // reads data and never changes it
	DenyOOM                           // refused when memory is out
	Module                            // comes from a module
	Admin                             // runs the server rather than uses it
	PubSub                            // belongs to publish/subscribe
	NoScript                          // refused inside scripts
	Blocking                          // may wait for something
	Loading                           // allowed while the data is loading
	Stale                             // allowed on a replica cut off from its master
	SkipMonitor                       // not shown by MONITOR
	SkipSlowlog                       // not recorded in the slow log
	Asking                            // counts as if ASKING had been sent before
	Fast                              // constant or logarithmic in the size of the data
	NoAuth                            // allowed before authentication
	MayReplicate                      // no write, yet may have to be replicated
	NoMandatoryKeys                   // a call without keys is correct
	Protected                         // needs a configuration switch; hidden from clients
	NoAsyncLoading                    // refused during a replica's background load
	NoMulti                           // refused inside MULTI
	MovableKeys                       // FirstKey..LastKey does not find every key; derived
	AllowBusy                         // allowed while a script runs too long
)

// hiddenFlags are for the dispatcher only: COMMAND INFO of Redis hides them.
const hiddenFlags = Protected | MayReplicate

var flagNames = []string{
	"write", "readonly", "denyoom", "module", "admin", "pubsub", "noscript",
	"blocking", "loading", "stale", "skip_monitor", "skip_slowlog", "asking",
	"fast", "no_auth", "may_replicate", "no_mandatory_keys", "protected",
	"no_async_loading", "no_multi", "movablekeys", "allow_busy",
}

// Has reports whether all of want are set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// Names lists the flags as clients know them, hidden ones left out.
func (f Flags) Names() []string {
	return bitNames(uint32(f&^hiddenFlags), flagNames)
}

// DocFlags mark a command's documentation.
type DocFlags uint8

const (
	Deprecated    DocFlags = 1 << iota // DeprecatedSince and ReplacedBy tell more
	SystemCommand                      // for the server's own use
)

var docFlagNames = []string{"deprecated", "syscmd"}

// Names lists the flags as COMMAND DOCS prints them.
func (f DocFlags) Names() []string { return bitNames(uint32(f), docFlagNames) }

// bitNames lists the names of the bits of set, lowest bit first.
func bitNames(set uint32, names []string) []string {
	out := make([]string, 0, bits.OnesCount32(set))
	for i, name := range names {
		if set&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}
