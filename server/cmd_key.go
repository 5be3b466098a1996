package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("del", del)
}

// DEL key [key ...]
func del(c *Call) error {
	n, err := types.Delete(c.Tx, c.Args[1:])
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}
