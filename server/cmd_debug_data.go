package server

import (
	"fmt"
	"math"
	"strconv"
	"unsafe"

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

// DEBUG RELOAD
// DEBUG LOADAOF
func debugReload(c *Call) error {
	store := c.Server.store
	if _, err := store.Checkpoint("DEBUG RELOAD"); err != nil {
		return err
	}
	store.EvictAll()
	c.Reply.OK()
	return nil
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
	keys := persistence.Keys{Names: c.Args[2:3]}
	text := ""
	err := c.Server.store.View(c.Tx, keys, func(tx *persistence.Tx) (err error) {
		text, err = describeObject(tx, c.Args[2])
		return err
	})
	if err != nil {
		return err
	}
	c.Reply.Status(text)
	return nil
}

// DEBUG LISTPACK key
// DEBUG QUICKLIST key [0|1]
//
// What Redis prints of a value's structure on its output is here a line of the
// log.
func debugStructure(encoding string, wrong error, reply string) Handler {
	return func(c *Call) error {
		keys := persistence.Keys{Names: c.Args[2:3]}
		text := ""
		err := c.Server.store.View(c.Tx, keys, func(tx *persistence.Tx) error {
			r, err := tx.Examine(c.Args[2])
			switch {
			case err != nil:
				return err
			case !r.Exists():
				return types.ErrNoSuchKey
			case r.Kind().EncodingName() != encoding:
				return wrong
			}
			text, err = describeObject(tx, c.Args[2])
			return err
		})
		if err != nil {
			return err
		}
		c.Server.log.write(config.LogNotice, "%q: %s", []any{c.Args[2], text})
		c.Reply.Status(reply)
		return nil
	}
}

// describeObject tells where a value lies at this moment, and how. Its
// serialized length is that of the payload of its record on disk.
func describeObject(tx *persistence.Tx, key []byte) (string, error) {
	r, err := tx.Examine(key)
	if err != nil {
		return "", err
	}
	if !r.Exists() {
		return "", types.ErrNoSuchKey
	}
	value, idle := r.Value(), r.IdleSeconds(tx)
	return fmt.Sprintf("Value at:%p refcount:1 encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
		unsafe.SliceData(value), r.Kind().EncodingName(), len(value), (tx.NowMs/1000-idle)&(1<<24-1), idle), nil
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
