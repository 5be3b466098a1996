package peer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding/resp"
)

func TestURL(t *testing.T) {
	for s, want := range map[string]URL{
		"redis://host":                     {Addr: "host:6379", Database: -1},
		"redis://:pa%40ss@host:1/":         {Addr: "host:1", Password: "pa@ss", Database: -1},
		"redis://joe:secret@[::1]:7000/12": {Addr: "[::1]:7000", User: "joe", Password: "secret", Database: 12},
		"rediss://host":                    {Addr: "host:6379", Database: -1, TLS: true},
	} {
		if got, err := ParseURL(s); err != nil || got != want {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{
		"redis://", "http://host", "redis://:secret@host/x", "redis://:secret@host/-1", "redis://host?db=1", "redis://:secret@ho st", "host:6379",
	} {
		if u, err := ParseURL(s); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %+v, %v", s, u, err)
		}
	}
}

// server answers each command by what fn says of it.
func server(t *testing.T, fn func(args [][]byte) string) URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c, fn)
		}
	}()
	return URL{Addr: l.Addr().String(), Database: -1}
}

func serve(c net.Conn, fn func(args [][]byte) string) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	for {
		v, err := resp.ReadValue(in)
		if err != nil {
			return
		}
		var args [][]byte
		for _, e := range v.Elems {
			args = append(args, e.Str)
		}
		reply := fn(args)
		if reply == "" {
			return
		}
		if _, err := c.Write([]byte(reply)); err != nil {
			return
		}
	}
}

func echo(args [][]byte) string {
	if len(args) == 2 {
		return fmt.Sprintf("$%d\r\n%s\r\n", len(args[1]), args[1])
	}
	return "+PONG\r\n"
}

// Each reply is told of what its command was, in order, however little may be under way.
func TestPipeline(t *testing.T) {
	c, err := Dial(t.Context(), server(t, echo))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, limit := range []int{1, 100, 1 << 20} {
		next := 0
		p := NewPipeline(c, limit, func(of int, v resp.Value) error {
			if of != next || string(v.Str) != fmt.Sprint(of) {
				return fmt.Errorf("%d is answered by %v, after %d", of, v, next)
			}
			next++
			return nil
		})
		for i := range 2*maxUnderWay + 7 {
			if err := p.Send(i, []byte("ECHO"), fmt.Append(nil, i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Close(); err != nil || next != 2*maxUnderWay+7 {
			t.Fatalf("%d replies, %v", next, err)
		}
	}
}

// Neither a server that goes nor one that is not understood lets a pipeline hang.
func TestPipelineEnds(t *testing.T) {
	n := 0
	c, err := Dial(t.Context(), server(t, func(args [][]byte) string {
		if n++; n > 50 {
			return ""
		}
		return echo(args)
	}))
	if err != nil {
		t.Fatal(err)
	}
	p := NewPipeline(c, 1000, func(int, resp.Value) error { return nil })
	for err == nil {
		err = p.Send(0, []byte("ECHO"), []byte("x"))
	}
	if closed := p.Close(); closed == nil {
		t.Error("closed without an error")
	}
	c, err = Dial(t.Context(), server(t, echo))
	if err != nil {
		t.Fatal(err)
	}
	mine := errors.New("enough")
	p = NewPipeline(c, 1000, func(int, resp.Value) error { return mine })
	for err == nil {
		err = p.Send(0, []byte("ECHO"), []byte("x"))
	}
	if closed := p.Close(); !errors.Is(err, mine) || !errors.Is(closed, mine) {
		t.Errorf("%v, %v", err, closed)
	}
}

func TestDialRefused(t *testing.T) {
	u := server(t, func([][]byte) string { return "-WRONGPASS no\r\n" })
	u.Password = "secret"
	_, err := Dial(context.Background(), u)
	var refused *ReplyError
	if !errors.As(err, &refused) || refused.Code() != "WRONGPASS" || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}
