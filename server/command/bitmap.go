package command

var bitmapRows = []*Spec{
	{
		Name: "bitcount", Arity: -2, Flags: ReadOnly, Since: "2.6.0",
		Summary:    "Count the one bits of a string or of a part of it.",
		Complexity: "O(N) with N the number of bytes looked at",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0),
			block("index",
				integer("start"),
				integer("end"),
				oneof("index_unit", word("BYTE"), word("BIT")).since("7.0.0").optional(),
			).optional(),
		},
		History: []Change{{"7.0.0", "Adds `BYTE` and `BIT`."}},
	},
	{
		Name: "bitfield", Arity: -2, Flags: Write | DenyOOM, Since: "3.2.0",
		Summary:    "Read, write and increment integers of any width inside a string.",
		Complexity: "O(N) with N the number of operations",
		Keys: []KeySpec{at(1, RW|Access|Update|VariableFlags).
			note("This command allows both access and modification of the key")},
		Finder: bitfieldKeys,
		Args: []Arg{
			key("key", 0),
			oneof("operation",
				block("encoding_offset", str("encoding"), integer("offset")).token("GET"),
				block("write",
					oneof("wrap_sat_fail",
						word("WRAP"),
						word("SAT"),
						word("FAIL"),
					).token("OVERFLOW").optional(),
					oneof("write_operation",
						block("encoding_offset_value",
							str("encoding"),
							integer("offset"),
							integer("value"),
						).token("SET"),
						block("encoding_offset_increment",
							str("encoding"),
							integer("offset"),
							integer("increment"),
						).token("INCRBY"),
					),
				),
			).optional().multiple(),
		},
	},
	{
		Name: "bitfield_ro", Arity: -2, Flags: ReadOnly | Fast, Since: "6.0.0",
		Summary:    "Read integers of any width inside a string.",
		Complexity: "O(N) with N the number of operations",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0),
			block("encoding_offset",
				str("encoding"),
				integer("offset"),
			).token("GET").optional().multiple().multipleToken(),
		},
	},
	{
		Name: "bitop", Arity: -4, Flags: Write | DenyOOM, Since: "2.6.0",
		Summary:    "Combine strings bit by bit and store the result.",
		Complexity: "O(N*M) with N the length of the longest string and M the number of strings",
		Keys: []KeySpec{
			at(2, OW|Update),
			at(3, RO|Access).through(-1, 1),
		},
		Args: []Arg{str("operation"), key("destkey", 0), key("key", 1).multiple()},
	},
	{
		Name: "bitpos", Arity: -3, Flags: ReadOnly, Since: "2.8.7",
		Summary:    "Find the first bit of a string that is zero, or one.",
		Complexity: "O(N) with N the number of bytes looked at",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args: []Arg{
			key("key", 0),
			integer("bit"),
			block("index",
				integer("start"),
				block("end_index",
					integer("end"),
					oneof("index_unit", word("BYTE"), word("BIT")).since("7.0.0").optional(),
				).optional(),
			).optional(),
		},
		History: []Change{{"7.0.0", "Adds `BYTE` and `BIT`."}},
	},
	{
		Name: "getbit", Arity: 3, Flags: ReadOnly | Fast, Since: "2.2.0",
		Summary:    "Return one bit of a string.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RO|Access)},
		Args:       []Arg{key("key", 0), integer("offset")},
	},
	{
		Name: "setbit", Arity: 4, Flags: Write | DenyOOM, Since: "2.2.0",
		Summary:    "Write one bit of a string and return the bit that was there.",
		Complexity: "O(1)",
		Keys:       []KeySpec{at(1, RW|Access|Update)},
		Args:       []Arg{key("key", 0), integer("offset"), integer("value")},
	},
}

// bitfieldKeys calls a BITFIELD read-only when all of its operations are GET.
// A call that is no correct BITFIELD counts as a write, to be on the safe side.
func bitfieldKeys(dst []KeyRef, args [][]byte) ([]KeyRef, bool) {
	if isReadOnlyBitfield(args[2:]) {
		return append(dst, KeyRef{1, RO | Access}), true
	}
	return append(dst, KeyRef{1, RW | Access | Update}), true
}

func isReadOnlyBitfield(ops [][]byte) bool {
	for len(ops) > 0 {
		n := len(ops)
		switch {
		case n >= 3 && foldEqual(ops[0], "GET"):
			ops = ops[3:]
		case n >= 2 && foldEqual(ops[0], "OVERFLOW"):
			ops = ops[2:]
		default:
			return false
		}
	}
	return true
}
