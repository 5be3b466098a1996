package command

var clientRow = &Spec{
	Name: "client", Arity: -2, Since: "2.4.0",
	Summary:    "Commands about client connections.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "getname", Arity: 2, Flags: NoScript | Loading | Stale, Since: "2.6.9",
			Summary:    "Return the name of this connection.",
			Complexity: "O(1)",
		},
		helpRow("5.0.0"),
		{
			Name: "id", Arity: 2, Flags: NoScript | Loading | Stale, Since: "5.0.0",
			Summary:    "Return the number of this connection.",
			Complexity: "O(1)",
		},
		{
			Name: "info", Arity: 2, Flags: NoScript | Loading | Stale, Since: "6.2.0",
			Summary:    "Return what CLIENT LIST says of this connection.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic},
		},
		{
			Name: "kill", Arity: -3, Flags: Admin | NoScript | Loading | Stale, Since: "2.4.0",
			Summary:    "Close connections.",
			Complexity: "O(N) with N the number of connections",
			Args: []Arg{
				oneof("filter",
					str("ip:port").deprecated("2.8.12"),
					oneof("new-format",
						integer("client-id").token("ID").since("2.8.12").optional(),
						oneof("normal_master_slave_pubsub",
							word("NORMAL"),
							word("MASTER").since("3.2.0"),
							word("SLAVE"),
							word("REPLICA").since("5.0.0"),
							word("PUBSUB"),
						).token("TYPE").since("2.8.12").optional(),
						str("username").token("USER").optional(),
						str("ip:port").token("ADDR").optional(),
						str("ip:port").token("LADDR").since("6.2.0").optional(),
						str("yes/no").token("SKIPME").optional(),
					).multiple(),
				),
			},
			History: []Change{
				{"2.8.12", "Takes filters instead of a single address."},
				{"2.8.12", "Adds `ID`."},
				{"3.2.0", "Adds `TYPE master`."},
				{"5.0.0", "Adds `TYPE replica`, the same as `TYPE slave`."},
				{"6.2.0", "Adds `LADDR`."},
			},
		},
		{
			Name: "list", Arity: -2, Flags: Admin | NoScript | Loading | Stale, Since: "2.4.0",
			Summary:    "List the open connections.",
			Complexity: "O(N) with N the number of connections",
			Tips:       []string{nondeterministic},
			Args: []Arg{
				oneof("normal_master_replica_pubsub",
					word("NORMAL"),
					word("MASTER"),
					word("REPLICA"),
					word("PUBSUB"),
				).token("TYPE").since("5.0.0").optional(),
				block("id", integer("client-id").multiple()).token("ID").since("6.2.0").optional(),
			},
			History: []Change{
				{"2.8.12", "Adds the field `id`."},
				{"5.0.0", "Adds `TYPE`."},
				{"6.0.0", "Adds the field `user`."},
				{"6.2.0", "Adds `ID`, and the fields `argv-mem`, `tot-mem`, `laddr` and `redir`."},
				{"7.0.0", "Adds the fields `resp`, `multi-mem`, `rbs` and `rbp`."},
				{"7.0.3", "Adds the field `ssub`."},
			},
		},
		{
			Name: "no-evict", Arity: 3, Flags: Admin | NoScript | Loading | Stale, Since: "7.0.0",
			Summary:    "Choose whether this connection may be closed when clients use too much memory.",
			Complexity: "O(1)",
			Args:       []Arg{onOff("enabled")},
		},
		{
			Name: "reply", Arity: 3, Flags: NoScript | Loading | Stale, Since: "3.2.0",
			Summary:    "Turn the replies to this connection on or off, or skip one.",
			Complexity: "O(1)",
			Args:       []Arg{oneof("on_off_skip", word("ON"), word("OFF"), word("SKIP"))},
		},
		{
			// Newer than the rest of the table: client libraries send it when they
			// connect, and log or retry when it fails.
			Name: "setinfo", Arity: 4, Flags: NoScript | Loading | Stale, Since: "7.2.0",
			Summary:    "Tell the server which client library this connection uses.",
			Complexity: "O(1)",
			Tips:       []string{onAllNodes, allSucceeded},
			Args: []Arg{
				oneof("attr", str("libname").token("LIB-NAME"), str("libver").token("LIB-VER")),
			},
		},
		{
			Name: "setname", Arity: 3, Flags: NoScript | Loading | Stale, Since: "2.6.9",
			Summary:    "Name this connection.",
			Complexity: "O(1)",
			Args:       []Arg{str("connection-name")},
		},
	},
}
