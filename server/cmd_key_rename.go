package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("rename", rename)
	bind("renamenx", renamenx)
	bind("copy", copyKey)
	bind("move", move)
}

// RENAME key newkey
func rename(c *Call) error {
	return c.okReply(types.Rename(c.Tx, c.Key(1), c.Key(2)))
}

// RENAMENX key newkey
func renamenx(c *Call) error {
	done, err := types.RenameIfFree(c.Tx, c.Key(1), c.Key(2))
	return c.boolReply(done, err)
}

// COPY source destination [DB destination-db] [REPLACE]
func copyKey(c *Call) error {
	o, err := c.copyOptions(c.Args[3:])
	if err != nil {
		return err
	}
	done, err := types.Copy(c.Tx, c.Key(1), c.Key(2), o)
	return c.boolReply(done, err)
}

func (c *Call) copyOptions(args [][]byte) (o types.CopyOptions, err error) {
	o.Database = c.Tx.Database()
	for i := 0; i < len(args); i++ {
		switch {
		case isWord(args[i], "replace"):
			o.Replace = true
		case isWord(args[i], "db") && i+1 < len(args):
			i++
			if o.Database, err = c.databaseArg(args[i]); err != nil {
				return o, err
			}
		default:
			return o, errSyntax
		}
	}
	return o, nil
}

// MOVE key db
func move(c *Call) error {
	db, err := c.databaseArg(c.Args[2])
	if err != nil {
		return err
	}
	done, err := types.Move(c.Tx, c.Key(1), db)
	return c.boolReply(done, err)
}
