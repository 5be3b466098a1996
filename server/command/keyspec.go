package command

// KeySpec tells where some keys of a command stand in its arguments, and what
// the command does with them. It has two halves: Begin finds where to look,
// Find tells how many keys there are from there on. Both follow the key
// specifications of Redis 7 (https://redis.io/docs/reference/key-specs/).
type KeySpec struct {
	Begin BeginSearch
	Find  FindKeys
	Flags KeyFlags
	Notes string
}

// BeginSearch is the first half of a KeySpec. Positions count the command's
// name as 0.
type BeginSearch struct {
	Kind BeginKind

	Index int // BeginIndex: the position

	// BeginKeyword: the position after the first Keyword at or after From. A
	// negative From counts from the end and searches towards the start.
	Keyword string
	From    int
}

// BeginKind tells which fields of a BeginSearch count.
type BeginKind uint8

const (
	BeginUnknown BeginKind = iota
	BeginIndex
	BeginKeyword
)

// FindKeys is the second half of a KeySpec. Positions count from where
// BeginSearch arrived.
type FindKeys struct {
	Kind FindKind
	Step int // from one key to the next

	// FindRange: the last key. When negative it counts from the end of the
	// call, and Limit n > 1 means that only the first 1/n of the arguments
	// from here on are keys.
	LastKey int
	Limit   int

	// FindKeyNum: the argument at KeyNum is the number of keys, the first of
	// which is at FirstKey.
	KeyNum   int
	FirstKey int
}

// FindKind tells which fields of a FindKeys count.
type FindKind uint8

const (
	FindUnknown FindKind = iota
	FindRange
	FindKeyNum
)

// KeyFlags tell what a command does with a key.
type KeyFlags uint16

// The order is the order in which clients see the names. One of the first four
// tells what happens to the object; the next four what happens to the user's
// data in it: a TYPE or STRLEN is RO without Access, because it shows none.
const (
	RO            KeyFlags = 1 << iota // reads the object
	RW                                 // changes the object, or reads and replaces it
	OW                                 // overwrites the object unread
	RM                                 // removes the object unread
	Access                             // user data is returned, copied or used
	Update                             // user data changes
	Insert                             // user data is added, none is changed
	Delete                             // user data is deleted on request
	NotKey                             // no key, but routed like one
	Incomplete                         // the specification may miss keys
	VariableFlags                      // the flags depend on the arguments
)

var keyFlagNames = []string{
	"RO", "RW", "OW", "RM", "access", "update", "insert", "delete", "not_key",
	"incomplete", "variable_flags",
}

// Names lists the flags as clients know them.
func (f KeyFlags) Names() []string { return bitNames(uint32(f), keyFlagNames) }

// The notation of the rows: where to begin, then, unless it is a single key,
// how far to go.

// at begins at a position. Left alone it is that one key.
func at(pos int, flags KeyFlags) KeySpec {
	return KeySpec{
		Begin: BeginSearch{Kind: BeginIndex, Index: pos},
		Find:  FindKeys{Kind: FindRange, Step: 1},
		Flags: flags,
	}
}

// after begins after a keyword that stands at position from or later; a negative
// from is a position from the end, and the search goes backwards.
func after(keyword string, from int, flags KeyFlags) KeySpec {
	k := at(0, flags)
	k.Begin = BeginSearch{Kind: BeginKeyword, Keyword: keyword, From: from}
	return k
}

// somewhere is for keys that no rule finds. The row needs a Finder.
func somewhere(flags KeyFlags) KeySpec { return KeySpec{Flags: flags} }

// through makes the keys go on, step apart, up to last.
func (k KeySpec) through(last, step int) KeySpec {
	k.Find = FindKeys{Kind: FindRange, LastKey: last, Step: step}
	return k
}

// firstPart leaves 1/n of the arguments that through took in, the first ones.
func (k KeySpec) firstPart(n int) KeySpec {
	k.Find.Limit = n
	return k
}

// counted takes the number of keys from the argument where the search began;
// the keys follow it.
func (k KeySpec) counted() KeySpec {
	k.Find = FindKeys{Kind: FindKeyNum, KeyNum: 0, FirstKey: 1, Step: 1}
	return k
}

// note explains the flags.
func (k KeySpec) note(text string) KeySpec {
	k.Notes = text
	return k
}

// isPlain reports whether positions alone find the keys.
func (k *KeySpec) isPlain() bool {
	return k.Begin.Kind == BeginIndex && k.Find.Kind == FindRange
}
