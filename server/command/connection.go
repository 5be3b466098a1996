package command

var connectionRows = []*Spec{
	{
		Name: "auth", Arity: -2, Flags: NoScript | Loading | Stale | Fast | NoAuth | AllowBusy,
		Since:      "1.0.0",
		Summary:    "Log in, as a user or with the default user's password.",
		Complexity: "O(N) with N the number of passwords of the user",
		Args:       []Arg{str("username").since("6.0.0").optional(), str("password")},
		History:    []Change{{"6.0.0", "Adds users besides the default one."}},
	},
	clientRow,
	{
		Name: "echo", Arity: 2, Flags: Loading | Stale | Fast, Since: "1.0.0",
		Summary:    "Return the argument.",
		Complexity: "O(1)",
		Args:       []Arg{str("message")},
	},
	{
		Name: "hello", Arity: -1, Flags: NoScript | Loading | Stale | Fast | NoAuth | AllowBusy,
		Since:      "6.0.0",
		Summary:    "Choose the protocol version, and log in and name the connection on the way.",
		Complexity: "O(1)",
		Args: []Arg{
			block("arguments",
				integer("protover"),
				block("username_password",
					str("username"),
					str("password"),
				).token("AUTH").optional(),
				str("clientname").token("SETNAME").optional(),
			).optional(),
		},
		History: []Change{{"6.2.0", "Only describes the connection when the version is left out."}},
	},
	{
		Name: "ping", Arity: -1, Flags: Fast, Since: "1.0.0",
		Summary:    "Answer PONG, or the argument.",
		Complexity: "O(1)",
		Tips:       []string{onAllShards, allSucceeded},
		Args:       []Arg{str("message").optional()},
	},
	{
		Name: "quit", Arity: -1, Flags: NoScript | Loading | Stale | Fast | NoAuth | AllowBusy,
		Since:      "1.0.0",
		Summary:    "Close this connection.",
		Complexity: "O(1)",
	},
	{
		Name: "reset", Arity: 1, Flags: NoScript | Loading | Stale | Fast | NoAuth | AllowBusy,
		Since:      "6.2.0",
		Summary:    "Put this connection back into the state of a new one.",
		Complexity: "O(1)",
	},
	{
		Name: "select", Arity: 2, Flags: Loading | Stale | Fast, Since: "1.0.0",
		Summary:    "Choose the database that this connection works on.",
		Complexity: "O(1)",
		Args:       []Arg{integer("index")},
	},
}
