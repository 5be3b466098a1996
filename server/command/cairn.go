package command

// cairnRow is Cairn's own: Redis has no such command.
var cairnRow = &Spec{
	Name: "cairn", Arity: -2, Since: "7.0.0",
	Summary:    "Commands of Cairn's own.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "backup", Arity: -3, Flags: Admin | NoScript | NoMulti, Since: "7.0.0",
			Summary:    "Read the files of a backup, for `cairn backup`.",
			Complexity: "O(N) with N the number of bytes returned; to begin, that of the store's files",
			Args: []Arg{
				oneof("step", word("BEGIN"), word("READ"), word("LOG"), word("END")),
				str("arg").optional().multiple(),
			},
		},
		helpRow("7.0.0"),
	},
}
