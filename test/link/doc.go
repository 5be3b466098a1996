// Package link tests replication/link against redis-server as its master.
package link
