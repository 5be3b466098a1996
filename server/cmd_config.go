package server

import (
	"errors"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/server/config"
)

func init() {
	// Off the loop: they wait for each other, and REWRITE for the disk.
	bind("config|get", configGet).offLoop()
	bind("config|set", configSet).offLoop()
	bind("config|rewrite", configRewrite).bare().offLoop()
	bind("config|resetstat", configResetStat)
	bind("config|help", help(configHelp))
}

// CONFIG GET parameter [parameter ...]
func configGet(c *Call) error {
	patterns := make([]string, 0, len(c.Args)-2)
	for _, a := range c.Args[2:] {
		patterns = append(patterns, string(a))
	}
	pairs := c.Server.cfg.Get(matchName, patterns...)
	c.Reply.Map(len(pairs))
	for _, p := range pairs {
		c.pair(p.Name, p.Value)
	}
	return nil
}

func matchName(pattern, name string) bool {
	return encoding.Match([]byte(pattern), []byte(name), false)
}

// CONFIG SET parameter value [parameter value ...]
func configSet(c *Call) error {
	args := c.Args[2:]
	if len(args)%2 != 0 {
		return errSyntax
	}
	pairs := make([]config.Pair, 0, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		pairs = append(pairs, config.Pair{Name: string(args[i]), Value: string(args[i+1])})
	}
	if err := c.Server.cfg.Set(pairs, c.Client.local); err != nil {
		c.Server.warnRollback(err)
		return err
	}
	c.Reply.OK()
	return nil
}

// warnRollback logs what a client is not told: that old values could not be
// applied again.
func (s *Server) warnRollback(err error) {
	var failed *config.SetError
	if errors.As(err, &failed) && failed.Rollback != nil {
		s.warnf("Going back to the old configuration failed too: %v", failed.Rollback)
	}
}

// CONFIG REWRITE
func configRewrite(c *Call) error {
	if err := c.Server.cfg.Rewrite(); err != nil {
		c.Server.warnf("CONFIG REWRITE failed: %v", err)
		return err
	}
	c.Server.logf("CONFIG REWRITE executed with success.")
	c.Reply.OK()
	return nil
}

// CONFIG RESETSTAT
func configResetStat(c *Call) error {
	c.Server.resetStats()
	c.Reply.OK()
	return nil
}

const configHelp = `
GET <pattern>
    Return parameters matching the glob-like <pattern> and their values.
SET <directive> <value>
    Set the configuration <directive> to <value>.
RESETSTAT
    Reset statistics reported by the INFO command.
REWRITE
    Rewrite the configuration file.
`
