// Package dump carries values between redis-server and Cairn in DUMP payloads, both ways: the digests must be equal on
// both sides, and stay so when Cairn is killed and recovers from its log.
//
//	go test ./test/dump -seed 7
package dump
