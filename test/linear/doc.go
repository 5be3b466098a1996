// Package linear records what several clients ask of a running Cairn at the
// same time and what they are told, and has porcupine look for one order of all
// requests that explains every reply: each request between its beginning and
// its end, and a transaction as one step. If there is none, the server is not
// linearizable.
//
// A request whose reply was lost when the server was killed happened before the
// kill, or never; what was acknowledged must be there afterwards.
//
//	go test ./test/linear -seed 7
//
// Keys come in pairs, and transactions keep to one pair: so the pairs can be
// looked at one by one, which keeps the search short.
package linear
