package server

import (
	"fmt"
	"math"
	"strconv"
	"unsafe"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/types"
)

// DEBUG COLD ON|OFF
func debugCold(c *Call) error {
	on, err := onOffArg(c.Args[2])
	if err != nil {
		return err
	}
	c.Server.cold.on.Store(on)
	c.Reply.OK()
	return nil
}

// DEBUG RELOAD [NOSAVE] [NOFLUSH] [MERGE]
// DEBUG LOADAOF
func debugReload(c *Call) error {
	o, err := reloadArgs(c.Args[2:])
	if err != nil {
		return err
	}
	if o.keep && !o.merge && c.Server.holdsAnything() {
		return errReloadTwice
	}
	store := c.Server.store
	if !o.unsaved {
		if _, err := store.Checkpoint("DEBUG RELOAD"); err != nil {
			return err
		}
	}
	store.EvictAll()
	c.Reply.OK()
	return nil
}

type reloadOptions struct{ unsaved, keep, merge bool }

func reloadArgs(args [][]byte) (o reloadOptions, err error) {
	for _, a := range args {
		switch {
		case isWord(a, "nosave"):
			o.unsaved = true
		case isWord(a, "noflush"):
			o.keep = true
		case isWord(a, "merge"):
			o.merge = true
		default:
			return o, errReloadOption
		}
	}
	return o, nil
}

// holdsAnything tells whether there are keys or functions.
func (s *Server) holdsAnything() bool {
	for n := range s.store.Databases() {
		if keys, _, err := s.store.Keys(n); keys > 0 || err != nil {
			return true
		}
	}
	return len(s.functions().Libraries()) > 0
}

// DEBUG DIGEST
func debugDigest(c *Call) error {
	sum, err := c.Server.digest()
	if err != nil {
		return err
	}
	c.Reply.Status(sum)
	return nil
}

// DEBUG DIGEST-VALUE [key ...]
func debugDigestValue(c *Call) error {
	sums, err := c.digestValues(c.Args[2:])
	if err != nil {
		return err
	}
	c.Reply.Array(len(sums))
	for _, sum := range sums {
		c.Reply.Status(sum)
	}
	return nil
}

// DEBUG OBJECT key
func debugObject(c *Call) error {
	text := ""
	err := c.examine(c.Args[2], func(tx *persistence.Tx, r persistence.Record) error {
		size, err := c.serializedLen(c.Args[2])
		if err != nil {
			return err
		}
		references, _, err := types.References(tx, c.Args[2])
		text = describeObject(tx, r, references, size)
		return err
	})
	return c.statusReply(text, err)
}

// DEBUG LISTPACK key
// DEBUG QUICKLIST key [0|1]
//
// What Redis prints of a value's structure on its output is here a line of the
// log.
func debugStructure(packing string, wrong error, reply string) Handler {
	return func(c *Call) error {
		text := ""
		err := c.examine(c.Args[2], func(tx *persistence.Tx, r persistence.Record) error {
			if r.Kind().EncodingName() != packing {
				return wrong
			}
			text = describeObject(tx, r, 1, len(r.Value()))
			return nil
		})
		if err != nil {
			return err
		}
		c.Server.log.write(config.LogNotice, "%q: %s", []any{c.Args[2], text})
		c.Reply.Status(reply)
		return nil
	}
}

// serializedLen is how many bytes a value takes in an RDB file, without its type.
func (c *Call) serializedLen(key []byte) (int, error) {
	const others = 1 + 2 + 8 // the type, the version and the checksum of a payload
	var payload []byte
	err := c.Tx.Unnoticed(key, func() (err error) {
		payload, _, err = c.payload(key)
		return err
	})
	return len(payload) - others, err
}

// describeObject tells where a value lies at this moment, and how.
func describeObject(tx *persistence.Tx, r persistence.Record, references int64, size int) string {
	value, idle := r.Value(), r.IdleSeconds(tx)
	return fmt.Sprintf("Value at:%p refcount:%d encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
		unsafe.SliceData(value), references, r.Kind().EncodingName(), size, (tx.NowMs/1000-idle)&(1<<24-1), idle)
}

// DEBUG SDSLEN key
//
// A string has no room to grow.
func debugStringLength(c *Call) error {
	text := ""
	err := c.examine(c.Args[2], func(tx *persistence.Tx, r persistence.Record) error {
		if k := r.Kind(); k.Type() != encoding.TypeString || k == encoding.MakeKind(encoding.TypeString, encoding.StringInt) {
			return errNoSDS
		}
		n, err := types.StringLen(tx, c.Args[2])
		if err != nil {
			return err
		}
		size, _, err := tx.Footprint(c.Args[2], 0)
		text = fmt.Sprintf("key_sds_len:%d, key_sds_avail:0, key_zmalloc: %d, val_sds_len:%d, val_sds_avail:0, val_zmalloc: %d",
			len(c.Args[2]), len(c.Args[2]), n, size-int64(len(c.Args[2])))
		return err
	})
	return c.statusReply(text, err)
}

