package server

import (
	"github.com/cairndb/cairn/encoding/resp"
)

func init() {
	bind("replconf", replconf)
}

// maxHostBytes bounds an address that a replica announces.
const maxHostBytes = 255

// REPLCONF option value [option value ...]
//
// Replicas tell by it what they are and what they have. To ACK and GETACK there
// is no reply.
func replconf(c *Call) error {
	if len(c.Args)%2 == 0 {
		return errSyntax
	}
	for args := c.Args[1:]; len(args) > 0; args = args[2:] {
		done, err := c.replconfOption(args[0], args[1], args)
		if err != nil {
			return err
		}
		if done {
			c.noReply = true
			return nil
		}
	}
	c.Reply.OK()
	return nil
}

// replconfOption takes one option. With done there is no reply, and no other
// option.
func (c *Call) replconfOption(option, value []byte, rest [][]byte) (done bool, err error) {
	if isWord(option, "ack") {
		return true, c.replconfAck(value, rest[2:])
	}
	if isWord(option, "getack") {
		return true, nil
	}
	if c.Client.isReplica() {
		return false, nil // it has told already what it is
	}
	p := c.Client.asReplica()
	switch {
	case isWord(option, "listening-port"):
		n, err := intArg(value)
		p.port = int(n)
		return false, err
	case isWord(option, "ip-address"):
		if len(value) > maxHostBytes {
			return false, announcedTooLong(len(value))
		}
		p.announced = string(value)
	case isWord(option, "capa"):
		p.takesMarked = p.takesMarked || isWord(value, "eof")
		p.resumes = p.resumes || isWord(value, "psync2")
	case isWord(option, "rdb-only"):
		n, err := intArg(value)
		if err == nil && n != 0 && n != 1 {
			err = errNotZeroOrOne
		}
		p.onlyRDB = n == 1
		return false, err
	case isWord(option, "rdb-filter-only"):
		p.filter, err = parseRDBFilter(value)
		return false, err
	case isWord(option, "version"): // of later versions than 7.0
	default:
		return false, unknownReplconf(option)
	}
	return false, nil
}

// replconfAck: a replica tells before which offset it has everything, and, if
// it knows, before which it has it on disk (FACK).
func (c *Call) replconfAck(value []byte, rest [][]byte) error {
	p := c.Client.shared.replica.Load()
	if p == nil {
		return nil
	}
	offset, err := intArg(value)
	if err != nil {
		return nil // it is not answered, whatever it says
	}
	synced := int64(0)
	if len(rest) == 2 && isWord(rest[0], "fack") {
		synced, _ = intArg(rest[1])
	}
	p.acknowledged(offset, synced)
	return nil
}

// parseRDBFilter reads what a file is to have in it, and nothing else.
func parseRDBFilter(value []byte) (f rdbFilter, err error) {
	list, ok := resp.SplitArgs(value)
	if !ok {
		return f, errRDBFilter
	}
	f = rdbFilter{noData: true, noFunctions: true}
	for _, name := range list {
		if !isWord(name, "functions") {
			return f, unknownRDBFilter(name)
		}
		f.noFunctions = false
	}
	return f, nil
}
