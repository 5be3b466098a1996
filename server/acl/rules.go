package acl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cairndb/cairn/server/command"
)

// What is wrong with a rule, in Redis's words.
var (
	errUnknownCommand = errors.New("Unknown command or category name in ACL")
	errSyntax         = errors.New("Syntax error")
	errAllKeys        = errors.New("Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any " +
		"effect. Try 'resetkeys' to start with an empty list of patterns")
	errAllChannels = errors.New("Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any " +
		"effect. Try 'resetchannels' to start with an empty list of channels")
	errNoSuchPassword = errors.New("The password you are trying to remove from the user does not exist")
	errHash           = errors.New("The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters")
	errFirstArg       = errors.New("Allowing first-arg of a subcommand is not supported")
)

// RuleError is a rule that makes no sense.
type RuleError struct {
	Rule string
	Err  error
}

func (e *RuleError) Error() string {
	rule, _, _ := strings.Cut(e.Rule, "\x00") // as C prints it
	return fmt.Sprintf("Error in ACL SETUSER modifier '%s': %v", rule, e.Err)
}

func (e *RuleError) Unwrap() error { return e.Err }

// UnmatchedError is a parenthesis that does not close.
type UnmatchedError struct{ From string }

func (e *UnmatchedError) Error() string {
	return fmt.Sprintf("Unmatched parenthesis in acl selector starting at '%s'.", e.From)
}

// changed is a user with rules added to those it has. openChannels: reset gives
// all channels back.
func (u *User) changed(rules []string, openChannels bool) (*User, error) {
	rules, err := joinSelectors(rules)
	if err != nil {
		return nil, err
	}
	n := u.clone()
	for _, rule := range rules {
		if err := n.apply(rule, openChannels); err != nil {
			return nil, &RuleError{rule, err}
		}
	}
	n.seal()
	return n, nil
}

// joinSelectors makes one rule of what stands in parentheses.
func joinSelectors(rules []string) ([]string, error) {
	var out []string
	open, from := "", ""
	for _, rule := range rules {
		switch {
		case open != "":
			open += " " + rule
		case strings.HasPrefix(rule, "(") && !strings.HasSuffix(rule, ")"):
			open, from = rule, rule
			continue
		default:
			out = append(out, rule)
			continue
		}
		if strings.HasSuffix(rule, ")") {
			out, open = append(out, open), ""
		}
	}
	if open != "" {
		return nil, &UnmatchedError{from}
	}
	return out, nil
}

// apply carries out one rule.
func (u *User) apply(rule string, openChannels bool) error {
	switch strings.ToLower(rule) {
	case "":
	case "on":
		u.Enabled = true
	case "off":
		u.Enabled = false
	case "nopass":
		u.NoPass, u.hashes = true, nil
	case "resetpass":
		u.NoPass, u.hashes = false, nil
	case "sanitize-payload":
		u.sanitize = sanitizeYes
	case "skip-sanitize-payload":
		u.sanitize = sanitizeSkip
	case "clearselectors":
		u.selectors = u.selectors[:1]
	case "reset":
		*u = User{Name: u.Name, sanitize: sanitizeYes, selectors: []*selector{newSelector()}}
		u.root().allChannels = openChannels
	default:
		return u.applyLong(rule)
	}
	return nil
}

// applyLong carries out a rule that is more than a word.
func (u *User) applyLong(rule string) error {
	switch {
	case rule[0] == '>':
		u.addHash(Hash(rule[1:]))
	case rule[0] == '#':
		if !isHash(rule[1:]) {
			return errHash
		}
		u.addHash(rule[1:])
	case rule[0] == '<':
		return u.removeHash(Hash(rule[1:]))
	case rule[0] == '!':
		if !isHash(rule[1:]) {
			return errHash
		}
		return u.removeHash(rule[1:])
	case rule[0] == '(' && strings.HasSuffix(rule, ")"):
		return u.addSelector(rule[1 : len(rule)-1])
	default:
		return u.root().apply(rule)
	}
	return nil
}

