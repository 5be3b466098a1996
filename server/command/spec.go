package command

// Spec is one row of the command table: everything that is known of a command
// without running it. A row is written once, completed at init, and never
// changes after that, so any goroutine may read it without a lock.
type Spec struct {
	// Name is the command in lower case; of a subcommand, its own word only
	// ("get" for CONFIG GET). FullName has both.
	Name string

	// Arity counts the arguments with the command's own name(s). A positive
	// number is exact, a negative one the least.
	Arity int

	Flags Flags

	// Categories are the ACL categories. A row names only those that follow
	// neither from its flags nor from its group; see derive.
	Categories Categories

	// Tips advise clients and proxies how to route the command in a cluster
	// and how to treat its reply.
	Tips []string

	// Keys tells which arguments are keys and what happens to them.
	Keys []KeySpec

	// Finder replaces Keys in finding the keys of a call where those cannot
	// tell the truth: keys that move with the options, or flags that depend on
	// them. Keys stay, for clients to read.
	Finder KeyFinder

	// Sub are the subcommands. A row that has some is a container.
	Sub []*Spec

	// What COMMAND DOCS prints. Empty means that the field is left out.
	Summary         string
	Since           string // the Redis version that brought the command
	Complexity      string // the cost in Cairn, not in Redis
	DocFlags        DocFlags
	DeprecatedSince string
	ReplacedBy      string
	History         []Change
	Args            []Arg

	// From here on: filled at init, never by a row.

	// Group is the section of the manual that the command is in.
	Group string

	// FirstKey, LastKey and Step are the plain range of key positions that
	// clients from before key specifications read. All are 0 when there is
	// none. A negative LastKey counts from the end; -1 is the last argument.
	FirstKey, LastKey, Step int

	// ID is dense, from 0 to IDs()-1, subcommands included. It indexes arrays
	// of handlers and counters. It may differ from build to build.
	ID int

	// Parent is the container of a subcommand, nil of a command.
	Parent *Spec

	fullName string
	isPlain  bool // FirstKey..LastKey are keys, and are all keys
}

// Change is an entry of a command's history: what changed in a version.
type Change struct {
	Since, What string
}

// FullName is the name that COMMAND, ACL, INFO commandstats and error replies
// print: "get", "config|get".
func (s *Spec) FullName() string { return s.fullName }

// CheckArity reports whether a call of n arguments, names included, may run.
func (s *Spec) CheckArity(n int) bool {
	if s.Arity >= 0 {
		return n == s.Arity
	}
	return n >= -s.Arity
}

// Subcommand finds a subcommand by its own word, in any case of letters. It is
// nil when there is none. It does not allocate; its cost is linear in the
// subcommands, of which no container has more than some twenty.
func (s *Spec) Subcommand(name []byte) *Spec {
	for _, sub := range s.Sub {
		if foldEqual(name, sub.Name) {
			return sub
		}
	}
	return nil
}

// HasKeys reports whether some call of the command may name a key.
func (s *Spec) HasKeys() bool {
	if s.Finder != nil {
		return true
	}
	for i := range s.Keys {
		if s.Keys[i].Flags&NotKey == 0 {
			return true
		}
	}
	return false
}
