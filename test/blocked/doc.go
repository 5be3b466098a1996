// Package blocked lets thousands of clients wait for lists while others push, time out, are unblocked and hang up, and
// counts what arrives: everything once.
package blocked
