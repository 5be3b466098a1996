package command

var transactionRows = []*Spec{
	{
		Name: "discard", Arity: 1, Flags: NoScript | Loading | Stale | Fast | AllowBusy, Since: "2.0.0",
		Summary:    "Forget the commands queued since MULTI, and what is watched.",
		Complexity: "O(N) with N the number of watched keys",
	},
	{
		Name: "exec", Arity: 1, Flags: NoScript | Loading | Stale | SkipSlowlog, Since: "1.2.0",
		Summary:    "Carry out the commands queued since MULTI, as one.",
		Complexity: "That of the commands",
	},
	{
		Name: "multi", Arity: 1, Flags: NoScript | Loading | Stale | Fast | AllowBusy, Since: "1.2.0",
		Summary:    "Queue the commands that follow, up to EXEC.",
		Complexity: "O(1)",
	},
	{
		Name: "unwatch", Arity: 1, Flags: NoScript | Loading | Stale | Fast | AllowBusy, Since: "2.2.0",
		Summary:    "Forget what is watched.",
		Complexity: "O(N) with N the number of watched keys",
	},
	{
		Name: "watch", Arity: -2, Flags: NoScript | Loading | Stale | Fast | AllowBusy, Since: "2.2.0",
		Summary:    "Make the next EXEC do nothing if one of the keys changes until then.",
		Complexity: "O(N) with N the number of keys",
		Keys:       []KeySpec{at(1, RO).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
}
