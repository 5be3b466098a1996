package server

import (
	"math"
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("xpending", xpending)
	bind("xclaim", xclaim)
	bind("xautoclaim", xautoclaim)
}

// noGroup is how most commands call a key or group that is missing.
func (c *Call) noGroup(err error) error {
	if err == types.ErrNoSuchKey || err == types.ErrNoSuchGroup {
		return noKeyOrGroup(c.Key(1), c.Args[2], "")
	}
	return err
}

// XPENDING key group [[IDLE min-idle-time] start end count [consumer]]
func xpending(c *Call) error {
	if len(c.Args) == 3 {
		return xpendingSummary(c)
	}
	f, err := c.pendingFilter()
	if err != nil {
		return err
	}
	list, err := types.StreamPendingMessages(c.Tx, c.Key(1), c.Args[2], &f)
	if err != nil {
		return c.noGroup(err)
	}
	c.Reply.Array(len(list))
	for i := range list {
		m := &list[i]
		c.Reply.Array(4)
		c.streamID(m.ID)
		c.Reply.Bulk(m.Consumer)
		c.Reply.Int(max(0, c.NowMs()-m.DeliveredMs))
		c.Reply.Int(m.Count)
	}
	return nil
}

func (c *Call) pendingFilter() (f types.StreamPendingFilter, err error) {
	args := c.Args[3:]
	if len(args) < 3 || len(args) > 6 {
		return f, errSyntax
	}
	if isWord(args[0], "idle") {
		if f.MinIdleMs, err = intArg(args[1]); err != nil {
			return f, err
		}
		if args = args[2:]; len(args) < 3 {
			return f, errSyntax
		}
	}
	if f.Count, err = intArg(args[2]); err != nil {
		return f, err
	}
	if f.First, f.Last, err = streamInterval(args[0], args[1]); err != nil {
		return f, err
	}
	if len(args) > 3 {
		f.Consumer = args[3]
	}
	return f, nil
}

func xpendingSummary(c *Call) error {
	sum, err := types.StreamPendingOf(c.Tx, c.Key(1), c.Args[2])
	if err != nil {
		return c.noGroup(err)
	}
	c.Reply.Array(4)
	c.Reply.Int(sum.Count)
	if sum.Count == 0 {
		c.Reply.Null()
		c.Reply.Null()
		c.Reply.NullArray()
		return nil
	}
	c.streamID(sum.First)
	c.streamID(sum.Last)
	c.Reply.Array(len(sum.Consumers))
	for i := range sum.Consumers {
		c.Reply.Array(2)
		c.Reply.Bulk(sum.Consumers[i].Name)
		c.Reply.BulkString(strconv.FormatInt(sum.Consumers[i].Pending, 10))
	}
	return nil
}

// XCLAIM key group consumer min-idle-time id [id ...] [IDLE ms] [TIME unix-time-milliseconds] [RETRYCOUNT count]
// [FORCE] [JUSTID] [LASTID id]
//
// The group is looked at before anything else.
func xclaim(c *Call) error {
	var o types.StreamClaimOptions
	ids, bad := c.claimArgs(&o)
	if bad != nil {
		if err := types.StreamGroupExists(c.Tx, c.Key(1), c.Args[2]); err != nil {
			return c.noGroup(err)
		}
		return bad
	}
	claimed, err := types.StreamClaim(c.Tx, c.Key(1), c.Args[2], c.Args[3], ids, &o)
	if err != nil {
		return c.noGroup(err)
	}
	return c.claimed(claimed, o.JustID)
}

