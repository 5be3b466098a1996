package command

// shardChannels are what a cluster finds the shard by, as it does by keys, but
// they are none.
var shardChannels = []KeySpec{at(1, NotKey).through(-1, 1)}

var pubsubRows = []*Spec{
	{
		Name: "psubscribe", Arity: -2, Flags: PubSub | NoScript | Loading | Stale, Since: "2.0.0",
		Summary:    "Receive what is published to channels whose names match patterns.",
		Complexity: "O(N) with N the number of patterns given",
		Args:       []Arg{block("pattern", pattern("pattern")).multiple()},
	},
	{
		Name: "publish", Arity: 3, Flags: PubSub | Loading | Stale | Fast | MayReplicate, Since: "2.0.0",
		Summary:    "Send a message to the subscribers of a channel.",
		Complexity: "O(N+M) with N the number of receivers and M the number of patterns that somebody subscribes to",
		Args:       []Arg{str("channel"), str("message")},
	},
	pubsubRow,
	{
		Name: "punsubscribe", Arity: -1, Flags: PubSub | NoScript | Loading | Stale, Since: "2.0.0",
		Summary:    "Give up subscriptions to patterns, or all of them.",
		Complexity: "O(N) with N the number of patterns given up",
		Args:       []Arg{pattern("pattern").optional().multiple()},
	},
	{
		Name: "spublish", Arity: 3, Flags: PubSub | Loading | Stale | Fast | MayReplicate, Since: "7.0.0",
		Summary:    "Send a message to the subscribers of a channel of a shard.",
		Complexity: "O(N) with N the number of receivers",
		Keys:       []KeySpec{at(1, NotKey)},
		Args:       []Arg{str("shardchannel"), str("message")},
	},
	{
		Name: "ssubscribe", Arity: -2, Flags: PubSub | NoScript | Loading | Stale, Since: "7.0.0",
		Summary:    "Receive what is published to channels of a shard.",
		Complexity: "O(N) with N the number of channels given",
		Keys:       shardChannels,
		Args:       []Arg{str("shardchannel").multiple()},
	},
	{
		Name: "subscribe", Arity: -2, Flags: PubSub | NoScript | Loading | Stale, Since: "2.0.0",
		Summary:    "Receive what is published to channels.",
		Complexity: "O(N) with N the number of channels given",
		Args:       []Arg{str("channel").multiple()},
	},
	{
		Name: "sunsubscribe", Arity: -1, Flags: PubSub | NoScript | Loading | Stale, Since: "7.0.0",
		Summary:    "Give up subscriptions to channels of a shard, or all of them.",
		Complexity: "O(N) with N the number of channels given up",
		Keys:       shardChannels,
		Args:       []Arg{str("shardchannel").optional().multiple()},
	},
	{
		Name: "unsubscribe", Arity: -1, Flags: PubSub | NoScript | Loading | Stale, Since: "2.0.0",
		Summary:    "Give up subscriptions to channels, or all of them.",
		Complexity: "O(N) with N the number of channels given up",
		Args:       []Arg{str("channel").optional().multiple()},
	},
}

var pubsubRow = &Spec{
	Name: "pubsub", Arity: -2, Since: "2.8.0",
	Summary:    "Commands about channels and their subscribers.",
	Complexity: asSubcommand,
	Sub: []*Spec{
		{
			Name: "channels", Arity: -2, Flags: PubSub | Loading | Stale, Since: "2.8.0",
			Summary:    "List the channels that have subscribers.",
			Complexity: "O(N) with N the number of such channels",
			Args:       []Arg{pattern("pattern").optional()},
		},
		helpRow("6.2.0"),
		{
			Name: "numpat", Arity: 2, Flags: PubSub | Loading | Stale, Since: "2.8.0",
			Summary:    "Count the patterns that somebody subscribes to.",
			Complexity: "O(1)",
		},
		{
			Name: "numsub", Arity: -2, Flags: PubSub | Loading | Stale, Since: "2.8.0",
			Summary:    "Count the subscribers of channels.",
			Complexity: "O(N) with N the number of channels given",
			Args:       []Arg{str("channel").optional().multiple()},
		},
		{
			Name: "shardchannels", Arity: -2, Flags: PubSub | Loading | Stale, Since: "7.0.0",
			Summary:    "List the channels of this shard that have subscribers.",
			Complexity: "O(N) with N the number of such channels",
			Args:       []Arg{pattern("pattern").optional()},
		},
		{
			Name: "shardnumsub", Arity: -2, Flags: PubSub | Loading | Stale, Since: "7.0.0",
			Summary:    "Count the subscribers of channels of this shard.",
			Complexity: "O(N) with N the number of channels given",
			Args:       []Arg{str("shardchannel").optional().multiple()},
		},
	},
}
