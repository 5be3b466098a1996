package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("setbit", setbit)
	bind("getbit", getbit)
	bind("bitcount", bitcount)
	bind("bitpos", bitpos)
	bind("bitop", bitop)
}

// bitOffsetArg reads the offset of a bit. With a field's bits, "#n" is the
// n-th of such fields.
func (c *Call) bitOffsetArg(b []byte, fieldBits uint) (uint64, error) {
	unit := int64(1)
	if fieldBits > 0 && len(b) > 0 && b[0] == '#' {
		b, unit = b[1:], int64(fieldBits)
	}
	n, ok := encoding.ParseInt(b)
	if !ok {
		return 0, errBitOffset
	}
	n *= unit // wraps around as in Redis
	if n < 0 || n>>3 >= c.maxStringBytes() {
		return 0, errBitOffset
	}
	return uint64(n), nil
}

// SETBIT key offset value
func setbit(c *Call) error {
	off, err := c.bitOffsetArg(c.Args[2], 0)
	if err != nil {
		return err
	}
	bit, ok := encoding.ParseInt(c.Args[3])
	if !ok || bit&^1 != 0 {
		return errBit
	}
	old, err := types.SetBit(c.Tx, c.Key(1), off, int(bit))
	if err != nil {
		return err
	}
	c.Reply.Int(int64(old))
	return nil
}

// GETBIT key offset
func getbit(c *Call) error {
	off, err := c.bitOffsetArg(c.Args[2], 0)
	if err != nil {
		return err
	}
	bit, err := types.GetBit(c.Tx, c.Key(1), off)
	if err != nil {
		return err
	}
	c.Reply.Int(int64(bit))
	return nil
}

// wholeString is the range of those who give none.
var wholeString = types.BitRange{First: 0, Last: -1}

// BITCOUNT key [start end [BYTE|BIT]]
//
// The key is looked at before the range.
func bitcount(c *Call) error {
	if found, err := types.HoldsString(c.Tx, c.Key(1)); err != nil || !found {
		c.Reply.Int(0)
		return err
	}
	r, err := parseCountRange(c.Args[2:])
	if err != nil {
		return err
	}
	n, err := types.BitCount(c.Tx, c.Key(1), r)
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

func parseCountRange(args [][]byte) (r types.BitRange, err error) {
	switch len(args) {
	case 0:
		return wholeString, nil
	case 2, 3:
	default:
		return r, errSyntax
	}
	if r.First, r.Last, err = rangeArgs(args[0], args[1]); err != nil || r.Backwards() {
		return r, err // the unit of an empty range is not looked at
	}
	r.InBits, err = bitUnit(args[2:])
	return r, err
}

// bitUnit reads the last word of BITCOUNT and BITPOS, if it is there.
func bitUnit(args [][]byte) (inBits bool, err error) {
	switch {
	case len(args) == 0 || isWord(args[0], "byte"):
		return false, nil
	case isWord(args[0], "bit"):
		return true, nil
	default:
		return false, errSyntax
	}
}

// BITPOS key bit [start [end [BYTE|BIT]]]
//
// The key is looked at before the range.
func bitpos(c *Call) error {
	bit, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	if bit&^1 != 0 {
		return errBitWanted
	}
	if found, err := types.HoldsString(c.Tx, c.Key(1)); err != nil || !found {
		c.Reply.Int(-bit)
		return err
	}
	r, err := parsePosRange(c.Args[3:])
	if err != nil {
		return err
	}
	pos, err := types.BitPos(c.Tx, c.Key(1), int(bit), r, len(c.Args) < 5)
	if err != nil {
		return err
	}
	c.Reply.Int(pos)
	return nil
}

func parsePosRange(args [][]byte) (r types.BitRange, err error) {
	r = wholeString
	if len(args) > 3 {
		return r, errSyntax
	}
	if len(args) > 0 {
		if r.First, err = intArg(args[0]); err != nil {
			return r, err
		}
	}
	if len(args) > 2 {
		if r.InBits, err = bitUnit(args[2:]); err != nil {
			return r, err
		}
	}
	if len(args) > 1 {
		r.Last, err = intArg(args[1])
	}
	return r, err
}

// BITOP AND|OR|XOR|NOT destkey key [key ...]
func bitop(c *Call) error {
	op, err := parseBitOp(c.Args[1])
	if err != nil {
		return err
	}
	if op == encoding.BitNot && len(c.Args) != 4 {
		return errBitOpNot
	}
	n, err := types.BitOp(c.Tx, op, c.Key(2), c.Args[3:])
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

func parseBitOp(arg []byte) (encoding.BitOperator, error) {
	switch {
	case isWord(arg, "and"):
		return encoding.BitAnd, nil
	case isWord(arg, "or"):
		return encoding.BitOr, nil
	case isWord(arg, "xor"):
		return encoding.BitXor, nil
	case isWord(arg, "not"):
		return encoding.BitNot, nil
	default:
		return 0, errSyntax
	}
}
