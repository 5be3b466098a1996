// Package salvage reads a data directory that may be damaged, without the
// engine and without changing anything: it says what is wrong, and makes a sound
// directory of what can be had.
//
// # How data flows
//
// Log segments are read by wal.Salvage. Tables are read one by one (table.go),
// each block with its checksum; which tables count, and which of two rows is the
// newer one, is in the manifest (manifest.go), of which every edit that is whole
// is used. A source (source.go) merges the tables into rows. Check (check.go)
// compares the rows with one another; Rebuild (rebuild.go) writes them to new
// tables, and trees that lack nodes anew (collection.go).
//
// # What must always hold
//
//   - Nothing in the directory is written to.
//   - A row that is handed out has passed its checksum. A bit that was turned over
//     is mended where the checksum tells which one it was.
//   - What is lost is told: blocks as the ranges of keys that lay there.
//   - Memory is bounded by the number of collections and of damaged blocks.
//
// # Not handled
//
// Bringing what was rebuilt into the place of what was damaged, and replaying the
// log (tools).
package salvage
