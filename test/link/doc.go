// Package link tests replication/link against redis-server and Cairn as its masters.
package link
