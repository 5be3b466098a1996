package compare

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/tools/peer"
	"github.com/cairndb/cairn/types"
)

// Server connects to a running server as a side. A database in the address means that one alone.
func Server(ctx context.Context, u peer.URL) (Side, error) {
	c, err := peer.Dial(ctx, u)
	if err != nil {
		return nil, err
	}
	return &serverSide{conn: c, url: u, digests: true, absolute: true}, nil
}

type serverSide struct {
	conn *peer.Conn
	url  peer.URL
	// What the server can do, until it says otherwise.
	digests  bool // DEBUG
	absolute bool // PEXPIRETIME
}

func (s *serverSide) String() string { return s.url.String() }

func (s *serverSide) Close() error {
	s.conn.Close()
	return nil
}

func (s *serverSide) Count(context.Context) (total int64, err error) {
	dbs, err := s.databases()
	for _, n := range dbs {
		total += n.keys
	}
	return total, err
}

// Digest asks for that of all databases, so an address that names one has none.
func (s *serverSide) Digest(context.Context) (string, bool, error) {
	if s.url.Database >= 0 {
		return "", false, nil
	}
	v, err := s.conn.Do("DEBUG", "DIGEST")
	var refused *peer.ReplyError
	if errors.As(err, &refused) {
		s.digests = false
		return "", false, nil
	}
	return string(v.Str), err == nil, err
}

type databaseKeys struct {
	n    int
	keys int64
}

// databases are those that have keys.
func (s *serverSide) databases() (list []databaseKeys, err error) {
	v, err := s.conn.Do("INFO", "keyspace")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(v.Str)) {
		var n int
		var keys int64
		if _, err := fmt.Sscanf(line, "db%d:keys=%d,", &n, &keys); err == nil && (s.url.Database < 0 || s.url.Database == n) {
			list = append(list, databaseKeys{n, keys})
		}
	}
	return list, nil
}

func (s *serverSide) Each(ctx context.Context, want func(int, []byte) bool, fn func(k *Key) error) error {
	dbs, err := s.databases()
	if err != nil {
		return err
	}
	for _, db := range dbs {
		if _, err := s.conn.Do("SELECT", strconv.Itoa(db.n)); err != nil {
			return err
		}
		if err := s.database(ctx, db.n, want, fn); err != nil {
			return err
		}
	}
	return nil
}

// scanCount is how many keys are asked for at a time.
const scanCount = "512"

func (s *serverSide) database(ctx context.Context, database int, want func(int, []byte) bool, fn func(k *Key) error) error {
	seen := recent{}
	for cursor := "0"; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		v, err := s.conn.Do("SCAN", cursor, "COUNT", scanCount)
		if err != nil {
			return err
		}
		if len(v.Elems) != 2 {
			return errors.New("SCAN is answered by something else")
		}
		var names [][]byte
		for _, e := range v.Elems[1].Elems {
			if want(database, e.Str) && seen.first(e.Str) {
				names = append(names, e.Str)
			}
		}
		if err := s.keys(database, names, fn); err != nil {
			return err
		}
		if cursor = string(v.Elems[0].Str); cursor == "0" {
			return nil
		}
	}
}

// recent remembers the names that were met last: SCAN may hand out a key more than once, mostly twice in a row of
// replies, while a table is being rehashed.
type recent struct {
	now, before map[string]bool
}

const recentNames = 1 << 16

func (r *recent) first(name []byte) bool {
	if r.now[string(name)] || r.before[string(name)] {
		return false
	}
	if r.now == nil || len(r.now) >= recentNames {
		r.before, r.now = r.now, map[string]bool{}
	}
	r.now[string(name)] = true
	return true
}

