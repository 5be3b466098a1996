// Package link is a replica's end of replication: it connects to a master, a redis-server or Cairn, introduces itself,
// asks to go on from where it was, and reads what the master sends. It stores nothing and knows no command but those
// of the handshake and MULTI and EXEC.
//
//	l, err := link.Dial(ctx, link.Options{Addr: "10.0.0.1:6379", User: "replica", Password: "..."})
//	a, err := l.PSync(id, offset)     // "" and 0: nothing is known yet
//	if a.Full { read a.RDB to its end; it shows the data at a.Offset }
//	l.Ack(a.Offset)
//	for { b, err := l.Next(maxBytes, maxCommands) ... b.Len(), b.Command(i), b.Raw, b.End ... l.Ack(b.End) }
//
// # Offsets
//
// An offset here counts the bytes of the master's history that lie before a place, as Cairn's log counts them. Redis
// says master_repl_offset for the same number. On the wire a replica asks for the byte after it, offset+1.
//
// # What always holds
//
//   - A batch holds whole commands, and all of a transaction or none of it.
//   - What the master announces is not believed before it has arrived: memory follows bytes. A batch is bounded by
//     what is asked for, but for a single command or transaction that is larger; that one by Options.MaxGroupBytes.
//   - A master that is silent for Options.Timeout is gone. The end of Dial's context ends everything, at any time.
//   - One goroutine reads (PSync, RDB, Next); Ack, KeepAlive and Close may be called from any.
//
// # The transfer
//
// The RDB comes as "$<length>" CRLF and that many bytes, or, when the master writes it straight to the socket, as
// "$EOF:<40 bytes>" CRLF and bytes up to those 40 again. After the second form the master sends no commands before the
// first Ack that reaches it after it has noticed the end of the transfer itself: so Ack each second, as replicas do, also
// when nothing comes. Newlines before either form mean that the master is still preparing it.
//
// Not handled: SYNC, which is for masters older than Redis 2.8.
package link
