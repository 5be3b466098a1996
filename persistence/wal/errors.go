package wal

import (
	"errors"
	"fmt"
)

// ErrClosed is returned by everything that waits or writes after Close.
var ErrClosed = errors.New("wal: closed")

// CorruptError reports damage at a place that had been synced: dropping it would lose acknowledged writes, so the log
// is refused. It names the place exactly, for the operator who has to decide.
type CorruptError struct {
	File    string
	FilePos int64  // byte position in File; -1 if the file is missing
	Offset  int64  // first log offset that can't be read
	Reason  string // what is wrong there
	Proof   string // why it must have been whole once
}

func (e *CorruptError) Error() string {
	at := ""
	if e.FilePos >= 0 {
		at = fmt.Sprintf(" at byte %d", e.FilePos)
	}
	return fmt.Sprintf("wal: corrupt: %s%s (log offset %d): %s; %s", e.File, at, e.Offset, e.Reason, e.Proof)
}

// OffsetError reports an offset outside of what the log holds.
type OffsetError struct {
	Offset     int64
	First, End int64 // the log holds [First, End)
}

func (e *OffsetError) Error() string {
	return fmt.Sprintf("wal: offset %d is not kept: the log holds [%d, %d)", e.Offset, e.First, e.End)
}
