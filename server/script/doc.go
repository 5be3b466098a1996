// Package script runs Lua for clients: the sandbox that Redis 7.0 gives to
// scripts and functions, the table redis, and the conversions between Lua
// values and replies. It knows no store and no connection: the server gives it
// a Caller, which carries out commands.
//
// # Why a Lua of our own
//
// The package lua below is not gopher-lua (1.1.2), which was measured first.
// Beside Redis's Lua it computes wrongly without a word ("010"+0 is 8, 0.1+0.2
// prints as 0.30000000000000004, the key order of tables and the borders of #
// differ); a single t[60000000]=1 takes 3.4 GB; memory and steps cannot be
// bounded, for a context costs a channel operation an instruction; its errors
// have other words and no names; and a loop takes ten times as long. Scripts
// run inside the server's transactions, on its loops: all of that would be
// felt. The one here has bounds for steps, memory and depth built in, allocates
// nothing for numbers, and is about as fast as the C original.
//
// # How it flows
//
//	text --Compile--> Script (cached by SHA-1, shared) --Pool.Run--> reply
//
// A run takes a world from the pool: a Lua runtime with the sandbox set up.
// Worlds keep nothing from one run to the next: all that scripts can reach from
// outside of their own variables is protected. Functions live in libraries,
// whose variables last; each set of libraries has one world, used by one run at
// a time (library.go).
//
// # What must always hold
//
//   - A run may be abandoned at any call of a Caller, and begun again: it has
//     no effect but through the Caller and the reply. Only the variables of a
//     library keep what abandoned runs did: a counter in one may skip numbers.
//   - Whatever a script does ends: Interrupt is asked every few thousand steps,
//     memory is bounded by what is alive, nesting by Lua's own limits.
//   - Replies are what Redis 7.0 gives, errors to the letter; tests compare
//     thousands of scripts with the real server.
//
// # Not handled
//
// The debugger, loading of compiled code, and files: Redis has none of the last
// two either.
package script
