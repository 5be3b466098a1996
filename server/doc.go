// Package server is the front door: connections, the command table, dispatch,
// clients, and everything a client can ask about the server.
//
// # How a request flows
//
// A loop (loop_linux.go) reads what a connection has sent. The bounded parser
// of encoding/resp finds requests in it; dispatch looks the command up, checks
// what does not depend on data, and runs the handler behind the store's door
// (dispatch.go, call.go). At the end of the loop's turn the log is written once
// for all clients; under appendfsync always those whose replies show what is
// not on disk yet are held until the syncer lets the flight land (flight.go).
// Then replies go out (conn_linux.go).
//
// Commands of one pipeline that change a key each share a door (batch.go).
//
// What needs the disk or takes long leaves the loop: a goroutine runs the same
// handler again while the client is parked.
//
// # Where things are
//
//	command/        the table: what each command is (arity, flags, keys, docs)
//	config/         the configuration table
//	binding.go      which handler a row has, and through which door it goes
//	cmd_*.go        handlers, a file a type or group
//	errors*.go      every text that a client reads in an error
//	apply.go        the same handlers, fed from the log at the start
//	observers.go    those who are told of every change: watches, waiters,
//	                notifications, tracking
//	push, outbox    how what nobody asked for reaches clients, on any loop
//	pubsub, monitor, tracking                   what is pushed
//	stats, histogram, rates, latency, slowlog   what is measured
//	multi, exec, inner, watches                 transactions
//	blocked, waiters, serve, pause              clients that wait, and who serves them
//	master*         those who follow this server
//	pacer           how bulk work gives way to clients
//	stream          replies that are made of more than RAM holds
//	upstream*       the master that this server follows
//	script/         the Lua engine, and what Redis gives to scripts
//	scripts, script_*                           scripts: known ones, and those that run
//	cron, start, signals, supervisor, log       the life of the process
//	listen, limits, redact, cold, trim          as they are called
//	acl/, users, permission                     who may do what
//
// # What must always hold
//
//   - Exactly one reply a request, in order.
//   - A handler parses everything before it changes anything, and keeps nothing
//     outside of its Tx and Reply: it may run again.
//   - A client's fields belong to its loop, or to the goroutine that runs a
//     command of it; others read only what is atomic.
//   - No reply leaves before what it shows is as durable as appendfsync says.
//   - All that a client can name is bounded.
//
// # Why a loop of our own
//
// A goroutine a connection, or a library that starts one for each request,
// costs a switch a request and cannot see the end of a turn. Sharing the log's
// and the sockets' system calls among all that is ready is what keeps pace
// with a single-threaded server at every pipeline depth.
package server
