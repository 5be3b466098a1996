// Package wire tests the ways between Redis and Cairn as a user goes them: cairn import, export, follow and promote
// against real redis-servers. What they hold is made by random commands of all types (test/diff/random), and DEBUG
// DIGEST must be the same number at both ends.
package wire
