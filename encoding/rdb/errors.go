package rdb

import (
	"errors"
	"fmt"
)

// What can be wrong with bytes that are read. Read errors of the source are passed on; its end within a value is
// io.ErrUnexpectedEOF.
var (
	// ErrMalformed: the bytes do not follow the format.
	ErrMalformed = errors.New("malformed RDB")
	// ErrTooLong: a string is longer than the limit, see Limits.
	ErrTooLong = errors.New("string too long")
	// ErrVersion: a version of the format that is not known, or none that the caller accepts.
	ErrVersion = errors.New("unknown version of RDB")
	// ErrChecksum: the bytes are not those that were written.
	ErrChecksum = errors.New("wrong checksum")
)

// Error says where reading a file came to its end.
type Error struct {
	Offset int64  // bytes from the start of the file
	DB     int    // the selected database
	Key    []byte // the key whose value is being read, nil if none is
	Err    error
}

func (e *Error) Error() string {
	if e.Key == nil {
		return fmt.Sprintf("rdb: offset %d: %v", e.Offset, e.Err)
	}
	return fmt.Sprintf("rdb: offset %d, database %d, key %s: %v", e.Offset, e.DB, quoteKey(e.Key), e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// quoteKey shows a key in an error: the start is enough to find it.
func quoteKey(key []byte) string {
	const shown = 128
	if len(key) <= shown {
		return fmt.Sprintf("%q", key)
	}
	return fmt.Sprintf("%q and %d bytes more", key[:shown], len(key)-shown)
}

// malformed makes an error that wraps ErrMalformed.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
