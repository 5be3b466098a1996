package server

import (
	"bytes"
	"strconv"
	"time"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
	"github.com/cairndb/cairn/server/command"
)

func init() {
	bind("debug", runDebug).bare().offLoop()
}

// debugCommand is a subcommand of DEBUG, and how many arguments may follow its
// name.
type debugCommand struct {
	minArgs, maxArgs int
	handle           Handler
}

const anyNumber = 1 << 20 // more arguments than a request can have

// debugCommands are filled in by init: DEBUG HELP is among them.
var debugCommands map[string]debugCommand

func init() {
	debugCommands = map[string]debugCommand{
		"change-repl-id":    {0, 0, debugChangeReplID},
		"cold":              {1, 1, debugCold},
		"digest":            {0, 0, debugDigest},
		"digest-value":      {0, anyNumber, debugDigestValue},
		"error":             {1, 1, debugError},
		"help":              {0, 0, help(debugHelp)},
		"listpack":          {1, 1, debugStructure("listpack", errNoListpack, "Listpack structure printed on stdout")},
		"htstats":           {1, 2, debugTableStats},
		"htstats-key":       {1, 2, debugTableStatsOfKey},
		"loadaof":           {0, 0, debugReload},
		"log":               {1, 1, debugLog},
		"object":            {1, 1, debugObject},
		"panic":             {0, 0, debugPanic},
		"pause-cron":        {1, 1, debugPauseCron},
		"populate":          {1, 3, debugPopulate},
		"protocol":          {1, 1, debugProtocol},
		"reload":            {0, anyNumber, debugReload},
		"sdslen":            {1, 1, debugStringLength},
		"set-active-expire": {1, 1, debugSetActiveExpire},
		"sleep":             {1, 1, debugSleep},

		"config-rewrite-force-all":   {0, 0, debugRewriteAll},
		"quicklist":                  {1, 2, debugStructure("quicklist", errNoQuicklist, "Quicklist structure printed on stdout")},
		"quicklist-packed-threshold": {1, 1, debugPackedThreshold},
		"set-disable-deny-scripts":   {1, 1, debugSetDisableDenyScripts},
	}
}

// mayUseProtected refuses what the configuration does not allow.
func (c *Client) mayUseProtected(spec *command.Spec) error {
	allowed, refusal := c.srv.cfg.DebugCommand.Get(), errDebugNotAllowed
	if spec.Parent != nil { // of MODULE
		allowed, refusal = c.srv.cfg.ModuleCommand.Get(), errModuleNotAllowed
	}
	if !allowed.Allows(c.local) {
		return refusal
	}
	return nil
}

// DEBUG subcommand [arg ...]
func runDebug(c *Call) error {
	d, ok := debugCommands[string(bytes.ToLower(c.Args[1]))]
	if n := len(c.Args) - 2; !ok || n < d.minArgs || n > d.maxArgs {
		return badSubcommand(c.Args)
	}
	return d.handle(c)
}

// DEBUG SLEEP seconds
func debugSleep(c *Call) error {
	seconds, err := strconv.ParseFloat(string(c.Args[2]), 64)
	if err != nil {
		seconds = 0 // as strtod reads what is no number
	}
	select {
	case <-c.Server.done:
	case <-time.After(time.Duration(seconds * float64(time.Second))):
	}
	c.Reply.OK()
	return nil
}

// DEBUG SET-ACTIVE-EXPIRE 0|1
func debugSetActiveExpire(c *Call) error {
	c.Server.keepExpired.Store(atoi(c.Args[2]) == 0)
	c.Reply.OK()
	return nil
}

// DEBUG PAUSE-CRON 0|1
func debugPauseCron(c *Call) error {
	c.Server.cronPaused.Store(atoi(c.Args[2]) != 0)
	c.Reply.OK()
	return nil
}

// DEBUG CONFIG-REWRITE-FORCE-ALL
func debugRewriteAll(c *Call) error { return c.okReply(c.Server.cfg.RewriteAll()) }

