package command

var moduleRow = &Spec{
	Name: "module", Arity: -2, Since: "4.0.0",
	Summary:    "Commands about modules, of which there are none.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		helpRow("5.0.0"),
		{
			Name: "list", Arity: 2, Flags: Admin | NoScript, Since: "4.0.0",
			Summary:    "List the modules, of which there are none.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministicOrder},
		},
		{
			Name: "load", Arity: -3, Flags: Admin | NoScript | Protected | NoAsyncLoading, Since: "4.0.0",
			Summary:    "Load a module, which always fails.",
			Complexity: "O(1)",
			Args:       []Arg{str("path"), str("arg").optional().multiple()},
		},
		{
			Name: "loadex", Arity: -3, Flags: Admin | NoScript | Protected | NoAsyncLoading, Since: "7.0.0",
			Summary:    "Load a module with a configuration, which always fails.",
			Complexity: "O(1)",
			Args: []Arg{
				str("path"),
				block("configs", str("name"), str("value")).token("CONFIG").optional().multiple().multipleToken(),
				block("args", str("arg")).token("ARGS").optional().multiple(),
			},
		},
		{
			Name: "unload", Arity: 3, Flags: Admin | NoScript | Protected | NoAsyncLoading, Since: "4.0.0",
			Summary:    "Unload a module, which always fails.",
			Complexity: "O(1)",
			Args:       []Arg{str("name")},
		},
	},
}
