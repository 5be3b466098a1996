package server

import (
	"bytes"

	"github.com/cairndb/cairn/types"
)

func init() {
	bind("sort", sortKey)
	bind("sort_ro", sortKeyRO)
}

// SORT key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC|DESC] [ALPHA] [STORE destination]
func sortKey(c *Call) error {
	o, err := c.sortOptions(c.Args[2:], true)
	if err != nil {
		return err
	}
	if o.store != nil {
		return c.intReply(types.SortStore(c.Tx, c.Key(1), o.store, o.SortOptions))
	}
	return c.sorted(o)
}

// SORT_RO key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC|DESC] [ALPHA]
func sortKeyRO(c *Call) error {
	o, err := c.sortOptions(c.Args[2:], false)
	if err != nil {
		return err
	}
	return c.sorted(o)
}

func (c *Call) sorted(o sortOptions) error {
	list, err := types.Sort(c.Tx, c.Key(1), o.SortOptions)
	if err != nil {
		return err
	}
	c.Reply.Array(len(list))
	for _, v := range list {
		c.bulkOrNull(v, v != nil)
	}
	return nil
}

// sortOptions are SORT's. The last one of a word counts; but once a BY names no
// pattern, nothing is sorted.
type sortOptions struct {
	types.SortOptions
	store []byte // nil: the result is the reply
}

func (c *Call) sortOptions(args [][]byte, mayStore bool) (o sortOptions, err error) {
	o.Count = -1
	o.Stable = c.mayNotWait // scripts get the same result from the same set
	for len(args) > 0 {
		n := 1
		switch word := args[0]; {
		case isWord(word, "asc"):
			o.Desc = false
		case isWord(word, "desc"):
			o.Desc = true
		case isWord(word, "alpha"):
			o.Alpha = true
		case isWord(word, "limit") && len(args) > 2:
			o.Offset, o.Count, err = rangeArgs(args[1], args[2])
			n = 3
		case isWord(word, "store") && len(args) > 1 && mayStore:
			o.store, n = args[1], 2
		case isWord(word, "by") && len(args) > 1:
			o.By, n = args[1], 2
			o.Unsorted = o.Unsorted || !bytes.Contains(untilZero(args[1]), []byte("*"))
			if !o.Unsorted && !c.Client.account().User().MayReadAll() {
				err = errSortByDenied
			}
		case isWord(word, "get") && len(args) > 1:
			o.Get, n = append(o.Get, args[1]), 2
			if !c.Client.account().User().MayReadAll() {
				err = errSortGetDenied
			}
		default:
			err = errSyntax
		}
		if err != nil {
			return o, err
		}
		args = args[n:]
	}
	return o, nil
}
