package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/tools/peer"
)

// Server looks at all keys of a running server, by plain commands.
func Server(ctx context.Context, u peer.URL, biggest int, step Step) (*Report, error) {
	conn, err := peer.Dial(ctx, u)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	s := &serverLook{conn: conn, counter: newCounter(u.String(), biggest), step: step}
	v, err := conn.Do("INFO", "keyspace")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(v.Str)) {
		if _, err := fmt.Sscanf(line, "db%d:", &s.database); err != nil || u.Database >= 0 && u.Database != s.database {
			continue
		}
		if _, err := conn.Do("SELECT", strconv.Itoa(s.database)); err != nil {
			return nil, err
		}
		if err := s.scan(ctx); err != nil {
			return nil, err
		}
	}
	return s.finish(), nil
}

type serverLook struct {
	*counter
	conn     *peer.Conn
	step     Step
	database int
}

func (s *serverLook) scan(ctx context.Context) error {
	for cursor := "0"; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		v, err := s.conn.Do("SCAN", cursor, "COUNT", "512")
		if err != nil {
			return err
		}
		if len(v.Elems) != 2 {
			return errors.New("SCAN is answered by something else")
		}
		for part := range slices.Chunk(v.Elems[1].Elems, 512) {
			if err := s.keys(part); err != nil {
				return err
			}
		}
		if s.step != nil {
			s.step("keys", s.report.Keys, 0)
		}
		if cursor = string(v.Elems[0].Str); cursor == "0" {
			return nil
		}
	}
}

// lengths are the commands that count what a key holds.
var lengths = map[string]string{"list": "LLEN", "set": "SCARD", "zset": "ZCARD", "hash": "HLEN", "stream": "XLEN"}

func (s *serverLook) keys(names []resp.Value) error {
	list := make([]key, len(names))
	for i := range names {
		list[i] = key{database: s.database, name: names[i].Str, ttlMs: -1, elements: 1}
	}
	for _, command := range []string{"TYPE", "PTTL", "MEMORY", ""} {
		if err := s.ask(list, command); err != nil {
			return err
		}
	}
	for i := range list {
		if list[i].kind != "none" {
			s.add(&list[i])
		}
	}
	return nil
}

// ask sends a command for each key; "" is the one that counts.
func (s *serverLook) ask(list []key, command string) error {
	p := peer.NewPipeline(s.conn, 1<<20, func(k *key, v resp.Value) error {
		switch {
		case v.IsError():
			return nil // such as MEMORY, which a server may not have: what it would tell is left out
		case command == "TYPE":
			k.kind = string(v.Str)
		case command == "PTTL":
			k.ttlMs = max(-1, v.Int)
		case command == "MEMORY":
			k.bytes = v.Int
		default:
			k.elements = v.Int
		}
		return nil
	})
	var failed error
	for i := range list {
		k := &list[i]
		switch length, ok := lengths[k.kind]; {
		case command == "MEMORY":
			failed = p.Send(k, []byte("MEMORY"), []byte("USAGE"), k.name)
		case command != "":
			failed = p.Send(k, []byte(command), k.name)
		case ok:
			failed = p.Send(k, []byte(length), k.name)
		}
		if failed != nil {
			break
		}
	}
	return errors.Join(failed, p.Close())
}
