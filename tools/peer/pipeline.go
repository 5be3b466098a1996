package peer

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cairndb/cairn/encoding/resp"
)

// maxUnderWay is how many commands may be under way.
const maxUnderWay = 4096

// Pipeline has many commands under way at once. What is sent with a command comes back with its reply.
type Pipeline[T any] struct {
	conn *Conn
	heed func(of T, reply resp.Value) error

	pending chan sent[T]
	out     []byte

	mu    sync.Mutex
	free  *sync.Cond
	bytes int   // of commands under way
	count int   // of them
	limit int   // for bytes
	err   error // for good
	done  chan struct{}
}

type sent[T any] struct {
	of    T
	bytes int
}

// NewPipeline begins a pipeline on a connection that nobody else uses until Close. About so many bytes of commands may
// be under way. heed is called for each reply, in the order of the commands, by a goroutine of the pipeline; an error
// ends it all.
func NewPipeline[T any](c *Conn, limitBytes int, heed func(of T, reply resp.Value) error) *Pipeline[T] {
	p := &Pipeline[T]{conn: c, heed: heed, limit: limitBytes, pending: make(chan sent[T], maxUnderWay), done: make(chan struct{})}
	p.free = sync.NewCond(&p.mu)
	go p.read()
	return p
}

// Send sends a command, or more than one with a single reply each of which heed is to be told the same of.
func (p *Pipeline[T]) Send(of T, args ...[]byte) error {
	before := len(p.out)
	p.out = resp.AppendCommand(p.out, args...)
	return p.sent(of, len(p.out)-before)
}

// SendRaw sends a command that is spelled already.
func (p *Pipeline[T]) SendRaw(of T, command []byte) error {
	p.out = append(p.out, command...)
	return p.sent(of, len(command))
}

func (p *Pipeline[T]) sent(of T, bytes int) error {
	if err := p.admit(bytes); err != nil {
		return err
	}
	p.pending <- sent[T]{of, bytes} // there is room: admit has seen to it
	if len(p.out) >= bufferBytes {
		return p.Flush()
	}
	return nil
}

// admit waits until a command may go. What has not been written is written before: else nothing would come back.
func (p *Pipeline[T]) admit(bytes int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.err == nil && p.count > 0 && (p.bytes+bytes > p.limit || p.count == maxUnderWay) {
		if len(p.out) > bytes { // of commands before this one, whose replies are waited for
			p.mu.Unlock()
			err := p.flush(len(p.out) - bytes)
			p.mu.Lock()
			if err != nil {
				return p.failLocked(err)
			}
			continue
		}
		p.free.Wait()
	}
	p.bytes += bytes
	p.count++
	return p.err
}

// Flush writes what has been sent.
func (p *Pipeline[T]) Flush() error {
	if err := p.flush(len(p.out)); err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.failLocked(err)
	}
	return nil
}

func (p *Pipeline[T]) flush(n int) error {
	err := p.conn.write(p.out[:n])
	p.out = p.out[:copy(p.out, p.out[n:])]
	if cap(p.out) > 8*bufferBytes && len(p.out) == 0 {
		p.out = nil
	}
	return err
}

// Wait flushes, and waits for all replies.
func (p *Pipeline[T]) Wait() error {
	if err := p.Flush(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.err == nil && p.count > 0 {
		p.free.Wait()
	}
	return p.err
}

// Close waits for all replies and ends the pipeline. The connection can be used again if there was no error.
func (p *Pipeline[T]) Close() error {
	err := p.Wait()
	close(p.pending)
	if err != nil {
		p.conn.Close() // ends a read that waits
	}
	<-p.done
	return err
}

func (p *Pipeline[T]) read() {
	defer close(p.done)
	for s := range p.pending {
		v, err := p.conn.receive()
		var refused *ReplyError
		if err == nil || errors.As(err, &refused) {
			err = p.heed(s.of, v)
		} else {
			err = fmt.Errorf("%v: %w", p.conn.URL, err)
		}
		p.mu.Lock()
		p.bytes -= s.bytes
		p.count--
		if err != nil {
			_ = p.failLocked(err)
		}
		p.free.Broadcast()
		p.mu.Unlock()
		if err != nil {
			break
		}
	}
	for range p.pending { // until it is closed
	}
}

// failLocked keeps the first error.
func (p *Pipeline[T]) failLocked(err error) error {
	if p.err == nil {
		p.err = err
		p.free.Broadcast()
	}
	return p.err
}
