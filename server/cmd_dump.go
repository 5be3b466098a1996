package server

import (
	"errors"
	"math"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("dump", dump)
	bind("restore", restore)
}

// DUMP key
func dump(c *Call) error {
	payload, ok, err := c.payload(c.Key(1))
	switch {
	case err != nil:
		return err
	case !ok:
		c.Reply.Null()
	default:
		c.Reply.Bulk(payload)
	}
	return nil
}

// payload is what DUMP returns for a key; ok is false if there is no such key.
func (c *Call) payload(key []byte) (payload []byte, ok bool, err error) {
	d := rdb.NewDumper(c.dumpOptions())
	if ok, err = types.Dump(c.Tx, key, &d.ValueWriter); err == nil && ok {
		payload, err = d.Payload()
	}
	return payload, ok, dumpError(err)
}

func dumpError(err error) error {
	if errors.Is(err, rdb.ErrTooLong) {
		return errDumpTooLong
	}
	return err
}

// dumpOptions: the payload is one that RESTORE takes, here and in Redis 7.0.
func (c *Call) dumpOptions() rdb.Options {
	o := c.Server.rdbOptions()
	o.MaxPayload = int(c.Server.cfg.ProtoMaxBulkBytes.Get())
	return o
}

// rdbOptions: values are packed as Redis keeps them under the same configuration.
func (s *Server) rdbOptions() rdb.Options {
	cfg := s.cfg
	small := func(n int64) int { return int(min(n, math.MaxInt32)) }
	return rdb.Options{
		Compress: cfg.RDBCompression.Get(),
		Packing: &rdb.Packing{
			HashMaxEntries: small(cfg.HashMaxListpackEntries.Get()), HashMaxValue: small(cfg.HashMaxListpackValueBytes.Get()),
			ZSetMaxEntries: small(cfg.ZSetMaxListpackEntries.Get()), ZSetMaxValue: small(cfg.ZSetMaxListpackValueBytes.Get()),
			SetMaxIntset:      small(cfg.SetMaxIntsetEntries.Get()),
			ListMaxNode:       small(cfg.ListMaxListpackSize.Get()),
			StreamNodeBytes:   small(cfg.StreamNodeMaxBytes.Get()),
			StreamNodeEntries: small(cfg.StreamNodeMaxEntries.Get()),
		},
	}
}

// RESTORE key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]
func restore(c *Call) error {
	o, absolute, err := restoreOptions(c.Args[4:])
	if err != nil {
		return err
	}
	if err := types.MayRestore(c.Tx, c.Key(1), o.Replace); err != nil {
		return err
	}
	if o.ExpireAtMs, err = c.restoreExpiry(c.Args[2], absolute); err != nil {
		return err
	}
	o.Limits = c.typeLimits()
	o.MaxString = int(c.Server.cfg.ProtoMaxBulkBytes.Get())
	return c.okReply(types.Restore(c.Tx, c.Key(1), c.Args[3], o))
}

// typeLimits are those up to which collections are kept packed.
func (c *Call) typeLimits() types.Limits {
	return types.Limits{Hash: c.hashLimits(), ZSet: c.zsetLimits(), MaxIntset: c.maxIntset()}
}

// restoreExpiry reads a time to live in milliseconds, 0 for forever.
func (c *Call) restoreExpiry(arg []byte, absolute bool) (int64, error) {
	ttl, err := intArg(arg)
	if err != nil {
		return 0, err
	}
	if ttl < 0 {
		return 0, errRestoreTTL
	}
	if ttl == 0 || absolute {
		return ttl, nil
	}
	return ttl + c.NowMs(), nil // it may wrap around, and has then passed, as in Redis
}

func restoreOptions(args [][]byte) (o types.RestoreOptions, absolute bool, err error) {
	for i := 0; i < len(args); i++ {
		more := i+1 < len(args)
		switch {
		case isWord(args[i], "replace"):
			o.Replace = true
		case isWord(args[i], "absttl"):
			absolute = true
		case isWord(args[i], "idletime") && more && o.Usage.Kind != rdb.UsageFreq:
			i++
			o.Usage, err = usageArg(args[i], rdb.UsageIdle, math.MaxInt64, errRestoreIdle)
		case isWord(args[i], "freq") && more && o.Usage.Kind != rdb.UsageIdle:
			i++
			o.Usage, err = usageArg(args[i], rdb.UsageFreq, 255, errRestoreFreq)
		default:
			err = errSyntax
		}
		if err != nil {
			return o, absolute, err
		}
	}
	return o, absolute, nil
}

func usageArg(arg []byte, kind rdb.UsageKind, most int64, wrong error) (rdb.Usage, error) {
	n, ok := encoding.ParseInt(arg)
	switch {
	case !ok:
		return rdb.Usage{}, errNotInteger
	case n < 0 || n > most:
		return rdb.Usage{}, wrong
	}
	return rdb.Usage{Kind: kind, N: n}, nil
}
