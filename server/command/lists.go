package command

var listRows = []*Spec{
	{
		Name: "lindex", Arity: 3, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return the element at a position of a list.",
		Complexity: "O(log N) with N the length of the list",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0), integer("index")},
	},
	{
		Name: "linsert", Arity: 5, Flags: Write | DenyOOM, Since: "2.2.0",
		Summary:    "Insert an element before or after the first one that equals a pivot.",
		Complexity: "O(N) with N the number of elements up to the pivot",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args: []Arg{
			key("key", 0),
			oneof("where", word("BEFORE"), word("AFTER")),
			str("pivot"),
			str("element"),
		},
	},
	{
		Name: "llen", Arity: 2, Flags: ReadOnly | Fast, Since: "1.0.0",
		Summary:    "Return the length of a list.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO)},
		Args:       []Arg{key("key", 0)},
	},
	{
		Name: "lmove", Arity: 5, Flags: Write | DenyOOM, Since: "6.2.0",
		Summary:    "Take an element off an end of a list, put it to an end of another, and return it.",
		Complexity: "O(1)",
		Keys:       moveKeys,
		Args:       []Arg{key("source", 0), key("destination", 1), leftRight("wherefrom"), leftRight("whereto")},
	},
	{
		Name: "lmpop", Arity: -4, Flags: Write, Since: "7.0.0",
		Summary:    "Take elements off an end of the first list that is not empty.",
		Complexity: "O(N+M) with N the number of keys and M the number of elements taken",
		Keys:       []KeySpec{at(1, RW|Access|Delete).counted()},
		Args: []Arg{
			integer("numkeys"),
			key("key", 0).multiple(),
			leftRight("where"),
			integer("count").token("COUNT").optional(),
		},
	},
	{
		Name: "lpop", Arity: -2, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Take elements off the start of a list.",
		Complexity: "O(N) with N the number of elements taken",
		Keys:       []KeySpec{at(1, RW|Access|Delete)},
		Args:       []Arg{key("key", 0), integer("count").since("6.2.0").optional()},
		History:    []Change{{"6.2.0", "Adds `count`."}},
	},
	{
		Name: "lpos", Arity: -3, Flags: ReadOnly, Since: "6.0.6",
		Summary:    "Return the positions of elements that equal a given one.",
		Complexity: "O(N) with N the number of elements that are compared",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0),
			str("element"),
			integer("rank").token("RANK").optional(),
			integer("num-matches").token("COUNT").optional(),
			integer("len").token("MAXLEN").optional(),
		},
	},
	{
		Name: "lpush", Arity: -3, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Put elements in front of a list, one by one, creating it if needed.",
		Complexity: "O(N) with N the number of elements put",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args:       []Arg{key("key", 0), str("element").multiple()},
		History:    []Change{{"2.4.0", "Takes more than one element."}},
	},
	{
		Name: "lpushx", Arity: -3, Flags: Write | DenyOOM | Fast, Since: "2.2.0",
		Summary:    "Put elements in front of a list that exists, one by one.",
		Complexity: "O(N) with N the number of elements put",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args:       []Arg{key("key", 0), str("element").multiple()},
		History:    []Change{{"4.0.0", "Takes more than one element."}},
	},
	{
		Name: "lrange", Arity: 4, Flags: ReadOnly, Since: "1.0.0",
		Summary:    "Return the elements between two positions of a list.",
		Complexity: "O(log N + M) with N the length of the list and M the number of elements returned",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0), integer("start"), integer("stop")},
	},
	{
		Name: "lrem", Arity: 4, Flags: Write, Since: "1.0.0",
		Summary:    "Remove elements that equal a given one.",
		Complexity: "O(N + M log N) with N the length of the list and M the number of elements removed",
		Keys:       []KeySpec{at(1, RW|Delete)},
		Args:       []Arg{key("key", 0), integer("count"), str("element")},
	},
	{
		Name: "lset", Arity: 4, Flags: Write | DenyOOM, Since: "1.0.0",
		Summary:    "Replace the element at a position of a list.",
		Complexity: "O(log N) with N the length of the list",
		Keys:       []KeySpec{at(1, RW|Update)},
		Args:       []Arg{key("key", 0), integer("index"), str("element")},
	},
	{
		Name: "ltrim", Arity: 4, Flags: Write, Since: "1.0.0",
		Summary:    "Remove all elements of a list but those between two positions.",
		Complexity: "O(log N + M) with N the length of the list and M the number of nodes removed",
		Keys:       []KeySpec{at(1, RW|Delete)},
		Args:       []Arg{key("key", 0), integer("start"), integer("stop")},
	},
	{
		Name: "rpop", Arity: -2, Flags: Write | Fast, Since: "1.0.0",
		Summary:    "Take elements off the end of a list.",
		Complexity: "O(N) with N the number of elements taken",
		Keys:       []KeySpec{at(1, RW|Access|Delete)},
		Args:       []Arg{key("key", 0), integer("count").since("6.2.0").optional()},
		History:    []Change{{"6.2.0", "Adds `count`."}},
	},
	{
		Name: "rpoplpush", Arity: 3, Flags: Write | DenyOOM, Since: "1.2.0",
		Summary:    "Take the last element of a list, put it in front of another, and return it.",
		Complexity: "O(1)",
		DocFlags:   Deprecated, DeprecatedSince: "6.2.0", ReplacedBy: "`LMOVE` with the `RIGHT` and `LEFT` arguments",
		Keys: moveKeys,
		Args: []Arg{key("source", 0), key("destination", 1)},
	},
	{
		Name: "rpush", Arity: -3, Flags: Write | DenyOOM | Fast, Since: "1.0.0",
		Summary:    "Put elements at the end of a list, one by one, creating it if needed.",
		Complexity: "O(N) with N the number of elements put",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args:       []Arg{key("key", 0), str("element").multiple()},
		History:    []Change{{"2.4.0", "Takes more than one element."}},
	},
	{
		Name: "rpushx", Arity: -3, Flags: Write | DenyOOM | Fast, Since: "2.2.0",
		Summary:    "Put elements at the end of a list that exists, one by one.",
		Complexity: "O(N) with N the number of elements put",
		Keys:       []KeySpec{at(1, RW|Insert)},
		Args:       []Arg{key("key", 0), str("element").multiple()},
		History:    []Change{{"4.0.0", "Takes more than one element."}},
	},
}

// moveKeys are those of commands that move an element from list to list.
var moveKeys = []KeySpec{
	at(1, RW|Access|Delete),
	at(2, RW|Insert),
}

// leftRight is an end of a list.
func leftRight(name string) Arg { return oneof(name, word("LEFT"), word("RIGHT")) }
