package command

var slowlogRow = &Spec{
	Name: "slowlog", Arity: -2, Since: "2.2.12",
	Summary:    "Commands about the log of slow calls.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "get", Arity: -2, Flags: Admin | Loading | Stale, Since: "2.2.12",
			Summary:    "Return the newest entries of the slow log.",
			Complexity: "O(N) with N the number of entries returned",
			Tips:       []string{onAllNodes, nondeterministic},
			Args:       []Arg{integer("count").optional()},
			History:    []Change{{"4.0.0", "Adds the client's address and name to the entries."}},
		},
		helpRow("6.2.0"),
		{
			Name: "len", Arity: 2, Flags: Admin | Loading | Stale, Since: "2.2.12",
			Summary:    "Return the number of entries in the slow log.",
			Complexity: "O(1)",
			Tips:       []string{onAllNodes, sumOfReplies, nondeterministic},
		},
		{
			Name: "reset", Arity: 2, Flags: Admin | Loading | Stale, Since: "2.2.12",
			Summary:    "Empty the slow log.",
			Complexity: "O(1)",
			Tips:       []string{onAllNodes, allSucceeded},
		},
	},
}
