// Package lua is Lua 5.1 as Redis embeds it: the language, its standard
// libraries without those that reach outside, and bounds for everything that a
// script could use up.
//
// # How it flows
//
//	text --lexer--> tokens --parser--> tree --compiler--> Proto
//	Proto --Runtime.Load--> Function --Runtime.Run--> result
//
// A Proto is code for a register machine (instr.go); it never changes and is
// shared. A Runtime is a world of values. Its main loop (vm.go) runs compiled
// functions; calls between them use frames of a Thread, not the goroutine's
// stack. A Native, a function in Go, works with its Thread as C functions do
// with a lua_State: arguments in, results pushed.
//
// Errors travel as panics, which pcall and Run catch. What Abort or Interrupt
// ends, no pcall catches.
//
// # Where things are
//
//	lexer, parser, ast          syntax, with Lua's own messages
//	compile                     code; names of what registers hold, for errors
//	value, string, table        values of two words; tables whose order is Lua's
//	vm, call, meta, coroutine   running
//	errors                      places and names in messages
//	memory, runtime             bounds
//	lib                         base, string, table, math, coroutine
//
// # What must always hold
//
//   - A script cannot tell this Lua from the original: order of pairs, borders
//     of #, digits of numbers, texts of errors, order of calls in sort. Package
//     script compares it with a real server.
//   - Work is counted (spend) in proportion to its cost, memory before it is
//     taken (charge, reserve), and recursion in Go is bounded.
//   - A Value's pointer is the first field of what it points to; only value.go,
//     string.go and memory.go convert.
//
// # Not handled
//
// Compiled code in Lua's format, weak tables (entries stay), finalizers, hooks,
// environments of functions: Redis takes away what would use them.
package lua