// keys asks for type, expire time and digest of some keys.
func (s *serverSide) keys(database int, names [][]byte, fn func(k *Key) error) error {
	for part := range slices.Chunk(names, 128) {
		list := make([]Key, len(part))
		for i, name := range part {
			list[i] = Key{Database: database, Name: name}
		}
		if err := s.fill(list); err != nil {
			return err
		}
		for i := range list {
			if list[i].Type == encoding.TypeNone && list[i].Problem == "" {
				continue // it has gone meanwhile
			}
			if err := fn(&list[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *serverSide) fill(list []Key) error {
	if err := s.ask(list, "TYPE", func(k *Key, v resp.Value) { k.Type, k.Problem = typeOf(string(v.Str)) }); err != nil {
		return err
	}
	if err := s.expireTimes(list); err != nil {
		return err
	}
	if s.digests {
		if err := s.digestValues(list); err != nil || s.digests {
			return err
		}
	}
	return s.dumps(list)
}

func typeOf(name string) (t encoding.Type, problem string) {
	for t := encoding.TypeNone; t <= encoding.TypeStream; t++ {
		if t.String() == name {
			return t, ""
		}
	}
	return encoding.TypeNone, "a value of type " + name
}

// ask sends one command for each key and hands out the replies. An error reply is the key's problem.
func (s *serverSide) ask(list []Key, command string, heed func(k *Key, v resp.Value)) error {
	p := peer.NewPipeline(s.conn, 1<<20, func(k *Key, v resp.Value) error {
		if v.IsError() {
			k.Problem = string(v.Str)
			return nil
		}
		heed(k, v)
		return nil
	})
	var failed error
	for i := range list {
		if failed = p.Send(&list[i], []byte(command), list[i].Name); failed != nil {
			break
		}
	}
	return errors.Join(failed, p.Close())
}

// expireTimes asks for the moment, or, of servers before Redis 7, for how long it is to come.
func (s *serverSide) expireTimes(list []Key) error {
	if s.absolute && len(list) > 0 {
		_, err := s.conn.DoBytes([]byte("PEXPIRETIME"), list[0].Name)
		var refused *peer.ReplyError
		if errors.As(err, &refused) {
			s.absolute = false
		} else if err != nil {
			return err
		}
	}
	command := "PEXPIRETIME"
	if !s.absolute {
		command = "PTTL"
	}
	return s.ask(list, command, func(k *Key, v resp.Value) {
		if v.Int < 0 {
			return
		}
		if k.ExpireAtMs = v.Int; !s.absolute {
			k.ExpireAtMs += time.Now().UnixMilli()
		}
	})
}

// digestValues asks for the digests of many keys in one. If the server refuses, it is not asked again.
func (s *serverSide) digestValues(list []Key) error {
	args := [][]byte{[]byte("DEBUG"), []byte("DIGEST-VALUE")}
	for i := range list {
		args = append(args, list[i].Name)
	}
	v, err := s.conn.DoBytes(args...)
	var refused *peer.ReplyError
	if errors.As(err, &refused) {
		s.digests = false
		return nil
	}
	if err != nil {
		return err
	}
	if len(v.Elems) != len(list) {
		return errors.New("DEBUG DIGEST-VALUE is answered by something else")
	}
	for i := range list {
		k := &list[i]
		if _, err := hex.Decode(k.Value[:], v.Elems[i].Str); err != nil {
			return err
		}
		if k.ExpireAtMs != 0 {
			k.Value = types.DigestWithoutExpiry(k.Value)
		}
	}
	return nil
}

// dumps makes the digests of what DUMP tells.
func (s *serverSide) dumps(list []Key) error {
	return s.ask(list, "DUMP", func(k *Key, v resp.Value) {
		if v.Null || k.Problem != "" {
			if v.Null {
				k.Type = encoding.TypeNone
			}
			return
		}
		value, err := rdb.OpenDump(v.Str, rdb.VersionValkey9, rdb.Limits{})
		if err == nil {
			k.Value, err = types.DigestFile(value)
		}
		if err != nil {
			k.Problem = err.Error()
		}
	})
}
