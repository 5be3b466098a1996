package rdb

import "strconv"

// Info is what Redis remarks on the files that it writes.
type Info struct {
	RedisVersion string
	CreatedSec   int64 // Unix time
	UsedMemory   int64
	Replication  *ReplicationInfo // nil: the file is not tied to a replication stream
	IsAOFBase    bool
}

// ReplicationInfo says which point of which replication stream a file is a snapshot of.
type ReplicationInfo struct {
	StreamDB int
	ID       string // 40 hexadecimal digits
	Offset   int64
}

// Info writes the remarks of Redis, in its order.
func (w *Writer) Info(i Info) error {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	remarks := [][2]string{
		{"redis-ver", i.RedisVersion},
		{"redis-bits", "64"},
		{"ctime", number(i.CreatedSec)},
		{"used-mem", number(i.UsedMemory)},
	}
	if r := i.Replication; r != nil {
		remarks = append(remarks, [][2]string{
			{"repl-stream-db", number(int64(r.StreamDB))},
			{"repl-id", r.ID},
			{"repl-offset", number(r.Offset)},
		}...)
	}
	base := "0"
	if i.IsAOFBase {
		base = "1"
	}
	name := "aof-base"
	if w.version < VersionRedis7 {
		name = "aof-preamble"
	}
	for _, r := range append(remarks, [2]string{name, base}) {
		if err := w.Aux(r[0], r[1]); err != nil {
			return err
		}
	}
	return nil
}
