// Package sorter brings rows, keys with values, into the order of their keys, as many as they may be, in bounded memory
// (an external merge sort; Knuth, The Art of Computer Programming, volume 3, 5.4).
//
// # How data flows
//
// Rows gather in a writer's batch (batch.go). A full one is sorted and written to a file, a run (run.go), by a goroutine
// of its own while the next one fills. What fits in one batch never leaves memory. At the end all runs are merged
// (merge.go) and read once. If there are very many of them, some are merged into one before.
//
// # What must always hold
//
//   - Rows of the same key come out in the order in which a writer got them.
//   - Memory stays near twice the size of a batch a writer, but for a row that is larger itself.
//   - Files are of use to their sorter alone; nothing is expected of them after a crash.
//
// # Not handled here
//
// What keys mean, and which of several rows of a key counts.
package sorter
