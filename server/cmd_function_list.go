package server

import (
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/server/script"
)

func init() {
	bind("function|list", functionList)
	bind("function|stats", functionStats)
}

// FUNCTION LIST [LIBRARYNAME library-name-pattern] [WITHCODE]
func functionList(c *Call) error {
	pattern, withCode, err := parseFunctionList(c.Args[2:])
	if err != nil {
		return err
	}
	var list []*script.Library
	for _, l := range c.Server.functions().Libraries() {
		if pattern == nil || encoding.Match(pattern, []byte(l.Name), true) {
			list = append(list, l)
		}
	}
	c.Reply.Array(len(list))
	for _, l := range list {
		c.replyLibrary(l, withCode)
	}
	return nil
}

func parseFunctionList(args [][]byte) (pattern []byte, withCode bool, err error) {
	for i := 0; i < len(args); i++ {
		switch {
		case !withCode && isWord(args[i], "withcode"):
			withCode = true
		case pattern == nil && isWord(args[i], "libraryname"):
			if i++; i == len(args) {
				return nil, false, errNoLibraryName
			}
			pattern = args[i]
		default:
			return nil, false, unknownFunctionArg(args[i])
		}
	}
	return pattern, withCode, nil
}

func (c *Call) replyLibrary(l *script.Library, withCode bool) {
	fields := 3
	if withCode {
		fields = 4
	}
	c.Reply.Map(fields)
	c.Reply.BulkString("library_name")
	c.Reply.BulkString(l.Name)
	c.Reply.BulkString("engine")
	c.Reply.BulkString(script.Engine)
	c.Reply.BulkString("functions")
	c.Reply.Array(len(l.Functions))
	for _, f := range l.Functions {
		c.replyFunction(f)
	}
	if withCode {
		c.Reply.BulkString("library_code")
		c.Reply.BulkString(l.Code)
	}
}

func (c *Call) replyFunction(f *script.Function) {
	c.Reply.Map(3)
	c.Reply.BulkString("name")
	c.Reply.BulkString(f.Name)
	c.Reply.BulkString("description")
	if f.HasDescription {
		c.Reply.BulkString(f.Description)
	} else {
		c.Reply.Null()
	}
	c.Reply.BulkString("flags")
	flags := f.Flags.Names()
	c.Reply.Set(len(flags))
	for _, name := range flags {
		c.Reply.Status(name)
	}
}

// FUNCTION STATS
func functionStats(c *Call) error {
	x := c.Server.scripts.runs.oldest()
	if x != nil && !x.isFunction() {
		return x.busyError()
	}
	c.Reply.Map(2)
	c.Reply.BulkString("running_script")
	if x == nil {
		c.Reply.Null()
	} else {
		c.replyRunning(x)
	}
	libraries, functions := c.Server.functions().Count()
	c.Reply.BulkString("engines")
	c.Reply.Map(1)
	c.Reply.BulkString(script.Engine)
	c.Reply.Map(2)
	c.Reply.BulkString("libraries_count")
	c.Reply.Int(int64(libraries))
	c.Reply.BulkString("functions_count")
	c.Reply.Int(int64(functions))
	return nil
}

func (c *Call) replyRunning(x *scriptRun) {
	c.Reply.Map(3)
	c.Reply.BulkString("name")
	c.Reply.BulkString(x.function.Name)
	c.Reply.BulkString("command")
	c.Reply.Array(len(x.args))
	for _, a := range x.args {
		c.Reply.Bulk(a)
	}
	c.Reply.BulkString("duration_ms")
	c.Reply.Int((nanos() - x.startNs) / int64(time.Millisecond))
}

const functionHelp = `
LOAD [REPLACE] <FUNCTION CODE>
    Create a new library with the given library name and code.
DELETE <LIBRARY NAME>
    Delete the given library.
LIST [LIBRARYNAME PATTERN] [WITHCODE]
    Return general information on all the libraries:
    * Library name
    * The engine used to run the Library
    * Library description
    * Functions list
    * Library code (if WITHCODE is given)
    It also possible to get only function that matches a pattern using LIBRARYNAME argument.
STATS
    Return information about the current function running:
    * Function name
    * Command used to run the function
    * Duration in MS that the function is running
    If no function is running, return nil
    In addition, returns a list of available engines.
KILL
    Kill the current running function.
FLUSH [ASYNC|SYNC]
    Delete all the libraries.
    When called without the optional mode argument, the behavior is determined by the
    lazyfree-lazy-user-flush configuration directive. Valid modes are:
    * ASYNC: Asynchronously flush the libraries.
    * SYNC: Synchronously flush the libraries.
DUMP
    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command
RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]
    Restore the libraries represented by the given payload, it is possible to give a restore policy to
    control how to handle existing libraries (default APPEND):
    * FLUSH: delete all existing libraries.
    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.
    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old
      libraries with the new libraries (notice that even on this option there is a chance of failure
      in case of functions name collision with another library).
`