// claimArgs reads XCLAIM's arguments: what is no ID begins the options.
func (c *Call) claimArgs(o *types.StreamClaimOptions) (ids []encoding.StreamID, err error) {
	if o.MinIdleMs, err = c.namedIntArg(c.Args[4], "min-idle-time argument"); err != nil {
		return nil, err
	}
	i := 5
	for ; i < len(c.Args); i++ {
		id, err := streamIDArg(c.Args[i])
		if err != nil {
			break
		}
		ids = append(ids, id)
	}
	o.Count = -1
	for options := c.Args[i:]; len(options) > 0; options = options[1:] {
		used, err := c.claimOption(o, options[0], options[1:])
		if err != nil {
			return nil, err
		}
		options = options[used:]
	}
	return ids, nil
}

// claimOption reads an option and returns how many arguments it has besides its
// name.
func (c *Call) claimOption(o *types.StreamClaimOptions, opt []byte, rest [][]byte) (used int, err error) {
	switch {
	case isWord(opt, "force"):
		o.Force = true
	case isWord(opt, "justid"):
		o.JustID = true
	case len(rest) == 0:
		err = unknownClaimOption(opt)
	case isWord(opt, "idle"):
		o.DeliveredMs, err = c.namedIntArg(rest[0], "IDLE option argument")
		o.DeliveredMs, o.Timed, used = c.NowMs()-o.DeliveredMs, true, 1
	case isWord(opt, "time"):
		o.DeliveredMs, err = c.namedIntArg(rest[0], "TIME option argument")
		o.Timed, used = true, 1
	case isWord(opt, "retrycount"):
		o.Count, err = c.namedIntArg(rest[0], "RETRYCOUNT option argument")
		used = 1
	case isWord(opt, "lastid"):
		o.LastID, err = streamIDArg(rest[0])
		used = 1
	default:
		err = unknownClaimOption(opt)
	}
	return used, err
}

// claimed replies with what was claimed.
func (c *Call) claimed(claimed *types.StreamClaimed, justID bool) error {
	c.Reply.Array(len(claimed.IDs))
	for _, id := range claimed.IDs {
		if justID {
			c.streamID(id)
			continue
		}
		fields, err := claimed.Fields(id)
		if err != nil {
			return err
		}
		c.streamEntry(id, fields)
	}
	return nil
}

// XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID]
func xautoclaim(c *Call) error {
	o, err := c.autoClaimArgs()
	if err != nil {
		return err
	}
	if o.Count > possibleAutoClaims {
		if err := types.StreamGroupExists(c.Tx, c.Key(1), c.Args[2]); err != nil {
			return c.noGroup(err)
		}
		return errAutoClaimMemory
	}
	claimed, err := types.StreamAutoClaim(c.Tx, c.Key(1), c.Args[2], c.Args[3], &o)
	if err != nil {
		return c.noGroup(err)
	}
	c.Reply.Array(3)
	c.streamID(claimed.Next)
	if err := c.claimed(claimed, o.JustID); err != nil {
		return err
	}
	c.Reply.Array(len(claimed.Deleted))
	for _, id := range claimed.Deleted {
		c.streamID(id)
	}
	return nil
}

// Bounds of XAUTOCLAIM's COUNT: the largest that Redis takes, and the largest
// for which it may find the memory.
const (
	defaultAutoClaims  = 100
	maxAutoClaims      = math.MaxInt64 / 16
	possibleAutoClaims = 1 << 43
)

func (c *Call) autoClaimArgs() (o types.StreamAutoClaimOptions, err error) {
	o.Count = defaultAutoClaims
	if o.MinIdleMs, err = c.namedIntArg(c.Args[4], "min-idle-time argument"); err != nil {
		return o, err
	}
	if o.Start, err = streamStart(c.Args[5]); err != nil {
		return o, err
	}
	for options := c.Args[6:]; len(options) > 0; options = options[1:] {
		switch {
		case isWord(options[0], "justid"):
			o.JustID = true
		case len(options) > 1 && isWord(options[0], "count"):
			if o.Count, err = intArg(options[1]); err != nil || o.Count < 1 || o.Count > maxAutoClaims {
				return o, errAutoClaimCount
			}
			options = options[1:]
		default:
			return o, errSyntax
		}
	}
	return o, nil
}
