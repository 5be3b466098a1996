package command

var sortRow = &Spec{
	Name: "sort", Arity: -2, Flags: Write | DenyOOM, Since: "1.0.0",
	Categories: CatSet | CatSortedSet | CatList | CatDangerous,
	Summary:    "Sort the elements of a list, a set or a sorted set; return the result or store it as a list.",
	Complexity: "O(N log N + M) with N the number of elements and M the number of elements returned; " +
		"O(N) if nothing is to be sorted",
	Keys: []KeySpec{
		at(1, RO|Access),
		sortPatterns,
		somewhere(OW | Update).note("For the optional STORE keyword. It is marked 'unknown' " +
			"because the keyword can appear anywhere in the argument array"),
	},
	Finder: sortKeys,
	Args:   append(sortArgs(), key("destination", 2).token("STORE").optional()),
}

var sortRORow = &Spec{
	Name: "sort_ro", Arity: -2, Flags: ReadOnly, Since: "7.0.0",
	Categories: CatSet | CatSortedSet | CatList | CatDangerous,
	Summary:    "Return the elements of a list, a set or a sorted set in order.",
	Complexity: "O(N log N + M) with N the number of elements and M the number of elements returned; " +
		"O(N) if nothing is to be sorted",
	Keys:   []KeySpec{at(1, RO|Access), sortPatterns},
	Finder: firstKey,
	Args:   sortArgs(),
}

// sortPatterns are the keys that SORT makes of what it sorts.
var sortPatterns = somewhere(RO | Access).note("For the optional BY/GET keyword. It is marked 'unknown' " +
	"because the key names derive from the content of the key we sort")

// sortArgs are the arguments of SORT and SORT_RO.
func sortArgs() []Arg {
	return []Arg{
		key("key", 0),
		keyPattern("pattern", 1).token("BY").optional(),
		block("offset_count", integer("offset"), integer("count")).token("LIMIT").optional(),
		keyPattern("pattern", 1).token("GET").optional().multiple().multipleToken(),
		oneof("order", word("ASC"), word("DESC")).optional(),
		arg(PureToken, "sorting").token("ALPHA").optional(),
	}
}

// sortKeys finds what SORT sorts, and where it stores the result: the last of
// several STOREs counts. What follows another option is none itself.
func sortKeys(dst []KeyRef, args [][]byte) ([]KeyRef, bool) {
	store := 0
	for i := 2; i < len(args); i++ {
		switch {
		case foldEqual(args[i], "LIMIT"):
			i += 2
		case foldEqual(args[i], "GET"), foldEqual(args[i], "BY"):
			i++
		case foldEqual(args[i], "STORE") && i+1 < len(args):
			store = i + 1
		}
	}
	dst = append(dst, KeyRef{1, RO | Access})
	if store > 0 {
		dst = append(dst, KeyRef{store, OW | Update})
	}
	return dst, true
}

// firstKey finds what SORT_RO sorts.
func firstKey(dst []KeyRef, _ [][]byte) ([]KeyRef, bool) {
	return append(dst, KeyRef{1, RO | Access}), true
}
