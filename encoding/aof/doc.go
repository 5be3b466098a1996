// Package aof reads Redis's append-only files: the manifest of a multi-part one, and the commands of a part. It knows
// bytes only: no files, no store.
//
//	m, err := aof.ParseManifest(text)      which parts there are, and in which order
//	r := aof.NewReader(src, offset);       for { args, err := r.Next() ... }
//	end, err := aof.Intact(src, offset)    up to where a part holds whole commands
//
// # The format
//
//	set      = manifest base? increment*             since Redis 7.0, in a directory of its own
//	manifest = ( "#" text LF | "file" name "seq" number "type" ( "b" | "i" | "h" ) LF )*
//	part     = ( RDB file )? ( command | "#" text LF )*    a base, an increment, or a whole old AOF
//	command  = a request of RESP: an array of bulk strings
//
// Parts of type h are history: what they hold is in the base. Of the lines within a part #TS:seconds tells when the
// commands after it were run. A crash may cut the last part short anywhere; a transaction whose EXEC is missing did
// not happen. Source: aof.c of Redis 7.0.
//
// # What must always hold
//
//   - No input makes anything here panic, or take memory out of proportion to what has arrived.
//   - An error names the offset of the command that cannot be read.
package aof
