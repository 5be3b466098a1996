package command

var stringRows = []*Spec{
	{
		Name: "append", Arity: 3, Flags: Write | DenyOOM | Fast, Since: "2.0.0",
		Summary:    "Append bytes to a string; a missing key counts as an empty string.",
		Complexity: "O(N) with N the length of the appended value",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args:       []Arg{key("key", 0), str("value")},
	},
	{
		Name: "decr", Arity: 2, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Subtract one from the integer that a string holds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Access|Update)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "decrby", Arity: 3, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Subtract a number from the integer that a string holds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Access|Update)},
		Args:       []Arg{key("key", 0), integer("decrement")},
	},
	{
		Name: "get", Arity: 2, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Return the string stored under a key.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "getdel", Arity: 2, Flags: Write | Fast, Since: "6.2.0",
		Summary:    "Return a string and delete its key.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Access|Delete)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "getex", Arity: -2, Flags: Write | Fast, Since: "6.2.0",
		Summary:    "Return a string and, if asked, change or drop its expiry.",
		Complexity: "O(1)",
		Keys: []KeySpec{at(1, RW|Access|Update).
			note("RW and UPDATE because it changes the TTL")},
		Args: []Arg{
			key("key", 0),
			oneof("expiration",
				integer("seconds").token("EX"),
				integer("milliseconds").token("PX"),
				unixTime("unix-time-seconds").token("EXAT"),
				unixTime("unix-time-milliseconds").token("PXAT"),
				word("PERSIST"),
			).optional(),
		},
	},
	{
		Name: "getrange", Arity: 4, Flags: ReadOnly, Since: "2.4.0",
		Summary:    "Return the bytes of a string between two offsets.",
		Complexity: "O(N) with N the length of the returned string",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0), integer("start"), integer("end")},
	},
	{
		Name: "getset", Arity: 3, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Store a string and return the one that it replaces.",
		Complexity: "O(1)",
		DocFlags:   Deprecated, DeprecatedSince: "6.2.0", ReplacedBy: "`SET` with the `!GET` argument",
		Keys: []KeySpec{at(1, RW|Access|Update)},
		Args: []Arg{key("key", 0), str("value")},
	},
	{
		Name: "incr", Arity: 2, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Add one to the integer that a string holds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Access|Update)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "incrby", Arity: 3, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Add a number to the integer that a string holds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Access|Update)},
		Args:       []Arg{key("key", 0), integer("increment")},
	},
	{
		Name: "incrbyfloat", Arity: 3, Flags: Write | DenyOOM | Fast, Since: "2.6.0",
		Summary:    "Add a floating-point number to the number that a string holds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Access|Update)},
		Args:       []Arg{key("key", 0), double("increment")},
	},
	{
		Name: "lcs", Arity: -3, Flags: ReadOnly, Since: "7.0.0",
		Summary:    "Find the longest common subsequence of two strings.",
		Complexity: "O(N*M) with N and M the lengths of the two strings",
		Keys:       []KeySpec{at(1, RO|Access).through(1, 1)},
		Args: []Arg{
			key("key1", 0),
			key("key2", 0),
			word("LEN").optional(),
			word("IDX").optional(),
			integer("len").token("MINMATCHLEN").optional(),
			word("WITHMATCHLEN").optional(),
		},
	},
	{
		Name: "mget", Arity: -2, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Return the strings of several keys.",
		Complexity: "O(N) with N the number of keys",
		Tips:       []string{splitByShard},
		Keys:       []KeySpec{at(1, RO|Access).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
	{
		Name: "mset", Arity: -3, Flags: Write | DenyOOM, Since: "1.0.1",
		Summary:    "Store several strings at once.",
		Complexity: "O(N) with N the number of keys",
		Tips:       []string{splitByShard, allSucceeded},
		Keys:       []KeySpec{at(1, OW|Update).through(-1, 2)},
		Args:       []Arg{block("key_value", key("key", 0), str("value")).multiple()},
	},
	{
		Name: "msetnx", Arity: -3, Flags: Write | DenyOOM, Since: "1.0.1",
		Summary:    "Store several strings, or none of them if any of the keys exists.",
		Complexity: "O(N) with N the number of keys",
		Tips:       []string{splitByShard, minOfReplies},
		Keys:       []KeySpec{at(1, OW|Insert).through(-1, 2)},
		Args:       []Arg{block("key_value", key("key", 0), str("value")).multiple()},
	},
	{
		Name: "psetex", Arity: 4, Flags: Write | DenyOOM, Since: "2.6.0",
		Summary:    "Store a string that expires after some milliseconds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, OW|Update)},
		Args:       []Arg{key("key", 0), integer("milliseconds"), str("value")},
	},
	{
		Name: "set", Arity: -3, Flags: Write | DenyOOM, Since: "1.0.0",
		Summary:    "Store a string, whatever the key held before, with an optional expiry.",
		Complexity: "O(1)",
		Keys: []KeySpec{at(1, RW|Access|Update|VariableFlags).
			note("RW and ACCESS due to the optional `GET` argument")},
		Finder: setKeys,
		Args: []Arg{
			key("key", 0),
			str("value"),
			oneof("condition", word("NX"), word("XX")).since("2.6.12").optional(),
			word("GET").since("6.2.0").optional(),
			oneof("expiration",
				integer("seconds").token("EX").since("2.6.12"),
				integer("milliseconds").token("PX").since("2.6.12"),
				unixTime("unix-time-seconds").token("EXAT").since("6.2.0"),
				unixTime("unix-time-milliseconds").token("PXAT").since("6.2.0"),
				word("KEEPTTL").since("6.0.0"),
			).optional(),
		},
		History: []Change{
			{"2.6.12", "Adds `EX`, `PX`, `NX` and `XX`."},
			{"6.0.0", "Adds `KEEPTTL`."},
			{"6.2.0", "Adds `GET`, `EXAT` and `PXAT`."},
			{"7.0.0", "Lets `NX` go together with `GET`."},
		},
	},
	{
		Name: "setex", Arity: 4, Flags: Write | DenyOOM, Since: "2.0.0",
		Summary:    "Store a string that expires after some seconds.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, OW|Update)},
		Args:       []Arg{key("key", 0), integer("seconds"), str("value")},
	},
	{
		Name: "setnx", Arity: 3, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Store a string unless the key exists.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, OW|Insert)},
		Args:       []Arg{key("key", 0), str("value")},
	},
	{
		Name: "setrange", Arity: 4, Flags: Write | DenyOOM, Since: "2.2.0",
		Summary:    "Overwrite bytes of a string from an offset on, padding it with zeros if it is short.",
		Complexity: "O(N) with N the length of the value and of the padding",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0), integer("offset"), str("value")},
	},
	{
		Name: "strlen", Arity: 2, Flags: ReadOnly | Fast, Since: "2.2.0",
		Summary:    "Return the length of a string in bytes.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "substr", Arity: 4, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return the bytes of a string between two offsets.",
		Complexity: "O(N) with N the length of the returned string",
		DocFlags:   Deprecated, DeprecatedSince: "2.0.0", ReplacedBy: "`GETRANGE`",
		Keys: []KeySpec{at(1, RO|Access)},
		Args: []Arg{key("key", 0), integer("start"), integer("end")},
	},
}

// setKeys tells a SET that returns the old value from one that overwrites it
// unread. A word GET counts wherever an option may stand.
func setKeys(dst []KeyRef, args [][]byte) ([]KeyRef, bool) {
	for _, option := range args[3:] {
		if foldEqual(option, "GET") {
			return append(dst, KeyRef{1, RW | Access | Update}), true
		}
	}
	return append(dst, KeyRef{1, OW | Update}), true
}
