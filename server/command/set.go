package command

// What combining sets costs.
const (
	mergeCost = "O(N) with N the number of members of all sets"
	interCost = "O(N*M*log(L)) at worst with N the size of the smallest set, M the number of sets and L the size of " +
		"the largest"
)

var setRows = []*Spec{
	{
		Name: "sadd", Arity: -3, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Add members to a set, which is made if it is missing.",
		Complexity: "O(N*log(M)) with N the number of members to add and M the size of the set",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args:       []Arg{key("key", 0), str("member").multiple()},
		History:    []Change{{"2.4.0", "Takes several members."}},
	},
	{
		Name: "scard", Arity: 2, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Return the number of members of a set.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "sdiff", Arity: -2, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return the members of the first set that are in none of the others.",
		Complexity: mergeCost,
		Tips:       []string{nondeterministicOrder},
		Keys:       []KeySpec{at(1, RO|Access).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
	{
		Name: "sdiffstore", Arity: -3, Flags: Write | DenyOOM, Since: "1.0.0",
		Summary:    "Store a set of the members of a set that are in none of the others.",
		Complexity: mergeCost,
		Keys:       []KeySpec{at(1, OW|Update), at(2, RO|Access).through(-1, 1)},
		Args:       []Arg{key("destination", 0), key("key", 1).multiple()},
	},
	{
		Name: "sinter", Arity: -2, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return the members that all sets have.",
		Complexity: interCost,
		Tips:       []string{nondeterministicOrder},
		Keys:       []KeySpec{at(1, RO|Access).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
	{
		Name: "sintercard", Arity: -3, Flags: ReadOnly, Since: "7.0.0",
		Summary:    "Count the members that all sets have, up to a limit.",
		Complexity: interCost,
		Keys:       []KeySpec{at(1, RO|Access).counted()},
		Args: []Arg{
			integer("numkeys"),
			key("key", 0).multiple(),
			integer("limit").token("LIMIT").optional(),
		},
	},
	{
		Name: "sinterstore", Arity: -3, Flags: Write | DenyOOM, Since: "1.0.0",
		Summary:    "Store a set of the members that all sets have.",
		Complexity: interCost,
		Keys:       []KeySpec{at(1, RW|Update), at(2, RO|Access).through(-1, 1)},
		Args:       []Arg{key("destination", 0), key("key", 1).multiple()},
	},
	{
		Name: "sismember", Arity: 3, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Tell whether a set has a member.",
		Complexity: "O(log(N)) with N the size of the set",
		Keys:       []KeySpec{at(1, RO)},
		Args:       []Arg{key("key", 0), str("member")},
	},
	{
		Name: "smembers", Arity: 2, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return all members of a set.",
		Complexity: "O(N) with N the size of the set",
		Tips:       []string{nondeterministicOrder},
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "smismember", Arity: -3, Flags: ReadOnly | Fast, Since: "6.2.0",
		Summary:    "Tell of several members whether a set has them.",
		Complexity: "O(N*log(M)) with N the number of members asked for and M the size of the set",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0), str("member").multiple()},
	},
	{
		Name: "smove", Arity: 4, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Take a member out of one set and put it into another.",
		Complexity: "O(log(N)) with N the size of the larger set",
		Keys:       []KeySpec{at(1, RW|Access|Delete), at(2, RW|Insert)},
		Args:       []Arg{key("source", 0), key("destination", 1), str("member")},
	},
	{
		Name: "spop", Arity: -2, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Remove random members of a set and return them.",
		Complexity: "O(N*log(M)) with N the number of members removed, 1 without a count, and M the size of the set",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RW|Access|Delete)},
		Args:       []Arg{key("key", 0), integer("count").since("3.2.0").optional()},
		History:    []Change{{"3.2.0", "Takes a count."}},
	},
	{
		Name: "srandmember", Arity: -2, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return random members of a set.",
		Complexity: "O(N*log(M)) with N the number of members returned, 1 without a count, and M the size of the set",
		Tips:       []string{nondeterministic},
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0), integer("count").since("2.6.0").optional()},
		History:    []Change{{"2.6.0", "Takes a count."}},
	},
	{
		Name: "srem", Arity: -3, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Remove members of a set; the last one takes the key with it.",
		Complexity: "O(N*log(M)) with N the number of members to remove and M the size of the set",
		Keys:       []KeySpec{at(1, RW|Delete)},
		Args:       []Arg{key("key", 0), str("member").multiple()},
		History:    []Change{{"2.4.0", "Takes several members."}},
	},
	{
		Name: "sscan", Arity: -3, Flags: ReadOnly, Since: "2.8.0",
		Summary: "Walk the members of a set, some at a time.",
		Complexity: "O(log(N)+M) for each call with N the size of the set and M the number of members looked at, " +
			"O(N) for a whole walk. The cursor outlives restarts",
		Tips: []string{nondeterministic},
		Keys: []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0),
			integer("cursor"),
			pattern("pattern").token("MATCH").optional(),
			integer("count").token("COUNT").optional(),
		},
	},
	{
		Name: "sunion", Arity: -2, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return the members of all sets.",
		Complexity: mergeCost,
		Tips:       []string{nondeterministicOrder},
		Keys:       []KeySpec{at(1, RO|Access).through(-1, 1)},
		Args:       []Arg{key("key", 0).multiple()},
	},
	{
		Name: "sunionstore", Arity: -3, Flags: Write | DenyOOM, Since: "1.0.0",
		Summary:    "Store a set of the members of all sets.",
		Complexity: mergeCost,
		Keys:       []KeySpec{at(1, OW|Update), at(2, RO|Access).through(-1, 1)},
		Args:       []Arg{key("destination", 0), key("key", 1).multiple()},
	},
}
