package command

var configRow = &Spec{
	Name: "config", Arity: -2, Since: "2.0.0",
	Summary:    "Commands about the server's settings.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "get", Arity: -3, Flags: Admin | NoScript | Loading | Stale, Since: "2.0.0",
			Summary:    "Return the settings whose names match.",
			Complexity: "O(N) with N the number of settings",
			Args:       []Arg{block("parameter", str("parameter")).multiple()},
			History:    []Change{{"7.0.0", "Takes more than one pattern."}},
		},
		helpRow("5.0.0"),
		{
			Name: "resetstat", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "2.0.0",
			Summary:    "Set the counters that INFO shows back to zero.",
			Complexity: "O(1)",
		},
		{
			Name: "rewrite", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "2.8.0",
			Summary:    "Write the settings in force to the configuration file.",
			Complexity: "O(N) with N the number of settings",
		},
		{
			Name: "set", Arity: -4, Flags: Admin | NoScript | Loading | Stale, Since: "2.0.0",
			Summary:    "Change settings, all of them or none.",
			Complexity: "O(N) with N the number of settings given",
			Tips:       []string{onAllNodes, allSucceeded},
			Args:       []Arg{block("parameter_value", str("parameter"), str("value")).multiple()},
			History:    []Change{{"7.0.0", "Takes more than one setting."}},
		},
	},
}
