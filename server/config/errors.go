package config

import (
	"errors"
	"fmt"
)

// ErrNoFile is CONFIG REWRITE's answer to a server that was started without a file.
var ErrNoFile = errors.New("The server is running without a config file")

// UnknownError is CONFIG SET's answer to a name that is not in the table. Its text is Redis's, without the error code.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("Unknown option or number of arguments for CONFIG SET - '%s'", e.Name)
}

// SetError is CONFIG SET's answer to a value that is refused. Its text is Redis's, without the error code.
type SetError struct {
	Name   string // the directive to blame
	Reason string
	// Rollback is non-nil if a hook also failed to apply the old values again. The text does not show it: log it.
	Rollback error
}

func (e *SetError) Error() string {
	return fmt.Sprintf("CONFIG SET failed (possibly related to argument '%s') - %s", e.Name, e.Reason)
}

// LoadError is the first mistake in the startup configuration. Its text is one line.
type LoadError struct {
	Origin    string // "redis.conf:12", "stdin:3" or "command line"
	Directive string // its name and, unless they may be secret, its arguments; "" if the source itself is at fault
	Reason    string
}

func (e *LoadError) Error() string {
	if e.Directive == "" {
		return e.Origin + ": " + e.Reason
	}
	return fmt.Sprintf("%s: '%s': %s", e.Origin, e.Directive, e.Reason)
}
