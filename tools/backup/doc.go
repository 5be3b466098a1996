// Package backup keeps copies of stores in a repository, and makes stores of them again, as they were at any moment
// that the kept log reaches.
//
// # How data flows
//
// A Source (source.go) is a store's files at one log offset: of a server, over its port, or of a directory that is not
// in use. Make (make.go) copies those that the repository does not have, and the log from where the last backup has
// ended. Restore (restore.go) writes the tables of the newest backup before the wanted moment, and behind them the
// log up to it; opening the store carries that out.
//
// # The repository
//
// A Place (place.go) is a directory or a prefix in an S3 bucket:
//
//	repository.json       what this is; its id
//	objects/xx/<sha256>   contents, by their checksum: zstd frames, then a frame that zstd skips, with the checksum of
//	                      the bytes before it. So an object is whole in itself, and `zstd -d` reads it.
//	backups/<id>.json     a backup: its tables, its log, what belongs to it; last of all its files to be written
//	partial/<id>.json     the same of one under way or interrupted: the next one need not copy again what it has
//	tmp/, LOCK            of a directory: files not complete yet; held by who changes the repository
//	locks/<id>            of a bucket: the same
//
// A JSON file ends in a line with the checksum of what is before it.
//
// The log lies in pieces: objects of records (encoding.LogRecord), with their offsets, their times and the history
// that they are of. Every backup lists the pieces that are needed from the oldest backup on, so that backups in between
// can go.
//
// # Histories
//
// Offsets mean something within a history (persistence/wal.History). A restored store has a history of its own, which
// parts from the old one where it was restored to. If it is backed up to the same repository, that has two ends. A
// line (line.go) is a history with all that it has come from, each up to where the next one parts; restoring follows
// the line of the newest backup, or that of the one named.
//
// # What must always hold
//
//   - A backup is listed only when all that it needs is there, and durable.
//   - What a reader gets has the checksum that it was asked for by.
//   - Prune takes backups away first, and only then what no other one needs. Nothing keeps it away from those who only
//     read: they say that a backup has gone.
//   - Later backups have later ids, whatever clocks say.
//   - An interrupted run leaves nothing but files that nobody asks for.
//   - Memory is bounded by a piece of the log and the longest record in it.
//
// # Not handled here
//
// What commands mean: the store is opened by the caller. Encryption: use the place's.
package backup
