package acl

import (
	"slices"
	"strings"

	"github.com/cairndb/cairn/server/command"
)

// Flags are the words that say what a user is.
func (u *User) Flags() []string {
	flags := []string{"off"}
	if u.Enabled {
		flags[0] = "on"
	}
	if u.NoPass {
		flags = append(flags, "nopass")
	}
	switch u.sanitize {
	case sanitizeYes:
		flags = append(flags, "sanitize-payload")
	case sanitizeSkip:
		flags = append(flags, "skip-sanitize-payload")
	}
	return flags
}

// Hashes are those of the user's passwords.
func (u *User) Hashes() []string { return u.hashes }

// Rules are those of a selector in words.
type Rules struct{ Commands, Keys, Channels string }

// Rules are those of all selectors; the first one is that outside of
// parentheses.
func (u *User) Rules() []Rules {
	out := make([]Rules, len(u.selectors))
	for i, s := range u.selectors {
		out[i] = Rules{s.describeCommands(), s.describeKeys(), s.describeChannels()}
	}
	return out
}

// String is the user as a line of a file: what ACL LIST shows.
func (u *User) String() string {
	words := append([]string{"user", u.Name}, u.Flags()...)
	for _, h := range u.hashes {
		words = append(words, "#"+h)
	}
	for i, s := range u.selectors {
		text := s.String()
		if i > 0 {
			text = "(" + text + ")"
		}
		words = append(words, text)
	}
	return strings.Join(words, " ")
}

func (s *selector) String() string {
	var words []string
	if keys := s.describeKeys(); keys != "" {
		words = append(words, keys)
	}
	if !s.allChannels {
		words = append(words, "resetchannels")
	}
	if channels := s.describeChannels(); channels != "" {
		words = append(words, channels)
	}
	return strings.Join(append(words, s.describeCommands()), " ")
}

func (s *selector) describeKeys() string {
	if s.allKeys {
		return "~*"
	}
	var words []string
	for _, k := range s.keys {
		switch {
		case k.read && k.write:
			words = append(words, "~"+k.glob)
		case k.read:
			words = append(words, "%R~"+k.glob)
		default:
			words = append(words, "%W~"+k.glob)
		}
	}
	return strings.Join(words, " ")
}

func (s *selector) describeChannels() string {
	if s.allChannels {
		return "&*"
	}
	var words []string
	for _, glob := range s.channels {
		words = append(words, "&"+glob)
	}
	return strings.Join(words, " ")
}

// describeCommands begins with all or none, goes on with the categories that
// bring it nearer to what is allowed, the best one first, and ends with single
// commands.
func (s *selector) describeCommands() string {
	d := description{want: s, have: newSelector(), adds: !s.future}
	if d.adds {
		d.say("-@all")
	} else {
		d.say("+@all")
	}
	d.categories()
	d.singles()
	return strings.Join(d.words, " ")
}

// description is words on the way to a selector's commands.
type description struct {
	want, have *selector
	adds       bool // commands are added to none; else they are taken from all
	words      []string
}

// say adds a rule, and what it does.
func (d *description) say(rule string) {
	d.words = append(d.words, rule)
	_ = d.have.apply(rule) // one of ours
}

// categories says those of whose commands more are as the rule says than not,
// as long as there are any. Commands that were said count as the opposite then.
func (d *description) categories() {
	left := d.want.clone()
	said := map[string]bool{}
	sign, opposite := "+@", "-@"
	if !d.adds {
		sign, opposite = opposite, sign
	}
	for {
		best, fewest, most := "", int(^uint(0)>>1), 0
		for _, name := range command.CategoryNames() {
			if said[name] {
				continue
			}
			same, different := left.countCategory(name, d.adds)
			if same > different && (different < fewest || different == fewest && same > most) {
				best, fewest, most = name, different, same
			}
		}
		if best == "" {
			return
		}
		d.say(sign + best)
		_ = left.apply(opposite + best)
		said[best] = true
	}
}

// countCategory counts the commands of a category that are allowed as on says,
// and those that are not.
func (s *selector) countCategory(name string, on bool) (same, different int) {
	c := command.CategoryByName([]byte(name))
	command.Walk(func(spec *command.Spec) {
		switch {
		case spec.Categories&c == 0:
		case s.commands.has(spec.ID) == on:
			same++
		default:
			different++
		}
	})
	return same, different
}

// singles says what is still not as it has to be: commands, or where only some
// of its subcommands differ, these.
func (d *description) singles() {
	for _, spec := range command.All() {
		d.single(spec)
		for _, sub := range spec.Sub {
			d.single(sub)
		}
		args := slices.Clone(d.want.firstArgs[spec.ID])
		slices.Sort(args)
		for _, arg := range args {
			d.say("+" + spec.FullName() + "|" + arg)
		}
	}
}

func (d *description) single(spec *command.Spec) {
	want := d.want.commands.has(spec.ID)
	if want == d.have.commands.has(spec.ID) {
		return
	}
	if want {
		d.say("+" + spec.FullName())
	} else {
		d.say("-" + spec.FullName())
	}
}
