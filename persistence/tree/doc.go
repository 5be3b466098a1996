// Package tree is the counted B+tree in which every collection is kept: a
// sequence of entries, found by position or by key in O(log n). It works on
// packed nodes that somebody else keeps (Nodes): in RAM, on disk, or in a test's
// map.
//
// # How it is built
//
// Leaves hold entries, inner nodes the ids of the nodes below them, how many
// entries those have, and separators (encoding/leaf.go, encoding/inner.go). The
// root lies in the record of the key; so a small collection is nothing but its
// record, and the first node is made when a root overflows.
//
// A change goes down to one leaf and changes the counts on the way back. A leaf
// that overflows is cut in two, where the new entry goes if that is near an end,
// so that what grows at an end stays packed; an inner node likewise. What has
// become small is joined with a neighbour, if both together leave some room.
//
// What is built as a whole comes from a Filler (fill.go): it writes each node
// once, from the leaves upward.
//
// # What must always hold
//
//   - The count of a child is the number of entries below it, and not zero; all
//     leaves are equally deep; no node but a root is empty.
//   - In a tree whose keys are in order, a separator is greater than all keys
//     before it and not greater than those behind it.
//   - An error leaves the tree half changed: whoever keeps the nodes undoes it.
//     Nodes are mostly read before the first change, so a node that has to be
//     loaded costs little that is thrown away.
//
// # Not handled
//
// What entries mean; which of the two kinds of access a tree is for: positional
// (Insert, Set, At) or by key (Put, Delete, Find). Keys put by position must be
// in order if they are ever to be found by key.
package tree
