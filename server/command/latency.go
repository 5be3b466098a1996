package command

var latencyRow = &Spec{
	Name: "latency", Arity: -2, Since: "2.8.13",
	Summary:    "Commands about events that took too long.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "doctor", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "2.8.13",
			Summary:    "Report on the recorded latency events in prose.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllNodes, responseSpecial},
		},
		{
			Name: "graph", Arity: 3, Flags: Admin | NoScript | Loading | Stale, Since: "2.8.13",
			Summary:    "Draw the recorded latencies of an event.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllNodes, responseSpecial},
			Args:       []Arg{str("event")},
		},
		helpRow("2.8.13"),
		{
			Name: "histogram", Arity: -2, Flags: Admin | NoScript | Loading | Stale, Since: "7.0.0",
			Summary:    "Return how long calls of commands took, as cumulative counts.",
			Complexity: "O(N) with N the number of commands",
			Tips:       []string{nondeterministic, onAllNodes, responseSpecial},
			Args:       []Arg{str("command").optional().multiple()},
		},
		{
			Name: "history", Arity: 3, Flags: Admin | NoScript | Loading | Stale, Since: "2.8.13",
			Summary:    "Return the recorded latencies of an event, with their times.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllNodes, responseSpecial},
			Args:       []Arg{str("event")},
		},
		{
			Name: "latest", Arity: 2, Flags: Admin | NoScript | Loading | Stale, Since: "2.8.13",
			Summary:    "Return the last recorded latency of every event.",
			Complexity: "O(1)",
			Tips:       []string{nondeterministic, onAllNodes, responseSpecial},
		},
		{
			Name: "reset", Arity: -2, Flags: Admin | NoScript | Loading | Stale, Since: "2.8.13",
			Summary:    "Forget the recorded latencies of some events, or of all.",
			Complexity: "O(1)",
			Tips:       []string{onAllNodes, allSucceeded},
			Args:       []Arg{str("event").optional().multiple()},
		},
	},
}
