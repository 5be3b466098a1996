package command

var commandRow = &Spec{
	Name: "command", Arity: -1, Flags: Loading | Stale, Since: "2.8.13",
	Categories: CatConnection,
	Summary:    "Describe all commands.",
	Complexity: "O(N) with N the number of commands",
	Tips:       []string{nondeterministicOrder},
	Sub: []*Spec{
		{
			Name: "count", Arity: 2, Flags: Loading | Stale, Since: "2.8.13",
			Summary:    "Return the number of commands.",
			Complexity: "O(1)",
		},
		{
			Name: "docs", Arity: -2, Flags: Loading | Stale, Since: "7.0.0",
			Summary:    "Return the documentation of commands.",
			Complexity: "O(N) with N the number of commands returned",
			Tips:       []string{nondeterministicOrder},
			Args:       []Arg{str("command-name").optional().multiple()},
		},
		{
			Name: "getkeys", Arity: -4, Flags: Loading | Stale, Since: "2.8.13",
			Summary:    "Return the keys that a call would use.",
			Complexity: "O(N) with N the number of arguments",
		},
		{
			Name: "getkeysandflags", Arity: -4, Flags: Loading | Stale, Since: "7.0.0",
			Summary:    "Return the keys that a call would use, and what it would do with each.",
			Complexity: "O(N) with N the number of arguments",
		},
		helpRow("5.0.0"),
		{
			Name: "info", Arity: -2, Flags: Loading | Stale, Since: "2.8.13",
			Summary:    "Describe some commands, or all.",
			Complexity: "O(N) with N the number of commands returned",
			Tips:       []string{nondeterministicOrder},
			Args:       []Arg{str("command-name").optional().multiple()},
			History:    []Change{{"7.0.0", "Describes all commands when there are no names."}},
		},
		{
			Name: "list", Arity: -2, Flags: Loading | Stale, Since: "7.0.0",
			Summary:    "Return the names of commands.",
			Complexity: "O(N) with N the number of commands",
			Tips:       []string{nondeterministicOrder},
			Args: []Arg{
				oneof("filterby",
					str("module-name").token("MODULE"),
					str("category").token("ACLCAT"),
					pattern("pattern").token("PATTERN"),
				).token("FILTERBY").optional(),
			},
		},
	},
}
