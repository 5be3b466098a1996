// Package wal is the store's one log: write-ahead log, replication stream, point-in-time history and capture in one.
//
// It holds RESP bytes of effects. An offset counts payload bytes only, since the first one of the history, and is the
// replication offset. Appends gather in RAM (tail.go); Flush or the syncer (write.go, sync.go) writes what has gathered
// as one record with one checksum; fdatasync makes it durable and releases who waits (await.go). Who reads goes through
// a cursor (cursor.go), be it recovery, a replica or the start of a new segment.
//
// # Files
//
//	directory = { segment | spare }
//	segment   = <start: 20 decimal digits> "-" <generation: 16 hex digits> ".log"
//	spare     = "spare-" <16 hex digits>         any bytes; becomes a segment
//
//	segment   = header { record } zeros          zeros: 40 at least; behind them, anything
//	header    = magic "CAIRNLOG"  0: 8 bytes     all numbers are little endian
//	            version           8: u32         1
//	            reserved         12: u32
//	            generation       16: u64         counter (high half), random (low half); a later segment has a higher one
//	            previous         24: u64         generation of the segment that this one continues; 0 none
//	            start            32: i64         offset of the first record
//	            created          40: i64         unix ms
//	            previd end       48: i64         -1 none
//	            id               56: 40 bytes    replication id
//	            previd           96: 40 bytes    zeros if none
//	            flags           136: u8      1 = the history came from a master, who may have more of it
//	            zeros           137
//	            owner           144: u64         of whose store the log is; 0 not told
//	            zeros           152
//	            crc             508: u32         of the 508 bytes before
//	record    = length            0: u32         of the payload; 0 = mark: tells only how far the log was synced
//	            header crc        4: u32         of bytes 0-3 and 8-39, seeded with crc(generation)
//	            start             8: i64         offset of the payload
//	            time             16: i64         unix ms when written
//	            synced           24: i64         offset known to be on disk when this was made; <= start
//	            database         32: u16         selected at start; 65535 unknown
//	            flags            34: u16         1 = closed in order, nothing follows;
//	                                             2 = a later segment goes on from here; others 0
//	            payload crc      36: u32         of bytes 8-15 and the payload, seeded with crc(generation)
//	            payload          40
//
// All checksums are CRC32C. The header has its own, so that a header found anywhere proves its synced offset, and
// looking for one costs the same whatever the bytes are.
//
// # What always holds
//
//   - A record is a number of whole Appends: what a crash leaves is a prefix of the Appends.
//   - 0 <= synced <= written <= end. What is between synced and end is in RAM, to be written elsewhere if need be.
//   - Synced moves only after an fsync that succeeded on a file that never failed. A failed file is not written again.
//   - A segment gets its name when header and first records are synced and everything before start is. So a segment
//     proves that the log was whole up to its start, and it supersedes what its predecessor holds from there on: bytes
//     behind a cut never come back, bytes written twice by a heal are read once.
//   - Damage at offset O is corruption if a record's synced offset, a segment's start or the checkpoint is above O,
//     and a torn tail otherwise. The first is refused, the second cut. A damaged segment header is corruption, too.
//   - Bytes from a file's earlier life never pass for records: the generation seeds the checksums.
//   - All segments of a directory have the same owner, or do not tell.
//
// # Locks
//
// trimMu before segMu; ioMu before mu, segMu or the waiters' lock; each of the latter is a leaf. I/O happens under ioMu
// and trimMu, never under a leaf: Append takes mu alone. fdatasync of the active file runs in the syncer without a lock.
//
// # Not handled
//
// Two processes on one directory (the store's lock file keeps them out); encryption and compression; a file system that
// loses synced data or renames; a write torn inside bytes that were synced before and are rewritten unchanged.
package wal
