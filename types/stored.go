package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// StoredElements is how many elements a key of a snapshot has; a string is one.
func StoredElements(k *persistence.StoredKey) int64 {
	switch kind := k.Record.Kind.Label(); {
	case kind.Type() == encoding.TypeString:
		return 1
	case kind.Type() == encoding.TypeStream:
		head, err := encoding.ParseStreamHead(k.Value.Head())
		if err != nil {
			return 0
		}
		return int64(head.Length)
	case kind == encoding.MakeKind(encoding.TypeZSet, encoding.ZSetSkiplist):
		return k.Value.Len() / 2 // each member is there by name and by score
	default:
		return k.Value.Len()
	}
}
