// Package command is the command table: what each command is, not what it
// does. Arity, flags, keys, ACL categories and documentation of a command are
// said here, once; dispatch, locking, ACL, COMMAND and statistics read them
// from here. Package server binds a handler to each row, by Spec.ID.
//
// # What lives where
//
//	spec.go                  Spec, a row
//	flags, category,         its parts, each with the words that rows are
//	keyspec, arg, notation   written in
//	strings, bitmap, ...     the rows: a file a group of the manual, and a
//	                         file a container (client.go is CLIENT)
//	table, derive            the table, and what follows from a row
//	lookup, list, glob       finding rows
//	keys                     finding the keys of a call
//	render, render_docs      COMMAND INFO and COMMAND DOCS
//
// # How to add a command
//
// Write a row in its group's file, at its place in the alphabet:
//
//	{
//		Name: "append", Arity: 3, Flags: Write | DenyOOM | Fast, Since: "2.0.0",
//		Summary:    "Append bytes to a string; a missing key counts as an empty string.",
//		Complexity: "O(N) with N the length of the appended value",
//		Keys:       []KeySpec{at(1, RW|Insert)},
//		Args:       []Arg{key("key", 0), str("value")},
//	},
//
// A group is a file with a []*Spec, and a line in table.go. The facts are those
// of COMMAND INFO and COMMAND DOCS of a real server, and the tests compare
// them; what the tests say is missing, they name in a list: take it off there.
// Summary, Complexity and History are written here, in our own words and with
// Cairn's own costs.
//
// Don't write what follows: @write, @read, @admin and @dangerous, @pubsub,
// @blocking, @fast and @slow follow from the flags, the type's category from
// the group, FirstKey, LastKey, Step and MovableKeys from Keys. A row that does
// name Categories replaces the group's.
//
// Keys are at(1, flags), at(1, flags).through(-1, 1) for all the rest,
// at(2, flags).counted() for numkeys key [key ...], after("STREAMS", 1, flags)
// for what a keyword precedes. When the flags or places of keys depend on the
// call, the row has a Finder too; setKeys is one.
//
// # What always holds
//
// The table is complete when init is done and never changes. Rows differ in
// name and ID; IDs are dense. Every word a client reads about a command comes
// from its row.
//
// # What is not here
//
// Handlers, reply texts of errors besides the three of COMMAND GETKEYS, and
// modules. Flags that matter to Redis Sentinel only are left out.
package command
