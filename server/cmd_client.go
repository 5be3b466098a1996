package server

import "sync/atomic"

func init() {
	bind("client|id", clientID)
	bind("client|getname", clientGetName)
	bind("client|setname", clientSetName)
	bind("client|setinfo", clientSetInfo)
	bind("client|no-evict", clientNoEvict)
	bind("client|reply", clientReply)
	bind("client|help", help(clientHelp))
}

// CLIENT ID
func clientID(c *Call) error {
	c.Reply.Int(c.Client.id)
	return nil
}

// CLIENT GETNAME
func clientGetName(c *Call) error {
	if name := text(&c.Client.shared.name); name != "" {
		c.Reply.BulkString(name)
	} else {
		c.Reply.Null()
	}
	return nil
}

// CLIENT SETNAME connection-name
func clientSetName(c *Call) error {
	if err := c.Client.setName(c.Args[2]); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

// setName names a connection; an empty name takes the name away.
func (c *Client) setName(name []byte) error {
	if !isPlain(name) {
		return errClientName
	}
	setText(&c.shared.name, name)
	return nil
}

// isPlain tells whether CLIENT LIST could show a text without losing its shape.
func isPlain(text []byte) bool {
	for _, b := range text {
		if b < '!' || b > '~' {
			return false
		}
	}
	return true
}

func setText(p *atomic.Pointer[string], text []byte) {
	s := string(text)
	p.Store(&s)
}

// CLIENT SETINFO LIB-NAME libname|LIB-VER libver
func clientSetInfo(c *Call) error {
	var field *atomic.Pointer[string]
	switch {
	case isWord(c.Args[2], "lib-name"):
		field = &c.Client.shared.libName
	case isWord(c.Args[2], "lib-ver"):
		field = &c.Client.shared.libVersion
	default:
		return unrecognizedOption(c.Args[2])
	}
	if !isPlain(c.Args[3]) {
		return notPlain(c.Args[2])
	}
	setText(field, c.Args[3])
	c.Reply.OK()
	return nil
}

// CLIENT NO-EVICT ON|OFF
//
// No client is ever closed for the sake of others' memory, so there is nothing
// to protect from; CLIENT LIST shows who asked.
func clientNoEvict(c *Call) error {
	on, err := onOffArg(c.Args[2])
	if err != nil {
		return err
	}
	c.Client.shared.noEvict.Store(on)
	c.Reply.OK()
	return nil
}

func onOffArg(b []byte) (bool, error) {
	switch {
	case isWord(b, "on"):
		return true, nil
	case isWord(b, "off"):
		return false, nil
	}
	return false, errSyntax
}

// CLIENT REPLY ON|OFF|SKIP
func clientReply(c *Call) error {
	cl := c.Client
	switch {
	case isWord(c.Args[2], "on"):
		cl.silent = replyOn
		c.Reply.OK()
	case isWord(c.Args[2], "off"):
		cl.silent = replyOff
	case isWord(c.Args[2], "skip"):
		if cl.silent != replyOff {
			cl.silent = replySkipNext
		}
	default:
		return errSyntax
	}
	return nil
}

const clientHelp = `
CACHING (YES|NO)
    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.
GETREDIR
    Return the client ID we are redirecting to when tracking is enabled.
GETNAME
    Return the name of the current connection.
ID
    Return the ID of the current connection.
INFO
    Return information about the current client connection.
KILL <ip:port>
    Kill connection made from <ip:port>.
KILL <option> <value> [<option> <value> [...]]
    Kill connections. Options are:
    * ADDR (<ip:port>|<unixsocket>:0)
      Kill connections made from the specified address
    * LADDR (<ip:port>|<unixsocket>:0)
      Kill connections made to specified local address
    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
      Kill connections by type.
    * USER <username>
      Kill connections authenticated by <username>.
    * SKIPME (YES|NO)
      Skip killing current connection (default: yes).
LIST [options ...]
    Return information about client connections. Options:
    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
      Return clients of specified type.
UNPAUSE
    Stop the current client pause, resuming traffic.
PAUSE <timeout> [WRITE|ALL]
    Suspend all, or just write, clients for <timeout> milliseconds.
REPLY (ON|OFF|SKIP)
    Control the replies sent to the current connection.
SETNAME <name>
    Assign the name <name> to the current connection.
UNBLOCK <clientid> [TIMEOUT|ERROR]
    Unblock the specified blocked client.
TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]
         [OPTIN] [OPTOUT] [NOLOOP]
    Control server assisted client side caching.
TRACKINGINFO
    Report tracking status for the current connection.
NO-EVICT (ON|OFF)
    Protect current client connection from eviction.
`