func (u *User) addHash(hash string) {
	if !slices.Contains(u.hashes, hash) {
		u.hashes = append(u.hashes, hash)
	}
	u.NoPass = false
}

func (u *User) removeHash(hash string) error {
	i := slices.Index(u.hashes, hash)
	if i < 0 {
		return errNoSuchPassword
	}
	u.hashes = slices.Delete(u.hashes, i, i+1)
	return nil
}

func (u *User) addSelector(rules string) error {
	s := newSelector()
	for _, rule := range strings.Fields(rules) {
		if err := s.apply(rule); err != nil {
			return err
		}
	}
	u.selectors = append(u.selectors, s)
	return nil
}

// apply carries out a rule of a selector.
func (s *selector) apply(rule string) error {
	switch strings.ToLower(rule) {
	case "allkeys", "~*":
		s.allKeys, s.keys = true, nil
	case "resetkeys":
		s.allKeys, s.keys = false, nil
	case "allchannels", "&*":
		s.allChannels, s.channels = true, nil
	case "resetchannels":
		s.allChannels, s.channels = false, nil
	case "allcommands", "+@all":
		s.allowAllCommands()
	case "nocommands", "-@all":
		s.allowNoCommands()
	default:
		return s.applyLong(rule)
	}
	return nil
}

func (s *selector) applyLong(rule string) error {
	switch {
	case rule[0] == '~':
		return s.applyKeys(keyPattern{glob: rule[1:], read: true, write: true})
	case rule[0] == '%':
		p, ok := parseKeyPattern(rule[1:])
		if !ok && !s.allKeys {
			return errSyntax
		}
		return s.applyKeys(p)
	case rule[0] == '&':
		return s.applyChannels(rule[1:])
	case strings.HasPrefix(rule, "+@"), strings.HasPrefix(rule, "-@"):
		c := command.CategoryByName([]byte(rule[2:]))
		if c == 0 {
			return errUnknownCommand
		}
		s.allowCategory(c, rule[0] == '+')
		return nil
	case rule[0] == '+':
		return s.applyCommand(rule[1:])
	case rule[0] == '-':
		spec := command.Find([]byte(rule[1:]))
		if spec == nil {
			return errUnknownCommand
		}
		s.allow(spec, false)
		return nil
	}
	return errSyntax
}

// parseKeyPattern reads what follows the %: RW~glob.
func parseKeyPattern(text string) (p keyPattern, ok bool) {
	flags, glob, ok := strings.Cut(text, "~")
	for _, f := range strings.ToUpper(flags) {
		switch {
		case f == 'R' && !p.read:
			p.read = true
		case f == 'W' && !p.write:
			p.write = true
		default:
			return p, false
		}
	}
	p.glob = glob
	return p, ok && (p.read || p.write)
}

func (s *selector) applyKeys(p keyPattern) error {
	if s.allKeys {
		return errAllKeys
	}
	if hasSpace(p.glob) {
		return errSyntax
	}
	s.addKeys(p)
	return nil
}

func (s *selector) applyChannels(glob string) error {
	if s.allChannels {
		return errAllChannels
	}
	if hasSpace(glob) {
		return errSyntax
	}
	s.addChannels(glob)
	return nil
}

func hasSpace(text string) bool { return strings.ContainsAny(text, " \t\n\v\f\r\x00") }

// applyCommand allows a command, a subcommand, or a command with a certain first
// argument.
func (s *selector) applyCommand(name string) error {
	if spec := command.Find([]byte(name)); spec != nil {
		s.allow(spec, true)
		return nil
	}
	at := strings.LastIndexByte(name, '|')
	if at < 0 {
		return errUnknownCommand
	}
	spec, arg := command.Find([]byte(name[:at])), name[at+1:]
	switch {
	case spec == nil:
		return errUnknownCommand
	case spec.Parent != nil:
		return errFirstArg
	case arg == "":
		return errSyntax
	case len(spec.Sub) > 0:
		return errUnknownCommand
	}
	s.allowFirstArg(spec, arg)
	return nil
}
