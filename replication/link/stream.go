package link

import (
	"errors"
	"fmt"
	"math"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
)

// stream cuts what comes behind the RDB into batches of whole commands.
type stream struct {
	buf     []byte
	begin   int   // start of the batch that Next returns, or looks for
	end     int   // of its whole commands and transactions
	scanned int   // of all commands that have been looked at: >= end inside of a transaction
	at      int64 // offset of buf[begin]

	parser  resp.Parser
	inMulti bool
	batch   Batch
	whole   int  // commands in batch that lie before end
	stale   bool // buf was moved since commands were noted in batch
}

// Batch is a run of whole commands of the stream, with all of a transaction or none of it. It is valid until the next
// call of Next.
type Batch struct {
	Raw        []byte // as they came
	Start, End int64  // offsets

	args [][]byte // of all commands
	ends []mark   // where each ends
}

// mark is where a command ends: among the args, and in Raw.
type mark struct{ args, raw int }

// Len is the number of commands, MULTI and EXEC included.
func (b *Batch) Len() int { return len(b.ends) }

// Command returns the words of a command; they lie in Raw. An empty command (a blank line) has none.
func (b *Batch) Command(i int) [][]byte {
	from := 0
	if i > 0 {
		from = b.ends[i-1].args
	}
	to := b.ends[i].args
	return b.args[from:to:to]
}

// EndOf is where command number i ends in Raw.
func (b *Batch) EndOf(i int) int { return b.ends[i].raw }

// reset keeps no more room than a batch of common size needs.
func (b *Batch) reset() {
	if cap(b.args) > keptArgs {
		b.args, b.ends = nil, nil
	}
	b.args, b.ends = b.args[:0], b.ends[:0]
}

const keptArgs = 64 << 10

// cut keeps the first n commands.
func (b *Batch) cut(n int) {
	b.ends = b.ends[:n]
	if n > 0 {
		b.args = b.args[:b.ends[n-1].args]
	}
}

func (b *Batch) note(args [][]byte, rawEnd int) {
	b.args = append(b.args, args...)
	b.ends = append(b.ends, mark{len(b.args), rawEnd})
}

// Next waits for commands and returns those that have come, but of no more than about maxBytes and maxCommands. One
// command or transaction that is larger comes whole, alone.
func (l *Link) Next(maxBytes, maxCommands int) (*Batch, error) {
	s := &l.stream
	s.drop()
	for {
		if err := s.scan(maxBytes, maxCommands); err != nil {
			return nil, err
		}
		if s.end > s.begin {
			return s.take()
		}
		if int64(len(s.buf)-s.begin) > l.o.MaxGroupBytes {
			return nil, fmt.Errorf("%w: a transaction of more than %d bytes", ErrBroken, l.o.MaxGroupBytes)
		}
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

// drop forgets the batch that was returned.
func (s *stream) drop() {
	s.at += int64(s.end - s.begin)
	if s.scanned > s.end { // within a transaction, which is looked at anew
		s.scanned, s.parser = s.end, resp.Parser{}
	}
	s.begin = s.end
	s.inMulti, s.stale, s.whole = false, false, 0
	s.batch.reset()
}

// scan looks at commands until the batch is full or bytes are missing.
func (s *stream) scan(maxBytes, maxCommands int) error {
	for s.inMulti || s.end-s.begin < maxBytes && s.whole < maxCommands {
		rest := s.buf[s.scanned:]
		args, n, err := s.parser.Next(rest, noLimit)
		if err != nil {
			return fmt.Errorf("%w, at offset %d: %w", ErrBroken, s.offset(s.scanned), err)
		}
		if n == 0 {
			return nil
		}
		if rest[0] != '*' && len(args) > 0 {
			return fmt.Errorf("%w, at offset %d: %.40q", ErrBroken, s.offset(s.scanned), rest)
		}
		if !s.stale {
			s.batch.note(args, s.scanned+n-s.begin)
		}
		s.pass(args, n)
	}
	return nil
}

// noLimit: a master's bulks were within its own limits; what has come is bounded by MaxGroupBytes.
var noLimit = resp.Limits{MaxBulkLen: math.MaxInt64}

// pass goes over a command.
func (s *stream) pass(args [][]byte, n int) {
	s.scanned += n
	switch {
	case len(args) != 1:
	case encoding.EqualFold(args[0], "multi"):
		s.inMulti = true
	case encoding.EqualFold(args[0], "exec"):
		s.inMulti = false
	}
	if !s.inMulti {
		s.end, s.whole = s.scanned, len(s.batch.ends)
	}
}

// take makes the batch of what was scanned.
func (s *stream) take() (*Batch, error) {
	b := &s.batch
	b.Raw = s.buf[s.begin:s.end:s.end]
	b.Start, b.End = s.at, s.offset(s.end)
	if !s.stale {
		b.cut(s.whole)
		return b, nil
	}
	b.reset()
	for pos := s.begin; pos < s.end; {
		args, n, err := s.parser.Next(s.buf[pos:s.end], noLimit)
		if err != nil || n == 0 {
			return nil, errors.New("link: a command that was whole is not any more")
		}
		pos += n
		b.note(args, pos-s.begin)
	}
	return b, nil
}

func (s *stream) offset(pos int) int64 { return s.at + int64(pos-s.begin) }

// fill reads what has come, or waits for it.
func (l *Link) fill() error {
	s := &l.stream
	s.makeRoom()
	n, err := l.in.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	if n > 0 {
		return nil
	}
	return unexpected(err)
}

// makeRoom moves what is not used to the front of the buffer, which grows if that is most of it, and shrinks again
// after a large command.
func (s *stream) makeRoom() {
	if cap(s.buf)-len(s.buf) >= readBytes/4 {
		return
	}
	used := s.buf[s.begin:]
	to := s.buf[:0]
	want := max(2*len(used), 4*readBytes)
	if want > cap(s.buf) || want < cap(s.buf)/4 {
		to = make([]byte, 0, want)
	}
	s.buf = append(to, used...)
	s.end, s.scanned, s.begin = s.end-s.begin, s.scanned-s.begin, 0
	s.stale = s.stale || len(s.batch.ends) > 0
	s.batch.reset()
}
