package acl

import (
	"slices"
	"strings"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/server/command"
)

// Verdict is what keeps a user from a call. Later ones tell that the call came
// further.
type Verdict uint8

// Verdicts.
const (
	Allowed Verdict = iota
	NoCommand
	NoKey
	NoChannel
)

// Denial is a verdict and what it is about.
type Denial struct {
	Verdict Verdict
	Object  string // the command's full name, the key, or the channel
}

// Check tells whether a user may run a call, all of it under one selector. args
// has passed CheckArity. The denial is that of the selector under which the call
// came furthest.
func (u *User) Check(spec *command.Spec, args [][]byte) Denial {
	if u.unrestricted {
		return Denial{}
	}
	c := call{spec: spec, args: args}
	var worst Denial
	furthest := -1
	for _, s := range u.selectors {
		d, at := s.check(&c)
		if d.Verdict == Allowed {
			return Denial{}
		}
		if d.Verdict > worst.Verdict || d.Verdict == worst.Verdict && at > furthest {
			worst, furthest = d, at
		}
	}
	return worst
}

// MayReadAll tells that every key may be read.
func (u *User) MayReadAll() bool {
	return slices.ContainsFunc(u.selectors, func(s *selector) bool {
		return s.allKeys || slices.ContainsFunc(s.keys, func(p keyPattern) bool { return p.read && p.glob == "*" })
	})
}

// MayHear tells whether a user may listen to a channel, or to a pattern of them.
func (u *User) MayHear(channel string, isPattern bool) bool {
	return slices.ContainsFunc(u.selectors, func(s *selector) bool { return s.allowsChannel([]byte(channel), isPattern) })
}

// call is what is being checked; its keys are looked for once.
type call struct {
	spec *command.Spec
	args [][]byte
	keys []command.KeyRef
	read bool
}

func (c *call) findKeys() []command.KeyRef {
	if !c.read {
		c.keys, _ = c.spec.AppendKeys(nil, c.args)
		c.read = true
	}
	return c.keys
}

// check returns the argument, too, that it is about.
func (s *selector) check(c *call) (Denial, int) {
	if !s.allowsCommand(c) {
		return Denial{NoCommand, c.spec.FullName()}, 0
	}
	if !s.allKeys {
		for _, k := range c.findKeys() {
			if !s.allowsKey(c.args[k.Pos], k.Flags) {
				return Denial{NoKey, string(c.args[k.Pos])}, k.Pos
			}
		}
	}
	first, last, isPattern := channelsOf(c.spec, len(c.args))
	for i := first; i < last && !s.allChannels; i++ {
		if !s.allowsChannel(c.args[i], isPattern) {
			return Denial{NoChannel, string(c.args[i])}, i
		}
	}
	return Denial{}, 0
}

func (s *selector) allowsCommand(c *call) bool {
	if s.allCommands || c.spec.Flags.Has(command.NoAuth) || s.commands.has(c.spec.ID) {
		return true
	}
	return len(c.args) > 1 && slices.ContainsFunc(s.firstArgs[c.spec.ID], func(arg string) bool {
		return strings.EqualFold(string(c.args[1]), arg)
	})
}

func (s *selector) allowsKey(key []byte, flags command.KeyFlags) bool {
	reads := flags&command.Access != 0
	writes := flags&(command.Insert|command.Delete|command.Update) != 0
	return slices.ContainsFunc(s.keys, func(p keyPattern) bool {
		return (p.read || !reads) && (p.write || !writes) && encoding.Match([]byte(p.glob), key, false)
	})
}

// allowsChannel: a pattern has to be one of the user's own, letter by letter.
func (s *selector) allowsChannel(channel []byte, isPattern bool) bool {
	return s.allChannels || slices.ContainsFunc(s.channels, func(glob string) bool {
		return glob == string(channel) || !isPattern && encoding.Match([]byte(glob), channel, false)
	})
}

// channelsOf tells which arguments are channels: from first to before last.
func channelsOf(spec *command.Spec, n int) (first, last int, isPattern bool) {
	switch spec.Name {
	case "publish", "spublish":
		return 1, 2, false
	case "subscribe", "ssubscribe":
		return 1, n, false
	case "psubscribe":
		return 1, n, true
	}
	return 0, 0, false
}
