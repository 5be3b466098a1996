// Package lualib holds the libraries that Redis adds to Lua: cjson, cmsgpack,
// struct and bit. They behave as those in Redis 7.0 do, to the byte and to the
// wording of errors, since scripts exchange what they make with programs that
// use the same formats.
//
// Whatever a script passes in is bounded: work counts against the run's steps,
// memory against the runtime's, nesting has the original's limits.
package lualib
