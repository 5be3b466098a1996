// Package resp is the wire: what a client sends, what a client reads, and the stream between master and replica. It
// turns bytes into requests and replies into bytes; it opens no connection and knows no command.
//
//	bytes from a client --Parser.Next--> args --(server)--> Writer.Buf --> bytes to a client
//	bytes of a reply or of a replication stream --ReadValue--> Value          (tools, tests)
//	args --AppendCommand--> bytes that any Redis, or our own log, understands
//
// A request is an array of bulk strings, or a line of words:
//
//	request = "*" count CRLF count*( "$" length CRLF length*byte CRLF ) | inline
//	inline  = *( word | word? quoted ) [ CR ] LF
//
// The protocol is RESP2 until the client says HELLO 3, then RESP3:
// https://redis.io/docs/latest/develop/reference/protocol-spec/. The Parser follows networking.c of Redis 7.0 to the
// byte, its leniences included, because clients were written against that and not against the page:
//
//   - The two bytes after a count, a length or a bulk end it whatever they are; only a line's CR is looked for.
//   - Numbers are decimal as Redis's string2ll reads them: no sign but "-", no leading zero, no "-0".
//   - Redis looks for the end of a line with strchr. A NUL before it hides it, and such a request never completes.
//   - A line longer than 64 KiB is refused. Redis refuses it only if the end has not arrived when it looks, so it takes
//     a longer line that comes in one read; here the answer does not depend on how the network cut the bytes.
//
// What must always hold:
//
//   - Nothing is allocated for what a client has only announced. Memory follows bytes that have arrived.
//   - A request that arrives in pieces costs time linear in its length, and the same bytes give the same requests
//     and the same error however they are cut.
//   - On the paths that every request takes (Parser.Next with a complete request, every Writer method) nothing is
//     allocated once the buffers have grown.
//   - No input makes anything here panic.
//
// Not handled: the RDB payload of a full sync ("$<length>" or "$EOF:<mark>", without CRLF at its end), which belongs to
// replication, and RESP3's streamed strings and aggregates ("$?", "*?"), which Redis never sends.
package resp
