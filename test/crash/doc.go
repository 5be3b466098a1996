// Package crash kills the real server with SIGKILL while an unchanged redis-py
// program writes, starts it again, and looks for every write that had been
// acknowledged. Power cuts are simulated one layer down, in package
// persistence, where the filesystem can forget what was not synced.
package crash
