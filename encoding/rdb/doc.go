// Package rdb reads and writes Redis's snapshots (RDB files, the payload of a full sync) and DUMP payloads. It knows
// bytes only: io.Reader and io.Writer, no files, no store, no clock.
//
//	r := rdb.NewReader(src, limits);  for { item, err := r.Next() ... }     import, restore, replica of a Redis
//	w := rdb.NewWriter(dst, options); w.Key(name, attributes); w.BeginHash(n); w.Field(f, v) ...; w.Close()
//	v, err := rdb.OpenDump(payload, version, limits)                         RESTORE
//	d := rdb.NewDumper(options); d.String(b); payload, err := d.Payload()    DUMP
//
// # The value model
//
// An Item is a Key with its Value, or something beside the keys (Aux, Function, Sizes, Module, SlotImport). A value is one
// of Redis's six types; how it was packed is not told. Its elements are handed out one by one (Elements, Fields,
// Scored, Entries, Groups), and ValueWriter takes them in the same way, so no collection is ever held whole. The
// exceptions: a packed one, which Redis keeps small; a value that the writer holds back to pack it, up to 1 MiB; and the
// pending entries of one consumer group (see Group). Values of modules are skipped.
//
// # The format
//
//	file      = magic item* 255 [crc64:u64]             the checksum since version 5, 0 if there is none
//	magic     = "REDIS" 4 digits | "VALKEY" 3 digits
//	item      = 250 string string                       Aux
//	          | 245 string                              Function: its code
//	          | 246 string string length [string] string  the same, in release candidates of 7.0
//	          | 247 id 2 length module                  Module, beside the keys
//	          | 254 length                              the database of the keys that follow
//	          | 251 length length                       Sizes: keys, and how many of them expire
//	          | 244 length length length                the same of a slot: slot, keys, expires
//	          | 243 string length (length length)*      SlotImport (Valkey)
//	          | attribute* type string value            Key: its name, its value
//	attribute = 252 ms:i64 | 253 seconds:i32            when it expires
//	          | 248 length | 249 u8                     idle seconds | frequency of use
//	length    = 00nnnnnn | 01nnnnnn n:8 | 0x80 n:u32 | 0x81 n:u64, big-endian
//	string    = length byte* | 11000000 i8 | 11000001 i16 | 11000010 i32 | 11000011 packed:length length LZF
//	module    = (1 length | 2 length | 3 f32 | 4 f64 | 5 string)* 0
//
// Numbers are little-endian where nothing else is said. Values, by their type:
//
//	0 string                          1 list, 2 set = length string*
//	3 zset = length (string text)*    5 zset = length (string f64)*       4 hash = length (string string)*
//	9 hash zipmap                     10 list, 12 zset, 13 hash: ziplist  11 set intset
//	16 hash, 17 zset, 20 set: listpack                                    7 module = id module
//	14 list = length ziplist*         18 list = length (1 string | 2 listpack)*
//	24 hash = soonest:i64 length (ttl:length string string)*              25 hash = soonest:i64 listpack
//	22, 23: the same without soonest, or, from Valkey: 22 hash = length (string string ms:i64)*
//	15, 19, 21 stream = length (id listpack)* count last [first deleted added] length group*
//	group = name last [read] length (id ms:i64 length)* length (consumer seen:i64 [active:i64] length id*)*
//
// Packed collections are strings; the files named after them tell how they are built. Sources: rdb.h, rdb.c, cluster.c,
// listpack.c, ziplist.c, zipmap.c, intset.c and t_stream.c of Redis 7.0 and of Valkey 9, and, for field times, of Redis
// 7.4. Tests compare with redis-server 7.0.
//
// # What must always hold
//
//   - No input makes anything here panic, hang, or take memory out of proportion to what has arrived.
//   - Everything that the format says twice is checked. What redis-server with sanitize-dump-payload refuses, is refused.
//   - What is written loads in every server that knows the version, with the same DEBUG DIGEST.
//   - An error of a Reader names the offset, and the key.
package rdb
