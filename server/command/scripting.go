package command

// scriptKeys are the keys that a call of a script or function declares.
func scriptKeys(flags KeyFlags, note string) []KeySpec {
	return []KeySpec{at(2, flags).counted().note(note)}
}

const (
	worstWrite = "We cannot tell how the keys will be used so we assume the worst, RW and UPDATE"
	worstRead  = "We cannot tell how the keys will be used so we assume the worst, RO and ACCESS"
)

// scriptArgs follow the script, its digest or the function's name.
func scriptArgs(what string) []Arg {
	return []Arg{
		str(what),
		integer("numkeys"),
		key("key", 0).optional().multiple(),
		str("arg").optional().multiple(),
	}
}

const (
	callFlags     = NoScript | Stale | SkipMonitor | MayReplicate | NoMandatoryKeys
	readCallFlags = NoScript | Stale | SkipMonitor | ReadOnly | NoMandatoryKeys
	asTheScript   = "That of the commands that it calls, and of its own work"
)

var syncOrAsync = oneof("async", word("ASYNC"), word("SYNC"))

var scriptingRows = []*Spec{
	{
		Name: "eval", Arity: -3, Flags: callFlags, Since: "2.6.0",
		Summary:    "Run a Lua script as one transaction.",
		Complexity: asTheScript,
		Keys:       scriptKeys(RW|Access|Update, worstWrite),
		Args:       scriptArgs("script"),
	},
	{
		Name: "eval_ro", Arity: -3, Flags: readCallFlags, Since: "7.0.0",
		Summary:    "Run a Lua script that only reads, as one transaction.",
		Complexity: asTheScript,
		Keys:       scriptKeys(RO|Access, worstRead),
		Args:       scriptArgs("script"),
	},
	{
		Name: "evalsha", Arity: -3, Flags: callFlags, Since: "2.6.0",
		Summary:    "Run a Lua script that the server knows already, as one transaction.",
		Complexity: asTheScript,
		Keys:       scriptKeys(RW|Access|Update, ""),
		Args:       scriptArgs("sha1"),
	},
	{
		Name: "evalsha_ro", Arity: -3, Flags: readCallFlags, Since: "7.0.0",
		Summary:    "Run a Lua script that the server knows already and that only reads, as one transaction.",
		Complexity: asTheScript,
		Keys:       scriptKeys(RO|Access, ""),
		Args:       scriptArgs("sha1"),
	},
	{
		Name: "fcall", Arity: -3, Flags: callFlags, Since: "7.0.0",
		Summary:    "Call a function of a library as one transaction.",
		Complexity: asTheScript,
		Keys:       scriptKeys(RW|Access|Update, worstWrite),
		Args:       scriptArgs("function"),
	},
	{
		Name: "fcall_ro", Arity: -3, Flags: readCallFlags, Since: "7.0.0",
		Summary:    "Call a function of a library that only reads, as one transaction.",
		Complexity: asTheScript,
		Keys:       scriptKeys(RO|Access, worstRead),
		Args:       scriptArgs("function"),
	},
	functionRow,
	scriptRow,
}

var functionRow = &Spec{
	Name: "function", Arity: -2, Since: "7.0.0",
	Summary:    "Commands about libraries of functions.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "delete", Arity: 3, Flags: Write | NoScript, Since: "7.0.0",
			Summary:    "Delete a library with all of its functions.",
			Complexity: "O(N) with N the number of functions of the library",
			Tips:       []string{onAllShards, allSucceeded},
			Args:       []Arg{str("library-name")},
		},
		{
			Name: "dump", Arity: 2, Flags: NoScript, Since: "7.0.0",
			Summary:    "Return all libraries as one string of bytes.",
			Complexity: "O(N) with N the size of the libraries",
		},
		{
			Name: "flush", Arity: -2, Flags: Write | NoScript, Since: "7.0.0",
			Summary:    "Delete all libraries.",
			Complexity: "O(N) with N the number of functions",
			Tips:       []string{onAllShards, allSucceeded},
			Args:       []Arg{syncOrAsync.optional()},
		},
		helpRow("7.0.0"),
		{
			Name: "kill", Arity: 2, Flags: NoScript | AllowBusy, Since: "7.0.0",
			Summary:    "End the function that is running, if it has not written anything.",
			Complexity: "O(1)",
			Tips:       []string{onAllShards, oneSucceeded},
		},
		{
			Name: "list", Arity: -2, Flags: NoScript, Since: "7.0.0",
			Summary:    "List the libraries and what is in them.",
			Complexity: "O(N) with N the number of functions",
			Tips:       []string{nondeterministicOrder},
			Args: []Arg{
				str("library-name-pattern").token("LIBRARYNAME").optional(),
				word("WITHCODE").optional(),
			},
		},
		{
			Name: "load", Arity: -3, Flags: Write | DenyOOM | NoScript, Since: "7.0.0",
			Summary:    "Create a library from its code.",
			Complexity: "O(N) with N the length of the code, and that of running it once",
			Tips:       []string{onAllShards, allSucceeded},
			Args:       []Arg{word("REPLACE").optional(), str("function-code")},
		},
		{
			Name: "restore", Arity: -3, Flags: Write | DenyOOM | NoScript, Since: "7.0.0",
			Summary:    "Create the libraries that FUNCTION DUMP has returned.",
			Complexity: "O(N) with N the size of the libraries",
			Tips:       []string{onAllShards, allSucceeded},
			Args: []Arg{
				str("serialized-value"),
				oneof("policy", word("FLUSH"), word("APPEND"), word("REPLACE")).optional(),
			},
		},
		{
			Name: "stats", Arity: 2, Flags: NoScript | AllowBusy, Since: "7.0.0",
			Summary:    "Tell which function is running, and count functions and libraries.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllShards, responseSpecial},
		},
	},
}

var scriptRow = &Spec{
	Name: "script", Arity: -2, Since: "2.6.0",
	Summary:    "Commands about the scripts that the server knows.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "debug", Arity: 3, Flags: NoScript, Since: "3.2.0",
			Summary:    "Choose whether scripts are debugged. There is no debugger here: only NO is accepted.",
			Complexity: "O(1)",
			Args:       []Arg{oneof("mode", word("YES"), word("SYNC"), word("NO"))},
		},
		{
			Name: "exists", Arity: -3, Flags: NoScript, Since: "2.6.0",
			Summary:    "Tell which of some scripts the server knows.",
			Complexity: "O(N) with N the number of digests",
			Tips:       []string{onAllShards, logicalAnd},
			Args:       []Arg{str("sha1").multiple()},
		},
		{
			Name: "flush", Arity: -2, Flags: NoScript, Since: "2.6.0",
			Summary:    "Forget all scripts.",
			Complexity: "O(N) with N the number of scripts",
			Tips:       []string{onAllNodes, allSucceeded},
			Args:       []Arg{syncOrAsync.since("6.2.0").optional()},
			History:    []Change{{"6.2.0", "Takes `ASYNC` and `SYNC`."}},
		},
		helpRow("5.0.0"),
		{
			Name: "kill", Arity: 2, Flags: NoScript | AllowBusy, Since: "2.6.0",
			Summary:    "End the script that is running, if it has not written anything.",
			Complexity: "O(1)",
			Tips:       []string{onAllShards, oneSucceeded},
		},
		{
			Name: "load", Arity: 3, Flags: NoScript | Stale, Since: "2.6.0",
			Summary:    "Compile a script and remember it, without running it.",
			Complexity: "O(N) with N the length of the script",
			Tips:       []string{onAllNodes, allSucceeded},
			Args:       []Arg{str("script")},
		},
	},
}
