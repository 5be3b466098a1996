package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/server/script"
)

func init() {
	bind("eval", eval(false)).bare().repeatable()
	bind("eval_ro", eval(true)).bare().repeatable()
	bind("evalsha", evalSHA(false)).bare().repeatable()
	bind("evalsha_ro", evalSHA(true)).bare().repeatable()
	bind("script|load", scriptLoad)
	bind("script|exists", scriptExists)
	bind("script|flush", scriptFlush)
	bind("script|kill", scriptKill)
	bind("script|debug", scriptDebug)
	bind("script|help", help(scriptHelp))
}

// EVAL script numkeys [key [key ...]] [arg [arg ...]]
// EVAL_RO script numkeys [key [key ...]] [arg [arg ...]]
func eval(readOnly bool) Handler {
	return func(c *Call) error {
		nkeys, err := c.scriptKeys(errNotInteger)
		if err != nil {
			return err
		}
		known, err := c.Server.scripts.cache.take(c.Args[1], false)
		if err != nil {
			return err
		}
		return c.runScript(known, nkeys, readOnly)
	}
}

// EVALSHA sha1 numkeys [key [key ...]] [arg [arg ...]]
// EVALSHA_RO sha1 numkeys [key [key ...]] [arg [arg ...]]
func evalSHA(readOnly bool) Handler {
	return func(c *Call) error {
		if len(c.Args[1]) != script.SHALen {
			return errNoScript
		}
		nkeys, err := c.scriptKeys(errNotInteger)
		if err != nil {
			return err
		}
		known := c.Server.scripts.cache.find(c.Args[1])
		if known == nil {
			return errNoScript
		}
		return c.runScript(known, nkeys, readOnly)
	}
}

// scriptKeys reads how many keys follow.
func (c *Call) scriptKeys(wrong error) (int, error) {
	n, ok := encoding.ParseInt(c.Args[2])
	switch {
	case !ok:
		return 0, wrong
	case n > int64(len(c.Args)-3):
		return 0, errTooManyKeys
	case n < 0:
		return 0, errNegativeKeys
	}
	return int(n), nil
}

func (c *Call) runScript(known *knownScript, nkeys int, readOnly bool) error {
	if err := c.mayRun(known.Flags, readOnly); err != nil {
		return err
	}
	x := c.scriptRunOf()
	x.known, x.readOnly = known, readOnly || known.Flags.Has(script.NoWrites)
	return x.perform(nkeys)
}

// mayRun checks what a script says about itself. One that says nothing is
// checked when it calls commands.
func (c *Call) mayRun(flags script.Flags, readOnly bool) error {
	if flags.Has(script.Compat) || flags.Has(script.NoWrites) {
		return nil
	}
	if err := c.Server.store.Log().Err(); err != nil {
		return writingScriptBlocked(err)
	}
	if readOnly {
		return errWritingScript
	}
	if c.Server.replicas.tooFew() {
		return errNoReplicas
	}
	return nil
}

// SCRIPT LOAD script
func scriptLoad(c *Call) error {
	known, err := c.Server.scripts.cache.take(c.Args[2], true)
	if err != nil {
		return err
	}
	c.Reply.BulkString(known.SHA)
	return nil
}

// SCRIPT EXISTS sha1 [sha1 ...]
func scriptExists(c *Call) error {
	c.Reply.Array(len(c.Args) - 2)
	for _, sha := range c.Args[2:] {
		if c.Server.scripts.cache.find(sha) != nil {
			c.Reply.Int(1)
		} else {
			c.Reply.Int(0)
		}
	}
	return nil
}

// SCRIPT FLUSH [ASYNC|SYNC]
func scriptFlush(c *Call) error {
	if len(c.Args) > 3 || len(c.Args) == 3 && !isWord(c.Args[2], "sync") && !isWord(c.Args[2], "async") {
		return errScriptFlush
	}
	c.Server.scripts.cache.flush()
	c.Server.scripts.pool.Reset()
	c.Reply.OK()
	return nil
}

// SCRIPT KILL
func scriptKill(c *Call) error { return c.okReply(c.Server.scripts.runs.kill(false)) }

// SCRIPT DEBUG YES|SYNC|NO
func scriptDebug(c *Call) error {
	switch {
	case isWord(c.Args[2], "no"):
		c.Reply.OK()
		return nil
	case isWord(c.Args[2], "yes"), isWord(c.Args[2], "sync"):
		return errNoDebugger
	}
	return errScriptDebug
}

const scriptHelp = `
DEBUG (YES|SYNC|NO)
    Set the debug mode for subsequent scripts executed.
EXISTS <sha1> [<sha1> ...]
    Return information about the existence of the scripts in the script cache.
FLUSH [ASYNC|SYNC]
    Flush the Lua scripts cache. Very dangerous on replicas.
    When called without the optional mode argument, the behavior is determined by the
    lazyfree-lazy-user-flush configuration directive. Valid modes are:
    * ASYNC: Asynchronously flush the scripts cache.
    * SYNC: Synchronously flush the scripts cache.
KILL
    Kill the currently executing Lua script.
LOAD <script>
    Load a script into the scripts cache without executing it.
`
