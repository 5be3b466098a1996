package command

var xinfoRow = &Spec{
	Name: "xinfo", Arity: -2, Since: "5.0.0",
	Summary:    "Commands that look into streams and their groups.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "consumers", Arity: 4, Flags: ReadOnly, Since: "5.0.0",
			Summary:    "List the consumers of a group.",
			Complexity: "O(C*log(N)) with C the number of consumers and N the number of entries of the stream",
			Tips:       []string{nondeterministic},
			Keys:       []KeySpec{at(2, RO|Access)},
			Args:       []Arg{key("key", 0), str("groupname")},
		},
		{
			Name: "groups", Arity: 3, Flags: ReadOnly, Since: "5.0.0",
			Summary:    "List the groups of a stream.",
			Complexity: "O(G*log(N)) with G the number of groups and N the number of entries of the stream",
			Keys:       []KeySpec{at(2, RO|Access)},
			Args:       []Arg{key("key", 0)},
			History:    []Change{{"7.0.0", "Adds the fields `entries-read` and `lag`."}},
		},
		helpRow("5.0.0"),
		{
			Name: "stream", Arity: -3, Flags: ReadOnly, Since: "5.0.0",
			Summary:    "Describe a stream, in full with its entries, groups and consumers.",
			Complexity: "O(log(N)) with N the number of entries; in full O(M*log(N)), M being the size of the reply",
			Keys:       []KeySpec{at(2, RO|Access)},
			Args: []Arg{
				key("key", 0),
				block("full", integer("count").token("COUNT").optional()).token("FULL").optional(),
			},
			History: []Change{
				{"6.0.0", "Adds `FULL`."},
				{"7.0.0", "Adds the fields `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, " +
					"`entries-read` and `lag`."},
			},
		},
	},
}
