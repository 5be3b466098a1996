// Package sched says to the system which threads are in a hurry and which have
// time. Linux gives each its share of a processor in any case, but first to the
// one whose slice would end first; a thread may say how long its slices are
// (sched_setattr(2), Linux 6.12; an older system does as before).
//
// Who answers clients has little to do at a time and wants it done at once: short
// slices. Bulk work gives way the sooner the longer its own are: what runs is not
// interrupted where its slice ends before that of who comes, and the next look at
// that is a tick later, milliseconds.
//
// What must always hold: a thread that asks for slices is locked to its
// goroutine, so that they are not somebody else's later, and no thread that Go
// starts inherits them.
package sched
