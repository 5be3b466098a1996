package command

import (
	"slices"
	"strings"
)

// group is a section of the manual: the rows of one file.
type group struct {
	name     string
	category Categories // of the group's rows that name none themselves
	rows     []*Spec
}

var groups = []group{
	{"string", CatString, stringRows},
	{"bitmap", CatBitmap, bitmapRows},
	{"hyperloglog", CatHyperLogLog, hyperLogLogRows},
	{"list", CatList, listRows},
	{"hash", CatHash, hashRows},
	{"set", CatSet, setRows},
	{"sorted-set", CatSortedSet, sortedSetRows},
	{"geo", CatGeo, geoRows},
	{"generic", CatKeyspace, genericRows},
	{"connection", CatConnection, connectionRows},
	{"pubsub", 0, pubsubRows},
	{"scripting", CatScripting, scriptingRows},
	{"server", 0, serverRows},
	{"stream", CatStream, streamRows},
	{"transactions", CatTransaction, transactionRows},
}

// The table: the commands sorted by name, the same by name, and the number of
// rows, subcommands included.
var (
	all    []*Spec
	byName index
	ids    int
)

func init() {
	for _, g := range groups {
		for _, row := range g.rows {
			ids = row.derive(g, ids)
		}
		all = append(all, g.rows...)
	}
	slices.SortFunc(all, func(a, b *Spec) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range all {
		byName.add(s)
	}
}

// All returns the commands, sorted by name, subcommands only inside of their
// containers. The slice is the table's own: read it, don't change it.
func All() []*Spec { return all }

// IDs is the number of rows, subcommands included: one more than the largest
// Spec.ID.
func IDs() int { return ids }

// Walk calls fn for every command, each followed by its subcommands.
func Walk(fn func(*Spec)) {
	for _, s := range all {
		fn(s)
		for _, sub := range s.Sub {
			fn(sub)
		}
	}
}
