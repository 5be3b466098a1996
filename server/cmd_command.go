package server

import (
	"strings"

	"github.com/cairndb/cairn/server/command"
)

func init() {
	// Off the loop: these replies are long.
	bind("command", commandAll).offLoop()
	bind("command|count", commandCount)
	bind("command|info", commandInfo).offLoop()
	bind("command|docs", commandDocs).offLoop()
	bind("command|list", commandList)
	bind("command|help", help(commandHelp))
}

// commands are the rows that clients can reach: all but those that
// rename-command has taken away.
func (s *Server) commands() []*command.Spec {
	all := command.All()
	if s.renamed == nil {
		return all
	}
	var out []*command.Spec
	for _, spec := range all {
		if s.reachable(spec) {
			out = append(out, spec)
		}
	}
	return out
}

// reachable tells whether some name leads to a command.
func (s *Server) reachable(spec *command.Spec) bool {
	if spec.Parent != nil {
		spec = spec.Parent
	}
	for _, to := range s.renamed {
		if to == spec {
			return true
		}
	}
	_, taken := s.renamed[spec.Name]
	return !taken
}

// named finds the row of a name as COMMAND takes it: "get", "config|get".
func (s *Server) named(name []byte) *command.Spec {
	first, sub, isSub := strings.Cut(string(name), "|")
	spec := s.lookup([][]byte{[]byte(first)})
	if spec == nil || !isSub {
		return spec
	}
	return spec.Subcommand([]byte(sub))
}

// COMMAND
func commandAll(c *Call) error {
	list := c.Server.commands()
	c.Reply.Array(len(list))
	for _, spec := range list {
		command.RenderInfo(c.Reply, spec)
	}
	return nil
}

// COMMAND COUNT
func commandCount(c *Call) error {
	c.Reply.Int(int64(len(c.Server.commands())))
	return nil
}

// COMMAND INFO [command-name ...]
func commandInfo(c *Call) error {
	if len(c.Args) == 2 {
		return commandAll(c)
	}
	c.Reply.Array(len(c.Args) - 2)
	for _, name := range c.Args[2:] {
		command.RenderInfo(c.Reply, c.Server.named(name))
	}
	return nil
}

// COMMAND DOCS [command-name ...]
func commandDocs(c *Call) error {
	list := c.Server.commands()
	if len(c.Args) > 2 {
		list = c.Server.known(c.Args[2:])
	}
	c.Reply.Map(len(list))
	for _, spec := range list {
		c.Reply.BulkString(spec.FullName())
		command.RenderDocs(c.Reply, spec)
	}
	return nil
}

// known are the rows of those names that there are.
func (s *Server) known(names [][]byte) []*command.Spec {
	var list []*command.Spec
	for _, name := range names {
		if spec := s.named(name); spec != nil {
			list = append(list, spec)
		}
	}
	return list
}

// COMMAND LIST [FILTERBY MODULE module-name|ACLCAT category|PATTERN pattern]
func commandList(c *Call) error {
	filter, err := parseListFilter(c.Args[2:])
	if err != nil {
		return err
	}
	names := command.List(func(spec *command.Spec) bool {
		return c.Server.reachable(spec) && filter(spec)
	})
	c.Reply.Array(len(names))
	for _, name := range names {
		c.Reply.BulkString(name)
	}
	return nil
}

func parseListFilter(args [][]byte) (command.Filter, error) {
	switch {
	case len(args) == 0:
		return func(*command.Spec) bool { return true }, nil
	case len(args) != 3 || !isWord(args[0], "filterby"):
	case isWord(args[1], "module"):
		return command.ByModule(args[2]), nil
	case isWord(args[1], "aclcat"):
		return command.ByCategory(args[2]), nil
	case isWord(args[1], "pattern"):
		return command.ByPattern(args[2]), nil
	}
	return nil, errSyntax
}

const commandHelp = `
(no subcommand)
    Return details about all Redis commands.
COUNT
    Return the total number of commands in this Redis server.
LIST
    Return a list of all commands in this Redis server.
INFO [<command-name> ...]
    Return details about multiple Redis commands.
    If no command names are given, documentation details for all
    commands are returned.
DOCS [<command-name> ...]
    Return documentation details about multiple Redis commands.
    If no command names are given, documentation details for all
    commands are returned.
GETKEYS <full-command>
    Return the keys from a full Redis command.
GETKEYSANDFLAGS <full-command>
    Return the keys and the access flags from a full Redis command.
`
