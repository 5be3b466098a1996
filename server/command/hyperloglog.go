package command

var hyperLogLogRows = []*Spec{
	{
		Name: "pfadd", Arity: -2, Flags: Write | DenyOOM | Fast, Since: "2.8.9",
		Summary:    "Add elements to a HyperLogLog, creating it if needed.",
		Complexity: "O(N) with N the number of elements",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args:       []Arg{key("key", 0), str("element").optional().multiple()},
	},
	{
		Name: "pfcount", Arity: -2, Flags: ReadOnly | MayReplicate, Since: "2.8.9",
		Summary:    "Estimate how many distinct elements one or several HyperLogLogs have seen.",
		Complexity: "O(1) with a single key, else O(N) with N the number of keys and a large constant",
		Keys: []KeySpec{at(1, RW|Access).through(-1, 1).
			note("RW because it may change the internal representation of the key, and propagate to replicas")},
		Args: []Arg{key("key", 0).multiple()},
	},
	{
		Name: "pfdebug", Arity: 3, Flags: Write | DenyOOM | Admin, Since: "2.8.9",
		Summary:    "Look inside a HyperLogLog; for tests of the server.",
		Complexity: "O(1)",
		DocFlags:   SystemCommand,
		Keys:       []KeySpec{at(2, RW|Access)},
		Args:       []Arg{str("subcommand"), key("key", 0)},
	},
	{
		Name: "pfmerge", Arity: -2, Flags: Write | DenyOOM, Since: "2.8.9",
		Summary:    "Store the union of several HyperLogLogs.",
		Complexity: "O(N) with N the number of keys and a large constant",
		Keys: []KeySpec{
			at(1, RW|Access|Insert),
			at(2, RO|Access).through(-1, 1),
		},
		Args: []Arg{key("destkey", 0), key("sourcekey", 1).multiple()},
	},
	{
		Name: "pfselftest", Arity: 1, Flags: Admin, Since: "2.8.9",
		Summary:    "Check the HyperLogLog code against itself; for tests of the server.",
		Complexity: "O(1)",
		DocFlags:   SystemCommand,
	},
}
