// Package client is the RESP client of the tests. It hides nothing: a reply keeps its exact bytes, so that two servers
// can be compared byte for byte, and is also taken apart into a Value for those who need to look inside.
//
// It speaks RESP2 and RESP3 alike, since every reply names its own type. Each read and each write has a deadline: a
// server that forgets to answer fails a test, it never hangs one. A Conn serves one goroutine at a time.
//
// Not handled: streamed strings and streamed aggregates of RESP3, which Redis does not send.
package client
