package salvage

import (
	"fmt"

	"github.com/cairndb/cairn/encoding"
)

// rangeText says what lies in a range of the tables' keys.
func rangeText(after, upto []byte) string {
	return "rows from " + keyText(after) + " to " + keyText(upto)
}

// keyText says what a key of the tables stands for. It may be one that was cut.
func keyText(key []byte) string {
	if len(key) == 0 {
		return "the first"
	}
	if db, place, name, err := encoding.ParseRecordKey(key); err == nil {
		return fmt.Sprintf("a key of database id %d, slot %d, next to %.60q", db, place.Slot(), name)
	}
	if db, object, node, err := encoding.ParseNodeKey(key); err == nil {
		return fmt.Sprintf("node %d of object %x of database id %d", node, object, db)
	}
	if at, _, _, name, err := encoding.ParseExpiryKey(key); err == nil {
		return fmt.Sprintf("the expire time %d of %.60q", at, name)
	}
	return fmt.Sprintf("%.60q", key)
}
