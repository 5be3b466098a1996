package server

import (
	"strings"

	"github.com/cairndb/cairn/server/command"
)

// help answers HELP of a container. text has a line for each subcommand, which
// begins with its name, and lines that are set in to explain it. What the table
// has no row for is left out.
func help(text string) Handler {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	return func(c *Call) error {
		container := c.Spec
		if container.Parent != nil {
			container = container.Parent
		}
		shown := append(existing(container, lines), "HELP", "    Prints this help.")
		c.Reply.Array(1 + len(shown))
		c.Reply.Status(strings.ToUpper(container.Name) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
		for _, line := range shown {
			c.Reply.Status(line)
		}
		return nil
	}
}

func existing(container *command.Spec, lines []string) []string {
	var out []string
	keep := true
	for _, line := range lines {
		name, _, _ := strings.Cut(line, " ")
		if name != "" {
			keep = len(container.Sub) == 0 || name[0] == '(' || container.Subcommand([]byte(name)) != nil
		}
		if keep {
			out = append(out, line)
		}
	}
	return out
}
