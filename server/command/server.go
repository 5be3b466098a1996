package command

var serverRows = []*Spec{
	aclRow,
	{
		Name: "bgrewriteaof", Arity: 1, Flags: Admin | NoScript | NoAsyncLoading, Since: "1.0.0",
		Summary:    "Start a checkpoint; older log is then no longer needed to recover.",
		Complexity: "O(1)",
	},
	{
		Name: "bgsave", Arity: -1, Flags: Admin | NoScript | NoAsyncLoading, Since: "1.0.0",
		Summary:    "Start a checkpoint in the background.",
		Complexity: "O(1)",
		Args:       []Arg{word("SCHEDULE").since("3.2.2").optional()},
		History:    []Change{{"3.2.2", "Adds `SCHEDULE`."}},
	},
	cairnRow,
	commandRow,
	configRow,
	{
		Name: "dbsize", Arity: 1, Flags: ReadOnly | Fast, Since: "1.0.0",
		Categories: CatKeyspace,
		Summary:    "Return the number of keys in the database.",
		Complexity: "O(1), or O(N) with N the number of keys lately written without being read first",
		Tips:       []string{onAllShards, sumOfReplies},
	},
	{
		Name: "debug", Arity: -2, Flags: Admin | NoScript | Loading | Stale | Protected, Since: "1.0.0",
		Summary:    "Commands for tests of the server.",
		Complexity: asSubcommand,
		DocFlags:   SystemCommand,
	},
	{
		Name: "failover", Arity: -1, Flags: Admin | NoScript | Stale, Since: "6.2.0",
		Summary:    "Hand the part of the master over to a replica, without losing a write.",
		Complexity: "O(1)",
		Args: []Arg{
			block("target", str("host"), integer("port"), word("FORCE").optional()).token("TO").optional(),
			word("ABORT").optional(),
			integer("milliseconds").token("TIMEOUT").optional(),
		},
	},
	{
		Name: "flushall", Arity: -1, Flags: Write, Since: "1.0.0",
		Categories: CatKeyspace | CatDangerous,
		Summary:    "Delete all keys of all databases.",
		Complexity: "O(N) with N the number of databases",
		Tips:       []string{onAllShards, allSucceeded},
		Args:       []Arg{flushMode},
		History: []Change{
			{"4.0.0", "Adds `ASYNC`."},
			{"6.2.0", "Adds `SYNC`."},
		},
	},
	{
		Name: "flushdb", Arity: -1, Flags: Write, Since: "1.0.0",
		Categories: CatKeyspace | CatDangerous,
		Summary:    "Delete all keys of the database.",
		Complexity: "O(1)",
		Tips:       []string{onAllShards, allSucceeded},
		Args:       []Arg{flushMode},
		History: []Change{
			{"4.0.0", "Adds `ASYNC`."},
			{"6.2.0", "Adds `SYNC`."},
		},
	},
	{
		Name: "info", Arity: -1, Flags: Loading | Stale, Since: "1.0.0",
		Categories: CatDangerous,
		Summary:    "Report the state of the server and its counters.",
		Complexity: "O(1)",
		Tips:       []string{nondeterministic, onAllShards, responseSpecial},
		Args:       []Arg{str("section").optional().multiple()},
		History:    []Change{{"7.0.0", "Takes more than one section."}},
	},
	{
		Name: "lastsave", Arity: 1, Flags: Loading | Stale | Fast, Since: "1.0.0",
		Categories: CatAdmin | CatDangerous,
		Summary:    "Return the Unix time of the last finished checkpoint.",
		Complexity: "O(1)",
		Tips:       []string{nondeterministic},
	},
	latencyRow,
	{
		Name: "lolwut", Arity: -1, Flags: ReadOnly | Fast, Since: "5.0.0",
		Summary: "Show a picture and the server's version.",
		Args:    []Arg{integer("version").token("VERSION").optional()},
	},
	memoryRow,
	moduleRow,
	{
		Name: "monitor", Arity: 1, Flags: Admin | NoScript | Loading | Stale, Since: "1.0.0",
		Summary: "Receive every command that the server runs, as it runs it.",
	},
	{
		Name: "psync", Arity: -3, Flags: Admin | NoScript | NoAsyncLoading | NoMulti, Since: "2.8.0",
		Summary: "Begin to follow, where that is possible from an offset on; for replicas.",
		Args:    []Arg{str("replicationid"), integer("offset")},
	},
	{
		Name: "replconf", Arity: -1, Flags: Admin | NoScript | Loading | Stale | AllowBusy, Since: "3.0.0",
		Summary:    "Tell what a replica is and what it has; for replicas.",
		Complexity: "O(1)",
		DocFlags:   SystemCommand,
	},
	{
		Name: "replicaof", Arity: 3, Flags: Admin | NoScript | Stale | NoAsyncLoading, Since: "5.0.0",
		Summary:    "Follow another server, or be a master.",
		Complexity: "O(1)",
		Args:       replicaofArgs,
	},
	{
		Name: "role", Arity: 1, Flags: NoScript | Loading | Stale | Fast, Since: "2.8.12",
		Categories: CatAdmin | CatDangerous,
		Summary:    "Return whether this server is a master or a replica, with its replication state.",
		Complexity: "O(1)",
	},
	{
		Name: "save", Arity: 1, Flags: Admin | NoScript | NoAsyncLoading | NoMulti, Since: "1.0.0",
		Summary:    "Make a checkpoint and wait until it is on disk.",
		Complexity: "O(N) with N the number of keys changed since the last checkpoint",
	},
	{
		Name: "shutdown", Arity: -1, Flags: Admin | NoScript | Loading | Stale | NoMulti | AllowBusy,
		Since:      "1.0.0",
		Summary:    "Make a checkpoint and stop the server.",
		Complexity: "O(N) with N the number of keys changed since the last checkpoint, O(1) with NOSAVE",
		Args: []Arg{
			oneof("nosave_save", word("NOSAVE"), word("SAVE")).optional(),
			word("NOW").since("7.0.0").optional(),
			word("FORCE").since("7.0.0").optional(),
			word("ABORT").since("7.0.0").optional(),
		},
		History: []Change{{"7.0.0", "Adds `NOW`, `FORCE` and `ABORT`."}},
	},
	{
		Name: "slaveof", Arity: 3, Flags: Admin | NoScript | Stale | NoAsyncLoading, Since: "1.0.0",
		Summary:    "Follow another server, or be a master.",
		Complexity: "O(1)",
		DocFlags:   Deprecated, DeprecatedSince: "5.0.0",
		ReplacedBy: "`REPLICAOF`",
		Args:       replicaofArgs,
	},
	slowlogRow,
	{
		Name: "swapdb", Arity: 3, Flags: Write | Fast, Since: "4.0.0",
		Categories: CatKeyspace | CatDangerous,
		Summary:    "Exchange the contents of two databases.",
		Complexity: "O(N) with N the number of clients that watch or block on keys of the two databases",
		Args:       []Arg{integer("index1"), integer("index2")},
	},
	{
		Name: "sync", Arity: 1, Flags: Admin | NoScript | NoAsyncLoading | NoMulti, Since: "1.0.0",
		Summary: "Begin to follow, from the whole data set on; for old replicas.",
	},
	{
		Name: "time", Arity: 1, Flags: Loading | Stale | Fast, Since: "2.6.0",
		Summary:    "Return the server's clock as Unix seconds and microseconds.",
		Complexity: "O(1)",
		Tips:       []string{nondeterministic},
	},
}

var replicaofArgs = []Arg{oneof("args",
	block("host-port", str("host"), integer("port")),
	block("no-one", word("NO"), word("ONE")))}

// flushMode is accepted and means nothing: a flush never makes the caller wait
// for the size of the data.
var flushMode = oneof("async", word("ASYNC").since("4.0.0"), word("SYNC").since("6.2.0")).optional()