// DEBUG SET-DISABLE-DENY-SCRIPTS 0|1
func debugSetDisableDenyScripts(c *Call) error {
	c.Server.scripts.mayCallAll.Store(atoi(c.Args[2]) != 0)
	c.Reply.OK()
	return nil
}

// atoi reads what is no number as 0, as C does.
func atoi(b []byte) int64 {
	n, err := intArg(b)
	if err != nil {
		return 0
	}
	return n
}

// DEBUG ERROR text
//
// It is a reply like any other: nobody counts it as an error.
func debugError(c *Call) error {
	c.Reply.Error(string(c.Args[2]))
	return nil
}

// DEBUG LOG text
func debugLog(c *Call) error {
	c.Server.warnf("DEBUG LOG: %s", c.Args[2])
	c.Reply.OK()
	return nil
}

// DEBUG CHANGE-REPL-ID
func debugChangeReplID(c *Call) error {
	c.Server.logf("Changing replication IDs after receiving change-repl-id")
	if c.Server.store.Follows() {
		return errReadOnly // the name is its master's
	}
	return c.okReply(c.Server.store.SetHistory(wal.History{ID: persistence.NewReplicationID()}))
}

// DEBUG PANIC
func debugPanic(*Call) error { panic("DEBUG PANIC called") }

const debugHelp = `
CHANGE-REPL-ID
    Change the replication IDs of the instance.
    Dangerous: should be used only for testing the replication subsystem.
COLD (ON|OFF)
    Evict from memory, after each command, everything that the tables have too,
    and checkpoint every few commands.
CONFIG-REWRITE-FORCE-ALL
    Like CONFIG REWRITE but writes all configuration options, including
    keywords not listed in original configuration file or default values.
DIGEST
    Output a hex signature representing the current DB content.
DIGEST-VALUE <key> [<key> ...]
    Output a hex signature of the values of all the specified keys.
ERROR <string>
    Return a Redis protocol error with <string> as message. Useful for clients
    unit tests to simulate Redis errors.
HTSTATS <dbid>
    Return how many keys the specified database has, and how many of them
    expire.
HTSTATS-KEY <key>
    Like HTSTATS but for the elements of a hash, set or sorted set that is not
    packed.
LISTPACK <key>
    Show low level info about a value with this encoding in the server log.
LOG <message>
    Write <message> to the server log.
LOADAOF
    The same as RELOAD: what is read from now on comes from disk.
OBJECT <key>
    Show low level info about ` + "`key`" + ` and associated value.
PANIC
    Crash the server simulating a panic.
PAUSE-CRON <0|1>
    Stop what the server does from time to time, such as expiring keys that are
    not accessed.
POPULATE <count> [<prefix>] [<size>]
    Create <count> string keys named key:<num>. If <prefix> is specified then
    it is used instead of the 'key' prefix.
PROTOCOL <type>
    Reply with a test value of the specified type. <type> can be: string,
    integer, double, bignum, null, array, set, map, attrib, push, verbatim,
    true, false.
QUICKLIST <key> [<0|1>]
    Show low level info about a value with this encoding in the server log.
QUICKLIST-PACKED-THRESHOLD <size>
    Accepted for test suites that set it: up to 4 GB, 0 for the default. Lists
    are packed without it.
RELOAD [option ...]
    Make a checkpoint, then drop from memory everything that the tables have.
    Options:
    * NOSAVE: make no checkpoint before.
    * NOFLUSH, MERGE: together they change nothing. NOFLUSH alone is an error
      if there is any data, which would come twice.
SDSLEN <key>
    Show low level info about ` + "`key`" + ` and its value, which is a string.
SET-ACTIVE-EXPIRE <0|1>
    Setting it to 0 disables expiring keys in background when they are not
    accessed (otherwise the Redis behavior). Setting it to 1 reenables back the
    default.
SLEEP <seconds>
    Make this client wait for <seconds>. Decimals allowed.
`
