package server

import (
	"time"

	"github.com/cairndb/cairn/server/config"
)

func init() {
	bind("failover", failoverCommand)
}

// FAILOVER [TO host port [FORCE]] [ABORT] [TIMEOUT milliseconds]
func failoverCommand(c *Call) error {
	o, abort, err := parseFailover(c.Args[1:])
	if err != nil {
		return err
	}
	f := &c.Server.failover
	if abort {
		err = f.abort()
	} else {
		err = f.begin(o)
	}
	if err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

func parseFailover(args [][]byte) (o failoverOptions, abort bool, err error) {
	for all := args; len(args) > 0; {
		n := 1
		switch {
		case isWord(args[0], "timeout") && len(args) > 1 && o.timeout == 0:
			n = 2
			ms, err := intArg(args[1])
			if err != nil {
				return o, false, err
			}
			if ms <= 0 {
				return o, false, errFailoverTimeout
			}
			o.timeout = time.Duration(min(ms, maxTimerMs)) * time.Millisecond
		case isWord(args[0], "to") && len(args) > 2 && o.to.IsNobody():
			n = 3
			port, err := intArg(args[2])
			if err != nil {
				return o, false, err
			}
			o.to = config.Master{Host: string(args[1]), Port: int(port)}
		case isWord(args[0], "abort") && len(all) == 1:
			abort = true
		case isWord(args[0], "force") && !o.force:
			o.force = true
		default:
			return o, false, errSyntax
		}
		args = args[n:]
	}
	return o, abort, nil
}
