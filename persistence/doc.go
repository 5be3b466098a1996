// Package persistence is where bytes live: a hot tier in RAM, one log, and
// Pebble tables that checkpoints fill.
//
// # How data flows
//
// A caller declares keys and runs a function behind a door (door.go): View or
// Update. The function reads and changes records through a Tx (tx.go,
// change.go). At its end the door appends the effects to the log and settles
// counters (commit.go), all under the locks of the keys' shards: so the order
// of the log is the order of memory. What the function needs and RAM does not
// have is loaded with no lock held, and the function runs again (load.go).
//
// A checkpoint (checkpoint.go, ingest.go) draws a line at one log offset: the
// seal. Then, in the background, everything changed before it goes into tables
// that one ingest call makes part of the store, together with the offset.
// Recovery (open.go, recover.go) opens the tables and replays the log from
// there.
//
// Much that comes from outside at once, an import or a full sync, goes past all
// that (bulk.go): writers gather rows, a sorter brings them in order, tables are
// built beside the store, and one checkpoint makes them part of it.
//
// # Parts
//
//	slab      packed blocks outside the Go heap
//	wal       the log
//	block     a record or node as it lies in RAM
//	table     the index of one shard of one database: words of 8 bytes
//	shard     a range of slots, with the lock that guards all of the above
//	evict     which clean blocks leave RAM, and how sparse pages are won back
//	follow    a store whose log is another one's
//	resolve   exact counts although blind writes do not look
//	sweep     keys whose time has come
//	scan      walking a database in the store's order, RAM merged with tables
//	random    drawing a key, each as likely as the other
//	chance    random numbers that a function draws again when it is run again
//	sched     who is in a hurry for a processor, and who has time
//	sorter    rows in the order of their keys, as many as they may be
//	bulk      keys that come from outside, many at a time; replace puts them in
//	          the place of all there is
//	backup    the store's files at one offset, kept while they are copied; holds
//	          keeps the log from there for the next one; restore makes a store of it
//	room      what is given up before the disk is full
//	footprint how much RAM a key takes with all its nodes
//
// # States of a block
//
// Clean: the store has the same. Dirty: changed since the last seal. Sealed:
// dirty before the seal of the running checkpoint; it never changes nor moves
// until that ends, so it is read without a lock, and whoever must change its
// key makes a new block. A deletion is a dead block until its checkpoint.
//
// # What must always hold
//
//   - Locks: shards in ascending order; then the log's, the arena's, the
//     cache's, that of the walks' windows. Who makes room takes locks of shards
//     in any order, but waits for none (evict.go). Nothing is read from disk and
//     nothing waits for one under a shard's lock, but for walks that are part of
//     a transaction (inside.go). The map of databases changes under all shard
//     locks.
//   - Blocks change only through Tx.reshape, which remembers how to undo it.
//   - A name that is not in the index exists only if its table is not complete;
//     a load installs only over its own, untouched placeholder.
//   - Nothing but checkpoints writes to Pebble, and Meta goes in with the data
//     it describes; so do the tables of a bulk. No table is ingested before the log is synced up to its line.
//   - Counters are settled in commit alone, from what was to what is.
//   - Replay never looks at the clock.
//
// # Not handled here
//
// What commands mean (types), protocols and waiting for replies (server).
package persistence
