// Package compare finds in what two data sets differ: servers (Redis or Cairn), data directories, RDB files, in any mix.
//
// Each side tells its keys with type, expire time and a digest of the value (types.KeyDigest), the same number whatever
// the side is. Two passes compare any amount of data in bounded memory: the first adds the keys of each side up in
// buckets, by a hash of database and name; the second looks only at keys of buckets that differ, so many of them at a
// time as may be held. Of two servers their DEBUG DIGEST is asked first.
//
// What is not compared: groups of streams and what else DEBUG DIGEST leaves out, and libraries of functions. Data that
// is being changed meanwhile differs where it has changed.
package compare
