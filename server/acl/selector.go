package acl

import (
	"maps"
	"slices"

	"github.com/cairndb/cairn/server/command"
)

// selector is one set of rules. A call may run if one of a user's selectors
// allows all of it.
type selector struct {
	commands    bitset
	allCommands bool // those that later versions bring as well
	future      bool // commands are described by what is taken away
	firstArgs   map[int][]string

	allKeys bool
	keys    []keyPattern

	allChannels bool
	channels    []string
}

// keyPattern allows keys that match a glob to be read, or written.
type keyPattern struct {
	glob        string
	read, write bool
}

func newSelector() *selector {
	return &selector{commands: make(bitset, (command.IDs()+63)/64)}
}

func (s *selector) clone() *selector {
	n := *s
	n.commands = slices.Clone(s.commands)
	n.firstArgs = maps.Clone(s.firstArgs) // their slices are replaced, never changed
	n.keys, n.channels = slices.Clone(s.keys), slices.Clone(s.channels)
	return &n
}

func (s *selector) isUnrestricted() bool { return s.allCommands && s.allKeys && s.allChannels }

// bitset has a bit for each row of the command table.
type bitset []uint64

func (b bitset) has(id int) bool { return b[id/64]>>(id%64)&1 != 0 }

func (b bitset) set(id int, on bool) {
	b[id/64] &^= 1 << (id % 64)
	if on {
		b[id/64] |= 1 << (id % 64)
	}
}

func (s *selector) allowAllCommands() {
	for i := range s.commands {
		s.commands[i] = ^uint64(0)
	}
	s.allCommands, s.future, s.firstArgs = true, true, nil
}

func (s *selector) allowNoCommands() {
	clear(s.commands)
	s.allCommands, s.future, s.firstArgs = false, false, nil
}

// allow changes what a command may, and all of its subcommands.
func (s *selector) allow(spec *command.Spec, on bool) {
	s.allowOne(spec, on)
	for _, sub := range spec.Sub {
		s.allowOne(sub, on)
	}
}

func (s *selector) allowOne(spec *command.Spec, on bool) {
	s.commands.set(spec.ID, on)
	s.allCommands = s.allCommands && on
	delete(s.firstArgs, spec.ID)
}

// allowCategory changes what all commands of a category may.
func (s *selector) allowCategory(c command.Categories, on bool) {
	command.Walk(func(spec *command.Spec) {
		if spec.Categories&c != 0 {
			s.allow(spec, on)
		}
	})
}

// allowFirstArg allows a command with that first argument.
func (s *selector) allowFirstArg(spec *command.Spec, arg string) {
	known := s.firstArgs[spec.ID]
	if slices.Contains(known, arg) {
		return
	}
	if s.firstArgs == nil {
		s.firstArgs = map[int][]string{}
	}
	s.firstArgs[spec.ID] = append(slices.Clone(known), arg)
}

func (s *selector) addKeys(p keyPattern) {
	for i := range s.keys {
		if k := &s.keys[i]; k.glob == p.glob {
			k.read, k.write = k.read || p.read, k.write || p.write
			return
		}
	}
	s.keys = append(s.keys, p)
}

func (s *selector) addChannels(glob string) {
	if !slices.Contains(s.channels, glob) {
		s.channels = append(s.channels, glob)
	}
}
