// Package tools is work on data that needs no server of this process, as library functions: what the verbs of cmd/cairn
// besides serve do.
//
//	Import     RDB file -> store, in one step (types.Loader, persistence.Bulk), and libraries of functions
//	Send       RDB file -> running server, by RESTORE (tools/peer is the connection)
//	Live       a running server, that sends all it holds; Follow goes on with its changes, to a Target
//	Promote    makes a replica a master when it has everything; Watch tells how far behind one is
//	AOF        finds the parts of an append-only file, and carries them out on a store
//	Export     store -> RDB file, from a snapshot (types.Save)
//	Check      the store compared with itself (persistence.Store.Check)
//
// Backups have a package of their own, tools/backup.
//
// A store is opened by the caller, as a server would (server.OpenStore): what a crash has left in the log is carried
// out first. So also export and check write to the directory, what a start would. While a server uses it, it is refused.
//
// # What must always hold
//
//   - Nothing is lost silently: what an import leaves out is counted, with a reason.
//   - Memory stays bounded by the store's allowance, whatever the size of the data, of a collection or of a file.
//   - An import may be ended at any point, and run again with Replace: it ends as if it had not been. Of one into a
//     store that was ended there is nothing.
//   - An exported file is there as a whole, and synced, or not at all.
//
// # Not handled here
//
// What bytes of a file mean (encoding/rdb), how values become keys (types), flags and signals (cmd/cairn).
package tools
