package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("bitfield", bitfield)
	bind("bitfield_ro", bitfieldRO)
}

// usualOps is how many operations a BITFIELD may have before they take memory
// from the heap.
const usualOps = 4

// BITFIELD key [GET type offset | [OVERFLOW WRAP|SAT|FAIL]
// SET type offset value | INCRBY type offset increment ...]
func bitfield(c *Call) error {
	var room [usualOps]types.BitFieldOp
	ops, err := c.bitFieldOps(room[:0], c.Args[2:])
	if err != nil {
		return err
	}
	return replyBitField(c, ops)
}

// BITFIELD_RO key [GET type offset ...]
func bitfieldRO(c *Call) error {
	var room [usualOps]types.BitFieldOp
	ops, err := c.bitFieldOps(room[:0], c.Args[2:])
	if err != nil {
		return err
	}
	for i := range ops {
		if ops[i].Verb != types.BitFieldGet {
			return errBitFieldRO
		}
	}
	return replyBitField(c, ops)
}

func replyBitField(c *Call, ops []types.BitFieldOp) error {
	if err := types.BitField(c.Tx, c.Key(1), ops, c.Args[2:]); err != nil {
		return err
	}
	c.Reply.Array(len(ops))
	for i := range ops {
		if ops[i].Refused {
			c.Reply.Null()
		} else {
			c.Reply.Int(ops[i].Result)
		}
	}
	return nil
}

// bitFieldOps reads all operations and appends them to ops.
func (c *Call) bitFieldOps(ops []types.BitFieldOp, args [][]byte) ([]types.BitFieldOp, error) {
	rule := encoding.BitWrap
	for len(args) > 0 {
		if isWord(args[0], "overflow") && len(args) > 1 {
			var err error
			if rule, err = parseBitOverflow(args[1]); err != nil {
				return nil, err
			}
			args = args[2:]
			continue
		}
		op, n, err := c.bitFieldOp(args)
		if err != nil {
			return nil, err
		}
		op.Overflow = rule
		ops, args = append(ops, op), args[n:]
	}
	return ops, nil
}

func parseBitOverflow(arg []byte) (encoding.BitOverflow, error) {
	switch {
	case isWord(arg, "wrap"):
		return encoding.BitWrap, nil
	case isWord(arg, "sat"):
		return encoding.BitSaturate, nil
	case isWord(arg, "fail"):
		return encoding.BitFail, nil
	default:
		return 0, errBitOverflow
	}
}

// bitFieldOp reads the operation at the start of args, which has n words.
func (c *Call) bitFieldOp(args [][]byte) (op types.BitFieldOp, n int, err error) {
	op.Verb, n = bitFieldVerb(args[0])
	if n == 0 || n > len(args) {
		return op, 0, errSyntax
	}
	var ok bool
	if op.Field, ok = encoding.ParseBitField(args[1]); !ok {
		return op, 0, errBitFieldType
	}
	if op.Offset, err = c.bitOffsetArg(args[2], op.Field.Bits); err != nil {
		return op, 0, err
	}
	if n == 4 {
		op.Operand, err = intArg(args[3])
	}
	return op, n, err
}

// bitFieldVerb reads an operation's name, and knows how many words it has, the
// name included; 0 if there is no such operation.
func bitFieldVerb(arg []byte) (types.BitFieldVerb, int) {
	switch {
	case isWord(arg, "get"):
		return types.BitFieldGet, 3
	case isWord(arg, "set"):
		return types.BitFieldSet, 4
	case isWord(arg, "incrby"):
		return types.BitFieldIncrBy, 4
	default:
		return 0, 0
	}
}
