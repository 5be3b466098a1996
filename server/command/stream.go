package command

var streamRows = []*Spec{
	{
		Name: "xack", Arity: -4, Flags: Write | Fast, Since: "5.0.0",
		Summary:    "Acknowledge messages: take them off a group's list of pending ones.",
		Complexity: "O(log(N)) for each ID, with N the number of entries of the stream and of its pending messages",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0), str("group"), str("id").multiple()},
	},
	{
		Name: "xadd", Arity: -5, Flags: Write | DenyOOM | Fast, Since: "5.0.0",
		Summary: "Append an entry to a stream.",
		Complexity: "O(log(N)) with N the number of entries of the stream, whatever the number of entries that trimming " +
			"removes, but for the nodes of the tree that hold them",
		Tips: []string{nondeterministic},
		Keys: []KeySpec{at(1, RW|Update).
			note("UPDATE instead of INSERT because of the optional trimming feature")},
		Args: []Arg{
			key("key", 0),
			word("NOMKSTREAM").since("6.2.0").optional(),
			trimming.optional(),
			oneof("id_or_auto", named("auto_id", word("*")), str("id")),
			block("field_value", str("field"), str("value")).multiple(),
		},
		History: []Change{
			{"6.2.0", "Adds `NOMKSTREAM`, `MINID` and `LIMIT`."},
			{"7.0.0", "Takes an ID of the form `<ms>-*`."},
		},
	},
	{
		Name: "xautoclaim", Arity: -6, Flags: Write | Fast, Since: "6.2.0",
		Summary:    "Make a consumer the owner of messages that have been pending for some time.",
		Complexity: "O(M*log(N)) with M the number of messages looked at, ten times COUNT at most",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RW|Delete)},
		Args: []Arg{
			key("key", 0),
			str("group"),
			str("consumer"),
			str("min-idle-time"),
			str("start"),
			integer("count").token("COUNT").optional(),
			word("JUSTID").optional(),
		},
		History: []Change{{"7.0.0", "Returns the IDs of deleted entries that it has taken off the list, too."}},
	},
	{
		Name: "xclaim", Arity: -6, Flags: Write | Fast, Since: "5.0.0",
		Summary:    "Make a consumer the owner of pending messages.",
		Complexity: "O(log(N)) for each ID, with N the number of entries of the stream and of its pending messages",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RW|Update)},
		Args: []Arg{
			key("key", 0),
			str("group"),
			str("consumer"),
			str("min-idle-time"),
			str("id").multiple(),
			integer("ms").token("IDLE").optional(),
			unixTime("unix-time-milliseconds").token("TIME").optional(),
			integer("count").token("RETRYCOUNT").optional(),
			word("FORCE").optional(),
			word("JUSTID").optional(),
			str("id").token("LASTID").optional(),
		},
	},
	{
		Name: "xdel", Arity: -3, Flags: Write | Fast, Since: "5.0.0",
		Summary:    "Delete entries of a stream.",
		Complexity: "O(log(N)) for each ID, with N the number of entries of the stream",
		Keys:       []KeySpec{at(1, RW|Delete)},
		Args:       []Arg{key("key", 0), str("id").multiple()},
	},
	xgroupRow,
	xinfoRow,
	{
		Name: "xlen", Arity: 2, Flags: ReadOnly | Fast, Since: "5.0.0",
		Summary:    "Return the number of entries of a stream.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "xpending", Arity: -3, Flags: ReadOnly, Since: "5.0.0",
		Summary: "Return what a group's consumers were given and have not acknowledged.",
		Complexity: "O(log(N)+M) with N the number of pending messages and M the number of those returned or, with IDLE, " +
			"looked at; O(C*log(N)) for the summary of C consumers",
		Tips: []string{nondeterministic},
		Keys: []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0),
			str("group"),
			block("filters",
				integer("min-idle-time").token("IDLE").since("6.2.0").optional(),
				str("start"),
				str("end"),
				integer("count"),
				str("consumer").optional(),
			).optional(),
		},
		History: []Change{{"6.2.0", "Adds `IDLE` and ranges that exclude an end."}},
	},
	{
		Name: "xrange", Arity: -4, Flags: ReadOnly, Since: "5.0.0",
		Summary:    "Return the entries of a stream between two IDs.",
		Complexity: "O(log(N)+M) with N the number of entries of the stream and M the number of those returned",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0), str("start"), str("end"), integer("count").token("COUNT").optional(),
		},
		History: []Change{{"6.2.0", "Takes ranges that exclude an end."}},
	},
	{
		Name: "xread", Arity: -4, Flags: ReadOnly | Blocking, Since: "5.0.0",
		Summary:    "Return the entries of several streams that come after given IDs, or wait for some.",
		Complexity: "O(log(N)+M) for each stream, with N the number of its entries and M the number of those returned",
		Keys:       []KeySpec{streamsOf(1)},
		Args: []Arg{
			integer("count").token("COUNT").optional(),
			integer("milliseconds").token("BLOCK").optional(),
			streamsAndIDs,
		},
	},
	{
		Name: "xreadgroup", Arity: -7, Flags: Write | Blocking, Since: "5.0.0",
		Summary:    "Give a consumer new messages of its group, or wait for some, or return again what it was given.",
		Complexity: "O(M*log(N)) for each stream, with N the number of its entries and M the number of those returned",
		Keys:       []KeySpec{streamsOf(4)},
		Args: []Arg{
			block("group_consumer", str("group"), str("consumer")).token("GROUP"),
			integer("count").token("COUNT").optional(),
			integer("milliseconds").token("BLOCK").optional(),
			word("NOACK").optional(),
			streamsAndIDs,
		},
	},
	{
		Name: "xrevrange", Arity: -4, Flags: ReadOnly, Since: "5.0.0",
		Summary:    "Return the entries of a stream between two IDs, the last one first.",
		Complexity: "O(log(N)+M) with N the number of entries of the stream and M the number of those returned",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0), str("end"), str("start"), integer("count").token("COUNT").optional(),
		},
		History: []Change{{"6.2.0", "Takes ranges that exclude an end."}},
	},
	{
		Name: "xsetid", Arity: -3, Flags: Write | DenyOOM | Fast, Since: "5.0.0",
		Summary:    "Set what a stream remembers besides its entries; for replication.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args: []Arg{
			key("key", 0),
			str("last-id"),
			integer("entries_added").token("ENTRIESADDED").since("7.0.0").optional(),
			str("max_deleted_entry_id").token("MAXDELETEDID").since("7.0.0").optional(),
		},
		History: []Change{{"7.0.0", "Adds `ENTRIESADDED` and `MAXDELETEDID`."}},
	},
	{
		Name: "xtrim", Arity: -4, Flags: Write, Since: "5.0.0",
		Summary:    "Delete the first entries of a stream.",
		Complexity: "O(log(N)), but for the nodes of the tree that hold the entries removed",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RW|Delete)},
		Args:       []Arg{key("key", 0), trimming},
		History:    []Change{{"6.2.0", "Adds `MINID` and `LIMIT`."}},
	},
}

// streamsOf are the keys between STREAMS and as many IDs; the word is looked
// for from a position on.
func streamsOf(from int) KeySpec {
	return after("STREAMS", from, RO|Access).through(-1, 1).firstPart(2)
}

var streamsAndIDs = block("streams", key("key", 0).multiple(), str("id").multiple()).token("STREAMS")

// trimming says which entries XADD and XTRIM are to remove.
var trimming = block("trim",
	oneof("strategy", word("MAXLEN"), word("MINID").since("6.2.0")),
	oneof("operator", named("equal", word("=")), named("approximately", word("~"))).optional(),
	str("threshold"),
	integer("count").token("LIMIT").since("6.2.0").optional(),
)

// named gives a word that is no name another one.
func named(name string, a Arg) Arg { a.Name = name; return a }
