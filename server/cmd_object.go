package server

import (
	"strings"

	"github.com/cairndb/cairn/types"
)

func init() {
	bind("object|encoding", objectEncoding)
	bind("object|freq", objectFreq)
	bind("object|help", help(objectHelp))
	bind("object|idletime", objectIdleTime)
	bind("object|refcount", objectRefCount)
}

// OBJECT ENCODING key
func objectEncoding(c *Call) error {
	name, ok, err := types.EncodingOf(c.Tx, c.Key(2))
	switch {
	case err != nil:
		return err
	case !ok:
		c.Reply.Null()
	default:
		c.Reply.BulkString(name)
	}
	return nil
}

// OBJECT FREQ key
func objectFreq(c *Call) error {
	n, ok, err := types.Frequency(c.Tx, c.Key(2))
	if err == nil && ok && !c.Server.countsUses() {
		return errNoLFU
	}
	return c.intOrNull(n, ok, err)
}

// OBJECT IDLETIME key
func objectIdleTime(c *Call) error {
	n, ok, err := types.IdleSeconds(c.Tx, c.Key(2))
	if err == nil && ok && c.Server.countsUses() {
		return errLFU
	}
	return c.intOrNull(n, ok, err)
}

// OBJECT REFCOUNT key
func objectRefCount(c *Call) error {
	n, ok, err := types.References(c.Tx, c.Key(2))
	return c.intOrNull(n, ok, err)
}

// countsUses tells whether the policy chosen by name is one for which Redis
// counts the uses of a key instead of noting the last one.
func (s *Server) countsUses() bool {
	return strings.HasSuffix(s.cfg.Text("maxmemory-policy"), "-lfu")
}

// intOrNull replies with a number, or its absence, unless there is an error.
func (c *Call) intOrNull(n int64, ok bool, err error) error {
	switch {
	case err != nil:
		return err
	case ok:
		c.Reply.Int(n)
	default:
		c.Reply.Null()
	}
	return nil
}

const objectHelp = `
ENCODING <key>
    Return the kind of internal representation used in order to store the value
    associated with a <key>.
FREQ <key>
    Return the access frequency index of the <key>. The returned integer is
    proportional to the logarithm of the recent access frequency of the key.
IDLETIME <key>
    Return the idle time of the <key>, that is the approximated number of
    seconds elapsed since the last access to the key.
REFCOUNT <key>
    Return the number of references of the value associated with the specified
    <key>.
`
