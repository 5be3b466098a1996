package server

import (
	"errors"
	"time"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/script"
)

func init() {
	// These change what all shards share, but run a library's code first
	// without any lock.
	bind("function|load", functionLoad).bare().repeatable().offLoop()
	bind("function|restore", functionRestore).bare().repeatable().offLoop()
	bind("function|delete", functionDelete).onAll()
	bind("function|flush", functionFlush).onAll()
	bind("function|dump", functionDump)
	bind("function|kill", functionKill)
	bind("function|help", help(functionHelp))
}

// changeFunctions replaces the libraries by what change makes of them, in a
// transaction on everything. What is logged leads to the same.
func (c *Call) changeFunctions(change func(*script.Functions) (*script.Functions, error)) error {
	if c.inner != nil {
		return c.changeFunctionsIn(c.Tx, change)
	}
	return c.Server.store.Update(c.Tx, persistence.Keys{All: true}, func(tx *persistence.Tx) error {
		c.Reply.Buf = c.Reply.Buf[:c.mark]
		return c.changeFunctionsIn(tx, change)
	})
}

func (c *Call) changeFunctionsIn(tx *persistence.Tx, change func(*script.Functions) (*script.Functions, error)) error {
	now, err := tx.Functions()
	if err != nil {
		return err
	}
	set, err := change(compiledFunctions(now))
	if err != nil {
		return err
	}
	if err := tx.SetFunctions(&persistence.Functions{Codes: set.Codes(), Compiled: set}); err != nil {
		return err
	}
	tx.Log(c.Args...)
	return nil
}

// loadTimeout is how long a library's code may run.
const loadTimeout = 500 * time.Millisecond

// loadLimit ends code that runs for too long. What the log repeats has once
// been quick enough.
func (c *Call) loadLimit() func() error {
	if c.Tx.Replay {
		return nil
	}
	end := nanos() + int64(loadTimeout)
	return func() error {
		if nanos() > end {
			return script.ErrLoadTimeout
		}
		return nil
	}
}

// tryLibraries runs codes where that can do no harm and holds up nobody: of
// what is wrong with them most shows here.
func (c *Call) tryLibraries(codes ...string) error {
	if c.Tx.Replay || c.inner != nil {
		return nil
	}
	scratch := c.Server.functions().Empty()
	for _, code := range codes {
		if _, err := scratch.Load(code, c.loadLimit()); err != nil {
			return err
		}
	}
	return nil
}

// FUNCTION LOAD [REPLACE] function-code
func functionLoad(c *Call) error {
	replace := false
	last := len(c.Args) - 1
	for _, a := range c.Args[2:last] {
		if !isWord(a, "replace") {
			return unknownFunctionOption(a)
		}
		replace = true
	}
	code := string(c.Args[last])
	name, _, err := script.LibraryName(code)
	if err != nil {
		return err
	}
	if c.Server.functions().Library(name) != nil && !replace {
		return libraryExists(name)
	}
	if err := c.tryLibraries(code); err != nil {
		return err
	}
	err = c.changeFunctions(func(set *script.Functions) (*script.Functions, error) {
		l, err := set.Load(code, c.loadLimit())
		if err != nil {
			return nil, err
		}
		return set.With(l, replace)
	})
	if err == nil {
		c.Reply.BulkString(name)
	}
	return err
}

// FUNCTION DELETE library-name
func functionDelete(c *Call) error {
	name := string(c.Args[2])
	now, err := c.Tx.Functions()
	if err != nil {
		return err
	}
	if compiledFunctions(now).Library(name) == nil {
		return errNoLibrary
	}
	return c.okReply(c.changeFunctionsIn(c.Tx, func(set *script.Functions) (*script.Functions, error) {
		return set.Without(name), nil
	}))
}

// FUNCTION FLUSH [ASYNC|SYNC]
func functionFlush(c *Call) error {
	if len(c.Args) > 3 {
		return badSubcommand(c.Args)
	}
	if len(c.Args) == 3 && !isWord(c.Args[2], "sync") && !isWord(c.Args[2], "async") {
		return errFunctionFlush
	}
	return c.okReply(c.changeFunctionsIn(c.Tx, func(set *script.Functions) (*script.Functions, error) {
		return set.Empty(), nil
	}))
}

// FUNCTION DUMP
func functionDump(c *Call) error {
	var codes [][]byte
	for _, code := range c.Server.functions().Codes() {
		codes = append(codes, []byte(code))
	}
	c.Reply.Bulk(rdb.AppendFunctions(nil, codes, c.dumpOptions()))
	return nil
}

// restorePolicy is what FUNCTION RESTORE does with libraries that are there.
type restorePolicy struct{ flush, replace bool }

// FUNCTION RESTORE serialized-value [FLUSH|APPEND|REPLACE]
func functionRestore(c *Call) error {
	policy, err := parseRestorePolicy(c.Args)
	if err != nil {
		return err
	}
	payload, err := rdb.OpenFunctions(c.Args[2], rdb.VersionValkey9, rdb.Limits{MaxString: persistence.MaxFunctionBytes})
	switch {
	case errors.Is(err, rdb.ErrChecksum), errors.Is(err, rdb.ErrVersion):
		return errDumpPayload
	case err != nil:
		return errNotFunctions
	}
	codes := make([]string, len(payload))
	for i, code := range payload {
		codes[i] = string(code)
	}
	if err := c.tryLibraries(codes...); err != nil {
		return libraryNotCreated(err)
	}
	return c.okReply(c.changeFunctions(func(set *script.Functions) (*script.Functions, error) {
		return c.restoreLibraries(set, codes, policy)
	}))
}

func parseRestorePolicy(args [][]byte) (p restorePolicy, err error) {
	switch {
	case len(args) == 3:
	case len(args) > 4:
		return p, badSubcommand(args)
	case isWord(args[3], "append"):
	case isWord(args[3], "flush"):
		p.flush = true
	case isWord(args[3], "replace"):
		p.replace = true
	default:
		return p, errRestorePolicy
	}
	return p, nil
}

// restoreLibraries adds them all, or fails. Those to be replaced go first: only
// then it shows whether names of functions are taken.
func (c *Call) restoreLibraries(set *script.Functions, codes []string, p restorePolicy) (*script.Functions, error) {
	if p.flush {
		set = set.Empty()
	}
	limit := c.loadLimit()
	libraries := make([]*script.Library, len(codes))
	next := set
	for i, code := range codes {
		l, err := set.Load(code, limit)
		if err != nil {
			return nil, libraryNotCreated(err)
		}
		if set.Library(l.Name) != nil && !p.replace {
			return nil, restoredLibraryExists(l.Name)
		}
		libraries[i], next = l, next.Without(l.Name)
	}
	var err error
	for _, l := range libraries {
		if next, err = next.With(l, false); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// FUNCTION KILL
func functionKill(c *Call) error { return c.okReply(c.Server.scripts.runs.kill(true)) }
