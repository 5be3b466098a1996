package command

// Categories is a set of ACL categories.
type Categories uint32

// The order is the order in which COMMAND INFO and ACL CAT list the names.
const (
	CatKeyspace Categories = 1 << iota
	CatRead
	CatWrite
	CatSet
	CatSortedSet
	CatList
	CatHash
	CatString
	CatBitmap
	CatHyperLogLog
	CatGeo
	CatStream
	CatPubSub
	CatAdmin
	CatFast
	CatSlow
	CatBlocking
	CatDangerous
	CatConnection
	CatTransaction
	CatScripting
)

var categoryNames = []string{
	"keyspace", "read", "write", "set", "sortedset", "list", "hash", "string",
	"bitmap", "hyperloglog", "geo", "stream", "pubsub", "admin", "fast", "slow",
	"blocking", "dangerous", "connection", "transaction", "scripting",
}

// CategoryNames lists every category without its @, for ACL CAT.
func CategoryNames() []string { return bitNames(1<<len(categoryNames)-1, categoryNames) }

// CategoryByName finds a category by its name without the @, in any case of
// letters. It is 0 when there is no such category.
func CategoryByName(name []byte) Categories {
	for i, known := range categoryNames {
		if foldEqual(name, known) {
			return 1 << i
		}
	}
	return 0
}

// Names lists the categories without their @.
func (c Categories) Names() []string { return bitNames(uint32(c), categoryNames) }

// impliedBy returns what the flags of a command put it into, c being what its
// row says. Every command is either fast or slow.
func (c Categories) impliedBy(f Flags) Categories {
	if f.Has(Write) {
		c |= CatWrite
	}
	// A script marked read-only may still do more than read, so @read would
	// promise too much to an administrator.
	if f.Has(ReadOnly) && c&CatScripting == 0 {
		c |= CatRead
	}
	if f.Has(Admin) {
		c |= CatAdmin | CatDangerous
	}
	if f.Has(PubSub) {
		c |= CatPubSub
	}
	if f.Has(Blocking) {
		c |= CatBlocking
	}
	if f.Has(Fast) {
		return c | CatFast
	}
	return c | CatSlow
}
