package command

import "strings"

// Arg is a node of a command's argument tree, as COMMAND DOCS prints it. It
// documents; nothing is parsed with it.
type Arg struct {
	Name            string
	Type            ArgType
	KeySpec         int    // the KeySpec that finds this key, or -1
	Token           string // the literal word before the argument, or the argument itself
	Since           string
	DeprecatedSince string
	Flags           ArgFlags
	Args            []Arg // of OneOf the choices, of Block the parts
}

// ArgType is the kind of an Arg.
type ArgType uint8

const (
	String ArgType = iota
	Integer
	Double
	Key
	Pattern
	UnixTime
	PureToken // nothing but its Token
	OneOf
	Block
)

var argTypeNames = [...]string{
	"string", "integer", "double", "key", "pattern", "unix-time", "pure-token",
	"oneof", "block",
}

// String is the type's name in COMMAND DOCS.
func (t ArgType) String() string { return argTypeNames[t] }

// ArgFlags tell how often an argument may stand.
type ArgFlags uint8

const (
	Optional      ArgFlags = 1 << iota // may be left out
	Multiple                           // may be repeated
	MultipleToken                      // repeated together with its token
)

var argFlagNames = []string{"optional", "multiple", "multiple_token"}

// Names lists the flags as COMMAND DOCS prints them.
func (f ArgFlags) Names() []string { return bitNames(uint32(f), argFlagNames) }

// The notation of the rows: a function a type, then what is special about the
// argument, as in integer("seconds").token("EX").since("2.6.12").

func arg(t ArgType, name string, parts ...Arg) Arg {
	return Arg{Name: name, Type: t, KeySpec: -1, Args: parts}
}

func str(name string) Arg      { return arg(String, name) }
func integer(name string) Arg  { return arg(Integer, name) }
func double(name string) Arg   { return arg(Double, name) }
func pattern(name string) Arg  { return arg(Pattern, name) }
func unixTime(name string) Arg { return arg(UnixTime, name) }

// key is a key that the row's key specification number spec finds.
func key(name string, spec int) Arg {
	a := arg(Key, name)
	a.KeySpec = spec
	return a
}

// keyPattern is a pattern of keys that the row's key specification number spec
// stands for.
func keyPattern(name string, spec int) Arg {
	a := pattern(name)
	a.KeySpec = spec
	return a
}

// word is an argument that is nothing but a literal word. Its name is the word
// in lower case.
func word(token string) Arg {
	return arg(PureToken, strings.ToLower(token)).token(token)
}

// oneof is exactly one of its choices.
func oneof(name string, choices ...Arg) Arg { return arg(OneOf, name, choices...) }

// block is all of its parts, in order.
func block(name string, parts ...Arg) Arg { return arg(Block, name, parts...) }

// onOff is the choice ON|OFF.
func onOff(name string) Arg { return oneof(name, word("ON"), word("OFF")) }

func (a Arg) token(t string) Arg { a.Token = t; return a }

// hasToken: that of a word may be empty.
func (a *Arg) hasToken() bool { return a.Token != "" || a.Type == PureToken }

func (a Arg) since(version string) Arg { a.Since = version; return a }

func (a Arg) deprecated(version string) Arg { a.DeprecatedSince = version; return a }

func (a Arg) optional() Arg { a.Flags |= Optional; return a }

func (a Arg) multiple() Arg { a.Flags |= Multiple; return a }

func (a Arg) multipleToken() Arg { a.Flags |= MultipleToken; return a }
