package server

import (
	"errors"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("pfdebug", pfdebug)
	bind("pfselftest", pfselftest).offLoop()
}

// PFDEBUG GETREG|DECODE|ENCODING|TODENSE key
//
// The key is looked at before the word.
func pfdebug(c *Call) error {
	err := types.CheckHLL(c.Tx, c.Key(2))
	if errors.Is(err, types.ErrNoSuchKey) {
		return errNoHLL
	}
	if err != nil {
		return err
	}
	switch word := c.Args[1]; {
	case isWord(word, "getreg"):
		return pfRegisters(c)
	case isWord(word, "decode"):
		return pfDecode(c)
	case isWord(word, "encoding"):
		return pfEncoding(c)
	case isWord(word, "todense"):
		return pfToDense(c)
	default:
		return unknownPFDebug(word)
	}
}

func pfRegisters(c *Call) error {
	regs, err := types.PFRegisters(c.Tx, c.Key(2))
	if err != nil {
		return err
	}
	c.Reply.Array(len(regs))
	for _, r := range regs {
		c.Reply.Int(int64(r))
	}
	return nil
}

func pfDecode(c *Call) error {
	text, err := types.PFDecode(c.Tx, c.Key(2))
	if err != nil {
		return err
	}
	c.Reply.BulkString(text)
	return nil
}

func pfEncoding(c *Call) error {
	sparse, err := types.PFIsSparse(c.Tx, c.Key(2))
	switch {
	case err != nil:
		return err
	case sparse:
		c.Reply.Status("sparse")
	default:
		c.Reply.Status("dense")
	}
	return nil
}

func pfToDense(c *Call) error {
	changed, err := types.PFToDense(c.Tx, c.Key(2))
	if err != nil {
		return err
	}
	c.intBool(changed)
	return nil
}

// PFSELFTEST
func pfselftest(c *Call) error {
	if err := encoding.HLLSelfTest(); err != nil {
		return selfTestFailed(err)
	}
	c.Reply.OK()
	return nil
}
