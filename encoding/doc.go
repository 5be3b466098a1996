// Package encoding says what bytes mean: keys and records in the store, the
// store's Meta, strings' own formats (HyperLogLog, bit fields, numbers). Pure
// functions on bytes: no I/O, no locks, no clock.
//
// Keys in the store; integers are big-endian, so that byte order is meaning:
//
//	key record   'k' db:u32 slot:u16 hash48:6 key
//	node         'n' db:u32 object:u64 node:u64
//	expiry hint  'x' expireAtMs:u64 db:u32 slot:u16 hash48:6 key
//	meta         'm'
//
// db is a physical id, never used twice; Meta maps logical databases to it.
// slot is the key's slot in Redis Cluster, hash48 the upper 48 bits of its
// seeded hash: SCAN walks in this order, so its cursor is slot and hash48. The
// upper byte of an object id is the shard where the object was born.
//
// Values in the store:
//
//	record  kind:u8 (type in the upper half, encoding in the lower)
//	        flags:u8 (1: an expire time follows)
//	        [expireAtMs:u64 little-endian]
//	        payload
//
// The payload of a string is the string. An expiry hint has no value: it says
// only where to look, the record decides.
//
// A record of the log outside of the log (backups); integers are little-endian:
//
//	log record   length:u32 start:i64 timeMs:i64 db:i32 crc:u32 payload
//
// db is the database selected at start, -1 unknown; crc is CRC32C of all the
// rest.
//
// What must always hold: a change of a layout changes FormatVersion, and the
// golden tests beside each layout pin it byte for byte.
package encoding
