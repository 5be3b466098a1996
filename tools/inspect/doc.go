// Package inspect tells what a data set is made of: keys by type, database, prefix and time to live, the biggest ones,
// how full the nodes of collections are, tables and log. It reads every key once, in bounded memory: the biggest keys are
// kept in heaps, prefixes in a table that forgets the rarest when it is full.
package inspect
