package command

// Words that many rows share.

// asSubcommand is the complexity of a container.
const asSubcommand = "That of the subcommand"

// The command tips of Redis 7 (https://redis.io/docs/reference/command-tips/):
// first about the reply, then how to send the request in a cluster, then how to
// make one reply of several.
const (
	nondeterministic      = "nondeterministic_output"
	nondeterministicOrder = "nondeterministic_output_order"

	onAllNodes     = "request_policy:all_nodes"
	onAllShards    = "request_policy:all_shards"
	splitByShard   = "request_policy:multi_shard"
	requestSpecial = "request_policy:special"

	allSucceeded    = "response_policy:all_succeeded"
	sumOfReplies    = "response_policy:agg_sum"
	minOfReplies    = "response_policy:agg_min"
	logicalAnd      = "response_policy:agg_logical_and"
	oneSucceeded    = "response_policy:one_succeeded"
	responseSpecial = "response_policy:special"
)

// helpRow is the HELP of a container, which all are alike.
func helpRow(since string) *Spec {
	return &Spec{
		Name: "help", Arity: 2, Flags: Loading | Stale, Since: since,
		Summary:    "Explain the subcommands.",
		Complexity: "O(1)",
	}
}
