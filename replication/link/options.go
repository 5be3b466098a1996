package link

import (
	"crypto/tls"
	"time"
)

// Options say where the master is and who is calling.
type Options struct {
	Addr     string // host:port
	User     string // empty: the default user
	Password string // empty: no AUTH
	TLS      *tls.Config

	// ListeningPort and AnnounceIP tell the master where the replica is reached itself, for INFO and for Sentinel.
	// 0 and "" say nothing.
	ListeningPort int
	AnnounceIP    string

	// SpooledRDB asks for a full sync whose length is known before: the master makes a file first.
	SpooledRDB bool
	// OnlyRDB asks for a full sync and nothing after it: the master does not count the caller as a replica.
	OnlyRDB bool

	// Timeout bounds connecting, each answer, each write, and the silence of the master. Default 60 s, as repl-timeout.
	Timeout time.Duration
	// MaxGroupBytes bounds a command or transaction. Default 4 GiB less 1 KiB, what Cairn's log takes in one piece.
	MaxGroupBytes int64
}

const (
	defaultTimeout  = 60 * time.Second
	defaultMaxGroup = 1<<32 - 1<<10
)

func (o Options) withDefaults() Options {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxGroupBytes <= 0 {
		o.MaxGroupBytes = defaultMaxGroup
	}
	return o
}
