package server

import (
	"slices"
	"strings"

	"github.com/cairndb/cairn/server/command"
)

func init() {
	bind("client|tracking", clientTracking)
	bind("client|caching", clientCaching)
	bind("client|getredir", clientGetRedir)
	bind("client|trackinginfo", clientTrackingInfo)
}

// CLIENT TRACKING ON|OFF [REDIRECT client-id] [PREFIX prefix ...] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]
func clientTracking(c *Call) error {
	options, err := c.trackingOptions(c.Args[3:])
	if err != nil {
		return err
	}
	on, err := onOffArg(c.Args[2])
	if err != nil {
		return err
	}
	if !on {
		c.Server.tracking.disable(c.Client)
		c.Reply.OK()
		return nil
	}
	if err := options.fits(c.Client.tracking.options.Load()); err != nil {
		return err
	}
	if options.broadcast && len(options.prefixes) == 0 {
		options.prefixes = []string{""}
	}
	before := c.Client.tracking.options.Load().prefixBytes()
	c.Server.tracking.enable(c.Client, options)
	c.Client.boundNames(c.Client.tracking.options.Load().prefixBytes() - before)
	c.Reply.OK()
	return nil
}

func (c *Call) trackingOptions(args [][]byte) (o tracked, err error) {
	for ; len(args) > 0; args = args[1:] {
		switch more := len(args) > 1; {
		case more && isWord(args[0], "redirect"):
			if o.redirect, err = c.redirectArg(o.redirect, args[1]); err != nil {
				return o, err
			}
			args = args[1:]
		case more && isWord(args[0], "prefix"):
			o.prefixes = append(o.prefixes, string(args[1]))
			args = args[1:]
		case isWord(args[0], "bcast"):
			o.broadcast = true
		case isWord(args[0], "optin"):
			o.optIn = true
		case isWord(args[0], "optout"):
			o.optOut = true
		case isWord(args[0], "noloop"):
			o.noLoop = true
		default:
			return o, errSyntax
		}
	}
	return o, nil
}

// redirectArg reads the id of a client, which must be connected now.
func (c *Call) redirectArg(before int64, b []byte) (int64, error) {
	if before != 0 {
		return 0, errOneRedirect
	}
	id, err := intArg(b)
	if err != nil {
		return 0, err
	}
	if c.Server.clientByID(id) == nil {
		return 0, errNoRedirect
	}
	return id, nil
}

// fits tells whether the options go together, and with those that the client
// has already.
func (o *tracked) fits(old *tracked) error {
	if old == nil {
		old = &tracked{broadcast: o.broadcast}
	}
	switch {
	case !o.broadcast && len(o.prefixes) > 0:
		return errPrefixWithoutBroadcast
	case o.broadcast != old.broadcast:
		return errSwitchBroadcast
	case o.broadcast && (o.optIn || o.optOut):
		return errOptsOfBroadcast
	case o.optIn && o.optOut:
		return errOptInAndOut
	case o.optIn && old.optOut, o.optOut && old.optIn:
		return errSwitchOpts
	}
	return o.collides(old.prefixes)
}

// collides: no key may have two of a client's prefixes.
func (o *tracked) collides(old []string) error {
	if !anyOverlap(slices.Concat(o.prefixes, old)) {
		return nil
	}
	for i, p := range o.prefixes {
		for _, q := range old {
			if overlap(p, q) {
				return prefixOverlaps(p, "an existing prefix", q)
			}
		}
		for _, q := range o.prefixes[i+1:] {
			if overlap(p, q) {
				return prefixOverlaps(p, "another provided prefix", q)
			}
		}
	}
	return nil
}

// anyOverlap sorts the prefixes: one that is the beginning of another stands
// right before one such.
func anyOverlap(prefixes []string) bool {
	slices.Sort(prefixes)
	for i := 1; i < len(prefixes); i++ {
		if strings.HasPrefix(prefixes[i], prefixes[i-1]) {
			return true
		}
	}
	return false
}

func overlap(p, q string) bool { return strings.HasPrefix(p, q) || strings.HasPrefix(q, p) }

// CLIENT CACHING YES|NO
func clientCaching(c *Call) error {
	options := c.Client.tracking.options.Load()
	if options == nil {
		return errNotTracking
	}
	switch {
	case isWord(c.Args[2], "yes") && !options.optIn:
		return errCachingYes
	case isWord(c.Args[2], "no") && !options.optOut:
		return errCachingNo
	case isWord(c.Args[2], "yes"), isWord(c.Args[2], "no"):
		c.Client.caching = true
		c.Reply.OK()
		return nil
	}
	return errSyntax
}

// forgetCaching: CLIENT CACHING counts for the next command, other commands
// about the client not counted, or for the whole of the next transaction.
func (c *Client) forgetCaching(after *command.Spec) {
	if c.multi != nil {
		return
	}
	if after == nil || after.Parent == nil || after.Parent.Name != "client" {
		c.caching = false
	}
}

// CLIENT GETREDIR
func clientGetRedir(c *Call) error {
	c.Reply.Int(c.Client.redirect())
	return nil
}

// redirect is the id of the client that is told of what this one tracks: 0 for
// itself, -1 if it does not track. Safe from anywhere.
func (c *Client) redirect() int64 {
	if o := c.tracking.options.Load(); o != nil {
		return o.redirect
	}
	return -1
}

// CLIENT TRACKINGINFO
func clientTrackingInfo(c *Call) error {
	flags := c.Client.trackingFlags()
	c.Reply.Map(3)
	c.Reply.BulkString("flags")
	c.Reply.Set(len(flags))
	for _, f := range flags {
		c.Reply.BulkString(f)
	}
	c.intPair("redirect", c.Client.redirect())
	var prefixes []string
	if o := c.Client.tracking.options.Load(); o != nil {
		prefixes = o.prefixes
	}
	c.Reply.BulkString("prefixes")
	c.Reply.Array(len(prefixes))
	for _, p := range prefixes {
		c.Reply.BulkString(p)
	}
	return nil
}

func (c *Client) trackingFlags() []string {
	o := c.tracking.options.Load()
	if o == nil {
		return []string{"off"}
	}
	var flags []string
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"on", true}, {"bcast", o.broadcast},
		{"optin", o.optIn}, {"caching-yes", o.optIn && c.caching},
		{"optout", o.optOut}, {"caching-no", o.optOut && c.caching},
		{"noloop", o.noLoop}, {"broken_redirect", c.tracking.broken.Load()},
	} {
		if f.set {
			flags = append(flags, f.name)
		}
	}
	return flags
}
