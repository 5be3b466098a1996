package link

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// ErrLater is wrapped by errors of a master that cannot serve a replica yet: it is loading, or has no link to its own
// master. The same question may be answered soon.
var ErrLater = errors.New("the master is not ready")

// ErrSilent: nothing came from the master for as long as Options.Timeout allows.
var ErrSilent = errors.New("the master is silent")

// ErrBroken is wrapped by errors about bytes that no master would send.
var ErrBroken = errors.New("not a replication stream")

// RefusedError is an error reply of the master to a question of the handshake.
type RefusedError struct {
	Question string // the command, without its secrets
	Reply    string // the master's words, without the "-"
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("the master refuses %s: %s", e.Question, e.Reply)
}

// Unwrap tells the answers that mean later from those that mean no.
func (e *RefusedError) Unwrap() error {
	for _, code := range []string{"LOADING", "NOMASTERLINK", "BUSY", "MASTERDOWN"} {
		if e.is(code) {
			return ErrLater
		}
	}
	return nil
}

func (e *RefusedError) is(code string) bool {
	return e.Reply == code || strings.HasPrefix(e.Reply, code+" ")
}

// explain says in words what a timeout of the network means here.
func explain(err error, timeout time.Duration) error {
	var n net.Error
	if errors.As(err, &n) && n.Timeout() {
		return fmt.Errorf("%w: nothing came in %v", ErrSilent, timeout)
	}
	return err
}
