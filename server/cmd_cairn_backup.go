package server

import (
	"encoding/json"
	"io"

	"github.com/cairndb/cairn/persistence"
)

// A backup is the affair of one connection: what it keeps of tables and log is given up with END, or when the
// connection ends.

func init() {
	bind("cairn|backup", cairnBackup).bare().offLoop()
	bind("cairn|help", help(cairnHelp))
}

// maxPieceBytes is what one call returns at most, but for a single record of the log. Larger replies cost more, as their
// memory is new each time.
const maxPieceBytes = 1 << 20

// CAIRN BACKUP BEGIN
// CAIRN BACKUP READ name position count
// CAIRN BACKUP LOG [offset]
// CAIRN BACKUP END [name]
func cairnBackup(c *Call) error {
	step, args := c.Args[2], c.Args[3:]
	switch {
	case isWord(step, "begin") && len(args) == 0:
		return backupBegin(c)
	case isWord(step, "read") && len(args) == 3:
		return withBackup(c, paced(backupRead))
	case isWord(step, "log") && len(args) == 1:
		return withBackup(c, backupLogFrom)
	case isWord(step, "log") && len(args) == 0:
		return withBackup(c, paced(backupLog))
	case isWord(step, "end") && len(args) <= 1:
		return withBackup(c, backupEnd)
	default:
		return errSyntax
	}
}

// backupBegin replies with a persistence.BackupInfo in JSON.
func backupBegin(c *Call) error {
	if c.Client.backup != nil {
		return errBackupRuns
	}
	b, err := c.Server.store.BeginBackup()
	if err != nil {
		return backupFailed(err)
	}
	c.Client.backup, c.Client.copies = b, c.Server.pacer.begin(c.Server.done)
	c.Server.logf("A backup of %d files at log offset %d is read by %s", len(b.Info.Tables), b.Info.Offset, c.Client.addr)
	return replyJSON(c, &b.Info)
}

func replyJSON(c *Call, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.Reply.Bulk(text)
	return nil
}

func withBackup(c *Call, fn func(c *Call, b *persistence.Backup) error) error {
	b := c.Client.backup
	if b == nil {
		return errNoBackup
	}
	if err := fn(c, b); err != nil {
		return backupFailed(err)
	}
	return nil
}

// paced is a step that is bulk work. Its reply waits as long as that has to rest. A client on the same machine does its
// part of the work here, too: it sums, compresses and writes what it gets before it asks again.
func paced(step func(c *Call, b *persistence.Backup) error) func(c *Call, b *persistence.Backup) error {
	return func(c *Call, b *persistence.Backup) error {
		work := c.Client.copies
		if !c.Client.local {
			work.resume()
		}
		defer work.rest()
		return step(c, b)
	}
}

// backupRead replies with less than was asked for only at the file's end.
func backupRead(c *Call, b *persistence.Backup) error {
	position, count, err := rangeArgs(c.Args[4], c.Args[5])
	if err != nil {
		return err
	}
	if position < 0 || count < 1 || count > maxPieceBytes {
		return errNotInteger
	}
	name := string(c.Args[3])
	size, err := b.TableBytes(name)
	if err != nil {
		return err
	}
	return c.Reply.BulkOf(int(max(0, min(count, size-position))), func(dst []byte) error {
		n, err := b.ReadTable(name, position, dst)
		if err == nil && n < len(dst) {
			err = io.ErrUnexpectedEOF
		}
		return err
	})
}

// backupLogFrom replies with a persistence.BackupLog in JSON.
func backupLogFrom(c *Call, b *persistence.Backup) error {
	from, err := intArg(c.Args[3])
	if err != nil {
		return err
	}
	upto, err := b.StartLog(from)
	if err != nil {
		return err
	}
	return replyJSON(c, upto)
}

// backupLog replies with records (encoding.LogRecord), none at the end.
func backupLog(c *Call, b *persistence.Backup) error {
	records, err := b.ReadLog(maxPieceBytes)
	if err != nil {
		return err
	}
	c.Reply.Bulk(records)
	return nil
}

func backupEnd(c *Call, b *persistence.Backup) error {
	name := ""
	if len(c.Args) == 4 {
		name = string(c.Args[3])
	}
	if err := b.End(name); err != nil {
		return err
	}
	c.Client.backup, c.Client.copies = nil, nil
	c.Reply.OK()
	return nil
}

// leaveBackup gives up what a client that is gone was reading. It removes many files, so not on the loop.
func (c *Client) leaveBackup() {
	b := c.backup
	if b == nil {
		return
	}
	c.backup = nil
	c.srv.detached.Go(func() {
		c.srv.logf("The backup that %s was reading is given up: the connection has ended", c.addr)
		if err := b.Close(); err != nil {
			c.srv.warnf("removing what a backup kept: %v", err)
		}
	})
}

const cairnHelp = `
BACKUP BEGIN
    Keep the data as it is at this moment, until this connection ends, and
    return what files it consists of, in JSON.
BACKUP READ <name> <position> <count>
    Return a piece of a file.
BACKUP LOG [<offset>]
    Begin to read the log at an offset, and return up to where; without one,
    return the next records.
BACKUP END [<name>]
    The backup is complete. With a name, the log after it is kept for the next
    backup of that name.
`
