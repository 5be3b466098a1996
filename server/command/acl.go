package command

var aclRow = &Spec{
	Name: "acl", Arity: -2, Since: "6.0.0",
	Summary:    "Commands about users and their rights.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "cat", Arity: -2, Flags: NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "List the categories of commands, or the commands of one of them.",
			Complexity: "O(N) with N the number of commands",
			Args:       []Arg{str("categoryname").optional()},
		},
		{
			Name: "deluser", Arity: -3, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Delete users and close their connections.",
			Complexity: "O(N) with N the number of connections",
			Args:       []Arg{str("username").multiple()},
		},
		{
			Name: "dryrun", Arity: -4, Flags: Admin | NoScript | Loading | Stale, Since: "7.0.0",
			Summary:    "Tell whether a user may run a call, without running it.",
			Complexity: "O(N) with N the number of the user's patterns",
			Args:       []Arg{str("username"), str("command"), str("arg").optional().multiple()},
		},
		{
			Name: "genpass", Arity: -2, Flags: NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Draw a password.",
			Complexity: "O(1)",
			Args:       []Arg{integer("bits").optional()},
		},
		{
			Name: "getuser", Arity: 3, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Return what is known of a user.",
			Complexity: "O(N) with N the number of the user's rules",
			Args:       []Arg{str("username")},
			History: []Change{
				{"6.2.0", "Adds the patterns of channels."},
				{"7.0.0", "Adds selectors; patterns are one text in the words of rules."},
			},
		},
		helpRow("6.0.0"),
		{
			Name: "list", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Return all users as lines of an ACL file.",
			Complexity: "O(N) with N the number of users",
		},
		{
			Name: "load", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Read the ACL file again, all of it or nothing.",
			Complexity: "O(N) with N the number of users",
		},
		{
			Name: "log", Arity: -2, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Return, or forget, the calls and logins that were refused lately.",
			Complexity: "O(N) with N the number of entries returned",
			Args:       []Arg{oneof("operation", integer("count"), word("RESET")).optional()},
		},
		{
			Name: "save", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Write the users to the ACL file.",
			Complexity: "O(N) with N the number of users",
		},
		{
			Name: "setuser", Arity: -3, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Make a user or change its rules, all of them or none.",
			Complexity: "O(N) with N the number of rules given",
			Args:       []Arg{str("username"), str("rule").optional().multiple()},
			History: []Change{
				{"6.2.0", "Adds the patterns of channels."},
				{"7.0.0", "Adds selectors, and patterns for reading and writing."},
			},
		},
		{
			Name: "users", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Return the names of all users.",
			Complexity: "O(N) with N the number of users",
		},
		{
			Name: "whoami", Arity: 2, Flags: NoScript | Loading | Stale, Since: "6.0.0",
			Summary:    "Return the name that the connection is logged in with.",
			Complexity: "O(1)",
		},
	},
}
