package types

import "github.com/cairndb/cairn/persistence"

var (
	wordHSet   = []byte("HSET")
	wordHSetNX = []byte("HSETNX")
	wordHDel   = []byte("HDEL")
)

// HSet gives fields of a hash their values, and returns how many of the fields
// are new. pairs are fields and values in turn. A missing key becomes a hash.
func HSet(tx *persistence.Tx, key []byte, pairs [][]byte, lim HashLimits) (added int64, err error) {
	h, err := openHash(tx, key)
	if err != nil {
		return 0, err
	}
	if err := h.prepare(lim, pairs...); err != nil {
		return 0, err
	}
	if err := h.gather(len(pairs)/2, func(i int) []byte { return pairs[2*i] }); err != nil {
		return 0, err
	}
	for i := 0; i < len(pairs); i += 2 {
		isNew, err := h.set(pairs[i], pairs[i+1], lim)
		if err != nil {
			return 0, err
		}
		if isNew {
			added++
		}
	}
	tx.LogList(pairs, wordHSet, key)
	tx.Modified(key, persistence.EventHash, "hset")
	return added, nil
}

// HSetIfMissing is HSet of one field if the hash has none of that name, else it
// does nothing; it tells which.
func HSetIfMissing(tx *persistence.Tx, key, field, value []byte, lim HashLimits) (bool, error) {
	h, err := openHash(tx, key)
	if err != nil {
		return false, err
	}
	if _, found, err := h.find(field); err != nil || found {
		return false, err
	}
	if err := h.put(field, value, lim); err != nil {
		return false, err
	}
	tx.Log(wordHSetNX, key, field, value)
	tx.Modified(key, persistence.EventHash, "hset")
	return true, nil
}

// put prepares the hash for a field and sets it.
func (h *hashValue) put(field, value []byte, lim HashLimits) error {
	if err := h.prepare(lim, field, value); err != nil {
		return err
	}
	_, err := h.set(field, value, lim)
	return err
}

// HGet returns the value of a field; ok is false if the key or the field is
// missing. The value is valid until the key changes.
func HGet(tx *persistence.Tx, key, field []byte) (value []byte, ok bool, err error) {
	h, err := openHash(tx, key)
	if err != nil {
		return nil, false, err
	}
	value, ok, err = h.find(field)
	return value, ok, err
}

// HGetMany calls found for each of the fields, in their order, with its value,
// or with ok false if it is missing. What has to be loaded does not stop the
// others from being asked for: so they are loaded together.
func HGetMany(tx *persistence.Tx, key []byte, fields [][]byte, found func(value []byte, ok bool)) error {
	h, err := openHash(tx, key)
	if err != nil {
		return err
	}
	var failed error
	for _, field := range fields {
		value, ok, err := h.find(field)
		if err != nil {
			failed = err
		}
		found(value, ok)
	}
	return failed
}

// HLen is the number of fields of a hash, 0 if the key is missing.
func HLen(tx *persistence.Tx, key []byte) (int64, error) {
	h, err := openHash(tx, key)
	if err != nil {
		return 0, err
	}
	return h.len(), nil
}

// HDel takes fields away, and returns how many of them there were. A hash
// without fields is no more.
func HDel(tx *persistence.Tx, key []byte, fields [][]byte) (removed int64, err error) {
	h, err := openHash(tx, key)
	if err != nil || !h.exists() {
		return 0, err
	}
	if err := h.gather(len(fields), func(i int) []byte { return fields[i] }); err != nil {
		return 0, err
	}
	for _, field := range fields {
		gone, err := h.remove(field)
		if err != nil {
			return 0, err
		}
		if gone {
			removed++
		}
		if h.len() == 0 {
			break
		}
	}
	if removed == 0 {
		return 0, nil
	}
	tx.LogList(fields, wordHDel, key)
	tx.Modified(key, persistence.EventHash, "hdel")
	return removed, dropEmpty(tx, key, h.c)
}
