// Package config holds the server's one configuration table and everything that follows from it: the command line,
// the configuration file, CONFIG GET, CONFIG SET, CONFIG REWRITE and the README's list of directives.
//
// # How it flows
//
// table.go and table_compat.go list the directives, a row each. A row ties a name to a Value of Config, a kind (how
// its text is read and written, kinds*.go), a default and one sentence. New builds the rows and stores the defaults
// with the same parser that reads everyone else's text. Load applies file, standard input and command line, in this
// order. The server then reads Config's fields, which are atomics: no lock, and never a half-written value.
//
// # What a row promises
//
//   - Live: the server acts on it.
//   - Compat: the thing it tunes does not exist here. It is accepted, checked and remembered, so that files and clients
//     written for Redis work unchanged, and NoEffect names it, so that nobody believes otherwise.
//   - FileOnly: files state it, but its feature is obsolete or not in this version. Accepted at startup, named by
//     NoEffect, unknown to CONFIG GET and CONFIG SET: answering there would claim that the feature exists.
//
// Anything else is unknown and refused, with Redis's text. A value that cannot be honoured (daemonize yes) is refused
// too, after the last source is read, so that a later source may correct an earlier one.
//
// # What must always hold
//
//   - A reader of a Value sees the old or the new value, never a mixture. Two Values read one after the other may
//     belong to different CONFIG SETs; whoever needs them to agree reads them in a hook.
//   - CONFIG SET is all or nothing: every argument is checked before any is stored, and a failing hook restores all.
//   - CONFIG REWRITE leaves the old file or the new one, whole and synced; a restart from the file has the same values.
//   - A default is written once, as text. A Redis directive keeps Redis 7.0's default unless a test names the reason.
//
// # Not handled
//
// The package opens no configured path but files to include: whether `dir` exists or `logfile` can be written is for
// the server to find out. Unlike Redis it does not change the working directory to `dir`.
// Modules, TLS, cluster, Sentinel and replication directives are not in the table yet (absent.go).
package config
