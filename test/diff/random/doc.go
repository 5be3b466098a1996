// Package random makes histories of random commands and runs each on redis-server and on Cairn. The same seed makes the
// same history, every reply is compared, and so are DEBUG DIGEST and DBSIZE at the end.
//
//	go test ./test/diff/random -v                          one history in each mode, a new seed
//	go test ./test/diff/random -run Cairn/cold -count 50 -ops 5000
//	go test ./test/diff/random -run Cairn/cold -seed 123   that history again
//
// The grammar (grammar.go) is a list of forms, each a line of a script of package diff with placeholders for keys,
// values, offsets and so on. There are few keys, so that commands meet each other's results, and the sizes lie around
// the boundaries at which a string is stored differently. Times to live end in the far future or in the past: nothing
// in a history depends on the clock.
//
// TestEvents runs them while one client hears of all keyspace events and another of all keys to be dropped from caches,
// and compares what these are told after each line.
//
// A failing history is cut down to the lines that are needed to make it fail (reduce.go), which are printed as a script:
// put them into a file of test/diff/testdata, and they stay tested. With restarts the history is printed as it is.
//
// Flags: -seed is that of the first history, -ops its length; -count is go test's own, each repetition takes the next
// seed. To cover a new command add its forms to the grammar.
package random
