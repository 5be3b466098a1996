package server

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/types"
)

// Every text that a client reads in an error is spelled in this file.

// replyError is an error whose text is the reply, its code first.
type replyError string

func (e replyError) Error() string { return string(e) }

// Errors of arguments, the same for many commands.
const (
	errSyntax     = replyError("ERR syntax error")
	errNotInteger = replyError("ERR value is not an integer or out of range")
	errNotFloat   = replyError("ERR value is not a valid float")
	errNoAuth     = replyError("NOAUTH Authentication required.")
	errProtected  = "DENIED Redis is running in protected mode because protected mode is enabled and no password is set " +
		"for the default user. In this mode connections are only accepted from the loopback interface. To accept " +
		"others, set a password with requirepass, or turn protection off with CONFIG SET protected-mode no, and see " +
		"that the port is not open to the internet."
)

// texts are the replies for what lower layers return.
var texts = []struct {
	err  error
	text string
}{
	{types.ErrWrongType, "WRONGTYPE Operation against a key holding the wrong kind of value"},
	{types.ErrNotInteger, "ERR value is not an integer or out of range"},
	{types.ErrOverflow, "ERR increment or decrement would overflow"},
	{types.ErrNotFloat, "ERR value is not a valid float"},
	{types.ErrNaNOrInfinity, "ERR increment would produce NaN or Infinity"},
	{types.ErrTooLong, "ERR string exceeds maximum allowed size (proto-max-bulk-len)"},
	{types.ErrNoSuchKey, "ERR no such key"},
	{types.ErrSameObject, "ERR source and destination objects are the same"},
	{types.ErrNotHLL, "WRONGTYPE Key is not a valid HyperLogLog string value."},
	{encoding.ErrHLLCorrupt, "INVALIDOBJ Corrupted HLL object detected"},
	{persistence.ErrKeyTooLong, "ERR key is too long: at most 16777215 bytes"},
}

// errorText is the reply for an error.
func errorText(err error) string {
	var r replyError
	if errors.As(err, &r) {
		return string(r)
	}
	for _, t := range texts {
		if errors.Is(err, t.err) {
			return t.text
		}
	}
	if errors.Is(err, persistence.ErrLogFailed) {
		return logFailed(err)
	}
	return "ERR " + err.Error()
}

func logFailed(err error) string {
	return "MISCONF Errors writing to the log: " + strings.TrimPrefix(err.Error(), persistence.ErrLogFailed.Error()+": ")
}

func wrongArity(spec *command.Spec) error {
	return replyError(fmt.Sprintf("ERR wrong number of arguments for '%s' command", spec.FullName()))
}

func invalidExpire(spec *command.Spec) error {
	return replyError(fmt.Sprintf("ERR invalid expire time in '%s' command", spec.FullName()))
}

const maxShown = 128

// unknownCommand quotes what was sent, up to a bound. container is set when
// the command exists and its subcommand does not.
func unknownCommand(container *command.Spec, args [][]byte) error {
	if container != nil && len(args) > 1 && len(container.Sub) > 0 {
		return replyError(fmt.Sprintf("ERR unknown subcommand '%.128s'. Try %s HELP.", args[1], strings.ToUpper(container.Name)))
	}
	var b strings.Builder
	for _, a := range args[1:] {
		if b.Len() >= maxShown {
			break
		}
		fmt.Fprintf(&b, "'%.*s' ", maxShown-b.Len(), a)
	}
	return replyError(fmt.Sprintf("ERR unknown command '%.128s', with args beginning with: %s", args[0], b.String()))
}
