package linear

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/cairndb/cairn/test/client"
)

// player is a client that asks at random and writes down what it is told.
type player struct {
	no      int
	addr    string
	pairs   int
	rand    *rand.Rand
	clock   func() int64
	until   time.Time
	done    *atomic.Int64 // requests of all players
	conn    *client.Conn
	values  int
	history []porcupine.Operation
}

// play goes on for a number of turns, or until its time is over. It connects
// again when the server was away; it fails if that does not come back.
func (p *player) play(turns int) error {
	defer p.hangUp()
	for turn := 0; turn < turns && time.Now().Before(p.until); turn++ {
		if err := p.connect(); err != nil {
			return err
		}
		if err := p.turn(); err != nil {
			p.hangUp()
		}
		p.done.Add(1)
	}
	return nil
}

const patience = 15 * time.Second

func (p *player) connect() (err error) {
	for deadline := time.Now().Add(patience); p.conn == nil; time.Sleep(5 * time.Millisecond) {
		p.conn, err = client.Dial(p.addr, patience)
		if err != nil && time.Now().After(deadline) {
			return err
		}
	}
	return nil
}

func (p *player) hangUp() {
	if p.conn != nil {
		p.conn.Close()
		p.conn = nil
	}
}

// turn makes one request, or the two of a compare-and-set. An error means that
// the connection is of no use any more.
func (p *player) turn() error {
	no, key := p.rand.IntN(p.pairs), p.rand.IntN(2)
	switch n := p.rand.IntN(10); {
	case n < 6:
		_, err := p.ask(request{pair: no, commands: []command{p.command(key)}})
		return err
	case n < 8:
		r := request{pair: no, multi: true}
		for i := range 2 + p.rand.IntN(3) {
			r.commands = append(r.commands, p.command((key+i)%2))
		}
		_, err := p.ask(r)
		return err
	default:
		return p.compareAndSet(no, key)
	}
}

// compareAndSet replaces what it has seen, unless that has changed.
func (p *player) compareAndSet(no, key int) error {
	if _, err := p.conn.Do("WATCH", name(no, key)); err != nil {
		return err
	}
	got, err := p.ask(request{pair: no, commands: []command{{name: "GET", key: key}}})
	if err != nil {
		return err
	}
	r := request{pair: no, multi: true, watched: true, commands: []command{{"SET", key, p.value()}, p.command(1 - key)}}
	if text := got.replies[0]; text != null {
		r.seen = value{true, text[1:]}
	}
	_, err = p.ask(r)
	return err
}

func (p *player) command(key int) command {
	switch n := p.rand.IntN(10); {
	case n < 3:
		return command{"GET", key, ""}
	case n < 6:
		return command{"INCR", key, ""}
	case n < 8:
		return command{"SET", key, p.value()}
	case n < 9:
		return command{"APPEND", key, string("123456789x"[p.rand.IntN(10)])}
	default:
		return command{"DEL", key, ""}
	}
}

// value is one that nobody else writes.
func (p *player) value() string {
	p.values++
	return strconv.Itoa(p.no*100_000 + p.values)
}

func name(no, key int) string { return fmt.Sprintf("pair%d:%d", no, key) }

// ask sends a request and writes down how it went.
func (p *player) ask(r request) (response, error) {
	call := p.clock()
	resp, err := p.exchange(r)
	if err != nil {
		resp = response{unknown: true}
	}
	p.history = append(p.history, porcupine.Operation{
		ClientId: p.no, Input: r, Call: call, Output: resp, Return: p.clock(),
	})
	return resp, err
}

func (p *player) exchange(r request) (resp response, err error) {
	if err := p.conn.SendRaw(encode(r)); err != nil {
		return resp, err
	}
	if r.multi { // MULTI and what is queued
		for range 1 + len(r.commands) {
			if _, err := p.conn.Recv(); err != nil {
				return resp, err
			}
		}
	}
	reply, err := p.conn.Recv()
	switch {
	case err != nil:
	case r.multi && reply.Null:
		resp.aborted = true
	case r.multi && reply.IsAggregate():
		for _, e := range reply.Elems {
			resp.replies = append(resp.replies, text(e))
		}
	default:
		resp.replies = []string{text(reply.Value)}
	}
	return resp, err
}

func text(v client.Value) string {
	if v.Null {
		return null
	}
	return string(v.Kind) + v.Text
}

func encode(r request) (b []byte) {
	if r.multi {
		b = client.AppendCommand(b, "MULTI")
	}
	for _, c := range r.commands {
		args := []string{c.name, name(r.pair, c.key)}
		if c.arg != "" {
			args = append(args, c.arg)
		}
		b = client.AppendCommand(b, args...)
	}
	if r.multi {
		b = client.AppendCommand(b, "EXEC")
	}
	return b
}
