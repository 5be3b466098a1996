package server

import (
	"net"
	"strconv"
	"time"

	"github.com/cairndb/cairn/persistence"
)

func init() {
	bind("migrate", migrate).bare().offLoop()
}

// MIGRATE host port key|"" destination-db timeout [COPY] [REPLACE] [AUTH password|AUTH2 username password]
// [KEYS key [key ...]]
func migrate(c *Call) error {
	m, keys, err := c.migrateArgs()
	if err != nil {
		return err
	}
	if keys, err = m.existing(keys); err != nil {
		return err
	}
	if len(keys) == 0 {
		c.Reply.Status("NOKEY")
		return nil
	}
	err = m.move(keys)
	c.Tx.WaitOffset = max(c.Tx.WaitOffset, m.waitOffset)
	return c.okReply(err)
}

const migrateTimeout = time.Second // where none is given

func (c *Call) migrateArgs() (m *migration, keys [][]byte, err error) {
	m = &migration{call: c, addr: net.JoinHostPort(string(c.Args[1]), strconv.FormatInt(atoi(c.Args[2]), 10)), database: c.Args[4]}
	if keys, err = m.options(c.Args[6:]); err != nil {
		return nil, nil, err
	}
	ms, err := intArg(c.Args[5])
	if err != nil {
		return nil, nil, err
	}
	if _, err = intArg(c.Args[4]); err != nil {
		return nil, nil, err
	}
	if m.timeout = time.Duration(min(ms, maxTimerMs)) * time.Millisecond; ms <= 0 {
		m.timeout = migrateTimeout
	}
	return m, keys, nil
}

// options reads what follows the timeout, and returns the keys.
func (m *migration) options(args [][]byte) (keys [][]byte, err error) {
	for ; len(args) > 0; args = args[1:] {
		switch more := len(args) - 1; {
		case isWord(args[0], "copy"):
			m.copies = true
		case isWord(args[0], "replace"):
			m.replaces = true
		case isWord(args[0], "auth") && more >= 1:
			m.auth, args = args[1:2], args[1:]
		case isWord(args[0], "auth2") && more >= 2:
			m.auth, args = args[1:3], args[2:]
		case isWord(args[0], "keys"):
			if len(m.call.Args[3]) > 0 {
				return nil, errMigrateKeys
			}
			return args[1:], nil
		default:
			return nil, errSyntax
		}
	}
	return m.call.Args[3:4], nil
}

// existing are those keys that there are.
func (m *migration) existing(keys [][]byte) (list [][]byte, err error) {
	err = m.view(keys, func(tx *persistence.Tx) error {
		list = list[:0]
		for _, key := range keys {
			r, err := tx.Get(key)
			if err != nil {
				return err
			}
			if r.Exists() {
				list = append(list, key)
			}
		}
		return nil
	})
	return list, err
}
