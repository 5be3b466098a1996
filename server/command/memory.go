package command

var memoryRow = &Spec{
	Name: "memory", Arity: -2, Since: "4.0.0",
	Summary:    "Commands about the use of memory.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "doctor", Arity: 2, Since: "4.0.0",
			Summary:    "Report on problems with memory in prose.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllShards, responseSpecial},
		},
		helpRow("4.0.0"),
		{
			Name: "malloc-stats", Arity: 2, Since: "4.0.0",
			Summary:    "Return the memory allocator's own statistics.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllShards, responseSpecial},
		},
		{
			Name: "purge", Arity: 2, Since: "4.0.0",
			Summary:    "Ask the memory allocator to give free memory back to the system.",
			Complexity: "O(N) with N the amount of free memory",
			Tips:       []string{onAllShards, allSucceeded},
		},
		{
			Name: "stats", Arity: 2, Since: "4.0.0",
			Summary:    "Return what the server's memory is used for.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllShards, responseSpecial},
		},
		{
			Name: "usage", Arity: -3, Flags: ReadOnly, Since: "4.0.0",
			Summary:    "Return the bytes that a key and its value take.",
			Complexity: "O(1)",
			Keys:       []KeySpec{at(2, RO)},
			Args:       []Arg{key("key", 0), integer("count").token("SAMPLES").optional()},
		},
	},
}
