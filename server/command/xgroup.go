package command

var xgroupRow = &Spec{
	Name: "xgroup", Arity: -2, Since: "5.0.0",
	Summary:    "Commands about consumer groups.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "create", Arity: -5, Flags: Write | DenyOOM, Since: "5.0.0",
			Summary:    "Create a consumer group.",
			Complexity: "O(log(N)) with N the number of entries of the stream",
			Keys:       []KeySpec{at(2, RW|Insert)},
			Args: []Arg{
				key("key", 0), str("groupname"), groupStart,
				word("MKSTREAM").optional(),
				integer("entries_read").token("ENTRIESREAD").optional(),
			},
			History: []Change{{"7.0.0", "Adds `ENTRIESREAD`."}},
		},
		{
			Name: "createconsumer", Arity: 5, Flags: Write | DenyOOM, Since: "6.2.0",
			Summary:    "Create a consumer in a group.",
			Complexity: "O(log(N)) with N the number of entries of the stream",
			Keys:       []KeySpec{at(2, RW|Insert)},
			Args:       []Arg{key("key", 0), str("groupname"), str("consumername")},
		},
		{
			Name: "delconsumer", Arity: 5, Flags: Write, Since: "5.0.0",
			Summary:    "Delete a consumer of a group, with what is pending for it.",
			Complexity: "O(M*log(N)) with M the number of messages that are pending for it",
			Keys:       []KeySpec{at(2, RW|Delete)},
			Args:       []Arg{key("key", 0), str("groupname"), str("consumername")},
		},
		{
			Name: "destroy", Arity: 4, Flags: Write, Since: "5.0.0",
			Summary:    "Delete a group with its consumers and all that is pending.",
			Complexity: "O(log(N)), but for the nodes of the tree that hold what is deleted",
			Keys:       []KeySpec{at(2, RW|Delete)},
			Args:       []Arg{key("key", 0), str("groupname")},
		},
		helpRow("5.0.0"),
		{
			Name: "setid", Arity: -5, Flags: Write, Since: "5.0.0",
			Summary:    "Choose which entries are new to a group: those after an ID.",
			Complexity: "O(log(N)) with N the number of entries of the stream",
			Keys:       []KeySpec{at(2, RW|Update)},
			Args: []Arg{
				key("key", 0), str("groupname"), groupStart,
				integer("entries_read").token("ENTRIESREAD").optional(),
			},
			History: []Change{{"7.0.0", "Adds `ENTRIESREAD`."}},
		},
	},
}

// groupStart is the entry after which a group reads on.
var groupStart = oneof("id", str("id"), named("new_id", word("$")))
