package command

var objectRow = &Spec{
	Name: "object", Arity: -2, Since: "2.2.3",
	Summary:    "Commands that look at how a value is stored.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "encoding", Arity: 3, Flags: ReadOnly, Since: "2.2.3",
			Summary:    "Return the name of a value's internal encoding.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic},
			Keys:       []KeySpec{at(2, RO)},
			Args:       []Arg{key("key", 0)},
		},
		{
			Name: "freq", Arity: 3, Flags: ReadOnly, Since: "4.0.0",
			Summary:    "Return how often a key is used, on a logarithmic scale.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic},
			Keys:       []KeySpec{at(2, RO)},
			Args:       []Arg{key("key", 0)},
		},
		helpRow("6.2.0"),
		{
			Name: "idletime", Arity: 3, Flags: ReadOnly, Since: "2.2.3",
			Summary:    "Return the seconds since a key was last used.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic},
			Keys:       []KeySpec{at(2, RO)},
			Args:       []Arg{key("key", 0)},
		},
		{
			Name: "refcount", Arity: 3, Flags: ReadOnly, Since: "2.2.3",
			Summary:    "Return the number of references to a value.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic},
			Keys:       []KeySpec{at(2, RO)},
			Args:       []Arg{key("key", 0)},
		},
	},
}