// DEBUG HTSTATS db [FULL]
func debugTableStats(c *Call) error {
	n, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	if n < 0 || n >= int64(c.Server.store.Databases()) {
		return errNoTable
	}
	keys, expires, err := c.Server.store.Keys(int(n))
	if err != nil {
		return err
	}
	c.Reply.Verbatim("txt", "[Dictionary HT]\n"+tableStats(keys)+"[Expires HT]\n"+tableStats(expires))
	return nil
}

// DEBUG HTSTATS-KEY key [FULL]
func debugTableStatsOfKey(c *Call) error {
	var n int64
	key := c.Args[2]
	err := c.examine(key, func(tx *persistence.Tx, r persistence.Record) (err error) {
		switch r.Kind().EncodingName() {
		case "hashtable", "skiplist":
		default:
			return errNotTable
		}
		switch r.Type() {
		case encoding.TypeHash:
			n, err = types.HLen(tx, key)
		case encoding.TypeSet:
			n, err = types.SCard(tx, key)
		default:
			n, err = types.ZCard(tx, key)
		}
		return err
	})
	if err != nil {
		return err
	}
	c.Reply.Verbatim("txt", tableStats(n))
	return nil
}

// tableStats tells of a table what there is to tell: there are no chains.
func tableStats(n int64) string {
	const head = "Hash table 0 stats (main hash table):\n"
	if n == 0 {
		return head + "No stats available for empty dictionaries\n"
	}
	return fmt.Sprintf("%s number of elements: %d\n", head, n)
}

// examine looks at a key that must exist.
func (c *Call) examine(key []byte, fn func(*persistence.Tx, persistence.Record) error) error {
	return c.Server.store.View(c.Tx, persistence.Keys{Names: [][]byte{key}}, func(tx *persistence.Tx) error {
		r, err := tx.Examine(key)
		switch {
		case err != nil:
			return err
		case !r.Exists():
			return types.ErrNoSuchKey
		}
		return fn(tx, r)
	})
}

func (c *Call) statusReply(text string, err error) error {
	if err == nil {
		c.Reply.Status(text)
	}
	return err
}

// DEBUG POPULATE count [prefix] [size]
//
// Keys that exist are left alone.
func debugPopulate(c *Call) error {
	count, size, err := populateArgs(c.Args[2:])
	if err != nil {
		return err
	}
	prefix := "key"
	if len(c.Args) > 3 {
		prefix = string(c.Args[3])
	}
	offset := int64(0)
	for i := range count {
		value := padded("value:"+strconv.FormatInt(i, 10), size)
		if err := c.addString([]byte(prefix+":"+strconv.FormatInt(i, 10)), value); err != nil {
			return err
		}
		offset = max(offset, c.Tx.WaitOffset)
	}
	c.Tx.WaitOffset = offset
	c.Reply.OK()
	return nil
}

// populateArgs reads the number of keys and the size of values; 0 is their own.
func populateArgs(args [][]byte) (count, size int64, err error) {
	if count, err = positiveArg(args[0]); err == nil && len(args) == 3 {
		size, err = positiveArg(args[2])
	}
	return count, size, err
}

func positiveArg(b []byte) (int64, error) {
	n, err := intArg(b)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, errNotPositive
	}
	return n, nil
}

// padded makes a text size bytes long, with zeros at its end; 0 leaves it as
// it is.
func padded(text string, size int64) []byte {
	if size == 0 {
		return []byte(text)
	}
	b := make([]byte, size)
	copy(b, text)
	return b
}

func (c *Call) addString(key, value []byte) error {
	return c.Server.store.Update(c.Tx, persistence.Keys{Names: [][]byte{key}}, func(tx *persistence.Tx) error {
		_, err := types.Set(tx, key, value, types.SetOptions{If: types.IfMissing})
		return err
	})
}

// maxPackedThreshold is the largest size that Redis takes as a threshold.
const maxPackedThreshold = 1<<32 - 1<<20

// DEBUG QUICKLIST-PACKED-THRESHOLD size
//
// The size from which on Redis gives an element of a list a node of its own.
// Here the tree decides that, so there is nothing to be set.
func debugPackedThreshold(c *Call) error {
	if n, ok := config.ParseMemory(string(c.Args[2])); !ok || n > maxPackedThreshold {
		return errPackedThreshold
	}
	c.Reply.OK()
	return nil
}
