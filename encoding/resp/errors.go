package resp

import "fmt"

// ProtocolError is a request after which nothing in the connection can be understood. Its text is Redis's, without the
// "ERR " in front.
type ProtocolError string

func (e ProtocolError) Error() string { return string(e) }

const (
	errBigInline     ProtocolError = "Protocol error: too big inline request"
	errBigCount      ProtocolError = "Protocol error: too big mbulk count string"
	errBigBulkLen    ProtocolError = "Protocol error: too big bulk count string"
	errCount         ProtocolError = "Protocol error: invalid multibulk length"
	errUnauthCount   ProtocolError = "Protocol error: unauthenticated multibulk length"
	errBulkLen       ProtocolError = "Protocol error: invalid bulk length"
	errUnauthBulkLen ProtocolError = "Protocol error: unauthenticated bulk length"
	errQuotes        ProtocolError = "Protocol error: unbalanced quotes in request"
)

// errNotBulk tells which byte stood where '$' should be. A line break is shown as a blank: the text is one line of the
// protocol.
func errNotBulk(got byte) ProtocolError {
	if got == '\r' || got == '\n' {
		got = ' '
	}
	return ProtocolError(fmt.Sprintf("Protocol error: expected '$', got '%s'", []byte{got}))
}
