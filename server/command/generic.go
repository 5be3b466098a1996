package command

var genericRows = []*Spec{
	{
		Name: "copy", Arity: -3, Flags: Write | DenyOOM, Since: "6.2.0",
		Summary:    "Copy a value to another key.",
		Complexity: "O(N) with N the size of the value",
		Keys: []KeySpec{
			at(1, RO|Access),
			at(2, OW|Update),
		},
		Args: []Arg{
			key("source", 0),
			key("destination", 1),
			integer("destination-db").token("DB").optional(),
			word("REPLACE").optional(),
		},
	},
	{
		Name: "del", Arity: -2, Flags: Write, Since: "1.0.0",
		Summary:    "Delete keys.",
		Complexity: "O(N) with N the number of keys, whatever the size of their values",
		Tips:       []string{splitByShard, sumOfReplies},
		Keys:       []KeySpec{at(1, RM|Delete).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
	{
		Name: "dump", Arity: 2, Flags: ReadOnly, Since: "2.6.0",
		Summary:    "Return what a key holds in the form that RESTORE takes.",
		Complexity: "O(N) with N the size of the value",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "exists", Arity: -2, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Count how many of the given keys exist.",
		Complexity: "O(N) with N the number of keys",
		Tips:       []string{splitByShard, sumOfReplies},
		Keys:       []KeySpec{at(1, RO).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
		History:    []Change{{"3.0.3", "Takes more than one key."}},
	},
	{
		Name: "expire", Arity: -3, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Let a key expire after some seconds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0), integer("seconds"), expiryCondition},
		History:    []Change{{"7.0.0", "Adds `NX`, `XX`, `GT` and `LT`."}},
	},
	{
		Name: "expireat", Arity: -3, Flags: Write | Fast, Since: "1.2.0",
		Summary:    "Let a key expire at a Unix time in seconds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0), unixTime("unix-time-seconds"), expiryCondition},
		History:    []Change{{"7.0.0", "Adds `NX`, `XX`, `GT` and `LT`."}},
	},
	{
		Name: "expiretime", Arity: 2, Flags: ReadOnly | Fast, Since: "7.0.0",
		Summary:    "Return the Unix time in seconds at which a key expires.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "keys", Arity: 2, Flags: ReadOnly, Since: "1.0.0",
		Categories: CatKeyspace | CatDangerous,
		Summary:    "Return all keys that match a pattern.",
		Complexity: "O(N) with N the number of keys in the database",
		Tips:       []string{onAllShards, nondeterministicOrder},
		Args:       []Arg{pattern("pattern")},
	},
	{
		Name: "migrate", Arity: -6, Flags: Write, Since: "2.6.0",
		Categories: CatKeyspace | CatDangerous,
		Summary:    "Move keys to another server.",
		Complexity: "That of DUMP, RESTORE and DEL, for each key",
		Tips:       []string{nondeterministic},
		Keys: []KeySpec{
			at(3, RW|Access|Delete),
			after("KEYS", -2, RW|Access|Delete|Incomplete).through(-1, 1),
		},
		Finder: migrateKeys,
		Args: []Arg{
			str("host"),
			integer("port"),
			oneof("key_or_empty_string", key("key", 0), arg(PureToken, "empty_string")),
			integer("destination-db"),
			integer("timeout"),
			word("COPY").since("3.0.0").optional(),
			word("REPLACE").since("3.0.0").optional(),
			oneof("authentication",
				str("password").token("AUTH").since("4.0.7").optional(),
				block("username_password", str("username"), str("password")).token("AUTH2").since("6.0.0").optional(),
			).optional(),
			key("key", 1).token("KEYS").since("3.0.6").optional().multiple(),
		},
		History: []Change{
			{"3.0.0", "Adds `COPY` and `REPLACE`."},
			{"3.0.6", "Adds `KEYS`."},
			{"4.0.7", "Adds `AUTH`."},
			{"6.0.0", "Adds `AUTH2`."},
		},
	},
	{
		Name: "move", Arity: 3, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Take a key out of this database and put it into another.",
		Complexity: "O(1), or O(N) with N the number of elements of a large collection",
		Keys:       []KeySpec{at(1, RW|Access|Update)},
		Args:       []Arg{key("key", 0), integer("db")},
	},
	objectRow,
	{
		Name: "persist", Arity: 2, Flags: Write | Fast, Since: "2.2.0",
		Summary:    "Drop a key's expiry.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "pexpire", Arity: -3, Flags: Write | Fast, Since: "2.6.0",
		Summary:    "Let a key expire after some milliseconds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0), integer("milliseconds"), expiryCondition},
		History:    []Change{{"7.0.0", "Adds `NX`, `XX`, `GT` and `LT`."}},
	},
	{
		Name: "pexpireat", Arity: -3, Flags: Write | Fast, Since: "2.6.0",
		Summary:    "Let a key expire at a Unix time in milliseconds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0), unixTime("unix-time-milliseconds"), expiryCondition},
		History:    []Change{{"7.0.0", "Adds `NX`, `XX`, `GT` and `LT`."}},
	},
	{
		Name: "pexpiretime", Arity: 2, Flags: ReadOnly | Fast, Since: "7.0.0",
		Summary:    "Return the Unix time in milliseconds at which a key expires.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "pttl", Arity: 2, Flags: ReadOnly | Fast, Since: "2.6.0",
		Summary:    "Return the milliseconds until a key expires.",
		Complexity: "O(1)",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0)},
		History:    []Change{{"2.8.0", "Tells a missing key by -2."}},
	},
	{
		Name: "randomkey", Arity: 1, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return some key of the database, each as likely as the other.",
		Complexity: "O(log N) with N the number of keys in the database",
		Tips:       []string{onAllShards, nondeterministic},
	},
	{
		Name: "rename", Arity: 3, Flags: Write, Since: "1.0.0",
		Summary:    "Give a key another name, replacing what has that name.",
		Complexity: "O(1)",
		Keys: []KeySpec{
			at(1, RW|Access|Delete),
			at(2, OW|Update),
		},
		Args: []Arg{key("key", 0), key("newkey", 1)},
	},
	{
		Name: "renamenx", Arity: 3, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Give a key another name unless that name is taken.",
		Complexity: "O(1)",
		Keys: []KeySpec{
			at(1, RW|Access|Delete),
			at(2, OW|Insert),
		},
		Args:    []Arg{key("key", 0), key("newkey", 1)},
		History: []Change{{"3.2.0", "Lets a key be renamed to itself."}},
	},
	{
		Name: "restore", Arity: -4, Flags: Write | DenyOOM, Since: "2.6.0",
		Categories: CatKeyspace | CatDangerous,
		Summary:    "Make a key of what DUMP has returned.",
		Complexity: "O(N) with N the size of the value, O(N*log(N)) for a sorted set",
		Keys:       []KeySpec{at(1, OW|Update)},
		Args: []Arg{
			key("key", 0),
			integer("ttl"),
			str("serialized-value"),
			word("REPLACE").since("3.0.0").optional(),
			word("ABSTTL").since("5.0.0").optional(),
			integer("seconds").token("IDLETIME").since("5.0.0").optional(),
			integer("frequency").token("FREQ").since("5.0.0").optional(),
		},
		History: []Change{
			{"3.0.0", "Adds `REPLACE`."},
			{"5.0.0", "Adds `ABSTTL`."},
			{"5.0.0", "Adds `IDLETIME` and `FREQ`."},
		},
	},
	{
		Name: "scan", Arity: -2, Flags: ReadOnly, Since: "2.8.0",
		Summary:    "Walk over the keys of the database, a few with each call.",
		Complexity: "O(1) a call, O(N) for a full walk with N the number of keys in the database",
		Tips:       []string{nondeterministic, requestSpecial},
		Args: []Arg{
			integer("cursor"),
			pattern("pattern").token("MATCH").optional(),
			integer("count").token("COUNT").optional(),
			str("type").token("TYPE").since("6.0.0").optional(),
		},
		History: []Change{{"6.0.0", "Adds `TYPE`."}},
	},
	sortRow,
	sortRORow,
	{
		Name: "touch", Arity: -2, Flags: ReadOnly | Fast, Since: "3.2.1",
		Summary:    "Count how many of the given keys exist, and mark those as just used.",
		Complexity: "O(N) with N the number of keys",
		Tips:       []string{splitByShard, sumOfReplies},
		Keys:       []KeySpec{at(1, RO).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
	{
		Name: "ttl", Arity: 2, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Return the seconds until a key expires.",
		Complexity: "O(1)",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0)},
		History:    []Change{{"2.8.0", "Tells a missing key by -2."}},
	},
	{
		Name: "type", Arity: 2, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Return the type of the value under a key.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "unlink", Arity: -2, Flags: Write | Fast, Since: "4.0.0",
		Summary:    "Delete keys; the same as DEL, which never makes the caller wait for the size of a value.",
		Complexity: "O(N) with N the number of keys, whatever the size of their values",
		Tips:       []string{splitByShard, sumOfReplies},
		Keys:       []KeySpec{at(1, RM|Delete).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
	{
		Name: "wait", Arity: 3, Flags: NoScript, Since: "3.0.0",
		Categories: CatConnection,
		Summary:    "Wait until replicas have what this connection has written.",
		Complexity: "O(1)",
		Tips:       []string{onAllShards, minOfReplies},
		Args:       []Arg{integer("numreplicas"), integer("timeout")},
	},
	{
		Name: "waitaof", Arity: 4, Flags: NoScript, Since: "7.2.0",
		Categories: CatConnection,
		Summary:    "Wait until what this connection has written is on disk, here and at replicas.",
		Complexity: "O(1)",
		Tips:       []string{onAllShards, minOfReplies},
		Args:       []Arg{integer("numlocal"), integer("numreplicas"), integer("timeout")},
	},
}

// expiryCondition is the last argument of the four commands that set an expiry.
var expiryCondition = oneof("condition", word("NX"), word("XX"), word("GT"), word("LT")).
	since("7.0.0").optional()

// migrateKeys finds what MIGRATE moves: one key, or, if that is empty, those
// after KEYS, which ends the options.
func migrateKeys(dst []KeyRef, args [][]byte) ([]KeyRef, bool) {
	const flags = RW | Access | Delete
	for i := 6; i+1 < len(args); i++ {
		switch {
		case foldEqual(args[i], "AUTH"):
			i++
		case foldEqual(args[i], "AUTH2"):
			i += 2
		case foldEqual(args[i], "KEYS"):
			if len(args[3]) > 0 {
				return dst, true // which MIGRATE refuses
			}
			for i++; i < len(args); i++ {
				dst = append(dst, KeyRef{i, flags})
			}
			return dst, true
		}
	}
	return append(dst, KeyRef{3, flags}), true
}
