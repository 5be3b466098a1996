package aof

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/cairndb/cairn/encoding/resp"
)

const (
	readBytes       = 256 << 10 // read at once
	maxCommandBytes = 2 << 30   // a longer command is refused
	maxLineBytes    = 64 << 10  // of an annotation
)

var (
	// ErrTruncated: the bytes end within a command, or before the EXEC of a transaction.
	ErrTruncated = errors.New("it ends within a command")
	// ErrMalformed: the bytes are no commands.
	ErrMalformed = errors.New("malformed AOF")
)

// Error says where reading came to its end.
type Error struct {
	Offset int64 // of the first byte that is not part of a whole command
	Err    error
}

func (e *Error) Error() string { return fmt.Sprintf("offset %d: %v", e.Offset, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Reader reads commands, one after the other. It may be used by one goroutine at a time.
type Reader struct {
	src    io.Reader
	buf    []byte
	at     int // buf[at:end] has been read but not handed out
	end    int
	base   int64 // the offset of buf[0]
	start  int64 // of the last command
	time   int64
	parser resp.Parser
}

// NewReader reads the commands of src, whose first byte has that offset in the file.
func NewReader(src io.Reader, offset int64) *Reader {
	return &Reader{src: src, buf: make([]byte, readBytes), base: offset}
}

// Offset is where the last command ends.
func (r *Reader) Offset() int64 { return r.base + int64(r.at) }

// Start is where the last command begins.
func (r *Reader) Start() int64 { return r.start }

// TimeSec is when the last command was run, in Unix time, if the file says so; else 0.
func (r *Reader) TimeSec() int64 { return r.time }

// Next returns the next command, which is valid until the one after it is asked for. At the end of the source the error
// is io.EOF; every other one is an *Error.
func (r *Reader) Next() ([][]byte, error) {
	for {
		if err := r.annotations(); err != nil {
			return nil, err
		}
		args, n, err := r.parser.Next(r.buf[r.at:r.end], resp.Limits{MaxBulkLen: maxCommandBytes})
		if n > 0 && len(args) == 0 {
			err = errors.New("a command of no words")
		}
		if err != nil {
			return nil, r.fail(fmt.Errorf("%w: %w", ErrMalformed, err))
		}
		if n > 0 {
			r.start = r.Offset()
			r.at += n
			return args, nil
		}
		if err := r.more(); err != nil {
			return nil, err
		}
	}
}

func (r *Reader) fail(err error) error { return &Error{r.Offset(), err} }

// annotations passes over lines between commands. There is a command's first byte then.
func (r *Reader) annotations() error {
	for {
		if r.at == r.end {
			if err := r.more(); err != nil {
				return err
			}
		}
		switch r.buf[r.at] {
		case '*':
			return nil
		case '#':
		default:
			return r.fail(fmt.Errorf("%w: %q, where a command should begin", ErrMalformed, r.buf[r.at]))
		}
		n := bytes.IndexByte(r.buf[r.at:r.end], '\n')
		if n < 0 {
			if err := r.longLine(); err != nil {
				return err
			}
			continue
		}
		r.note(r.buf[r.at : r.at+n])
		r.at += n + 1
	}
}

// longLine reads more of a line. One that the file ends within says nothing.
func (r *Reader) longLine() error {
	if r.end-r.at > maxLineBytes {
		return r.fail(fmt.Errorf("%w: a line of more than %d bytes", ErrMalformed, maxLineBytes))
	}
	err := r.more()
	if errors.Is(err, ErrTruncated) {
		return io.EOF
	}
	return err
}

// note takes what a line says.
func (r *Reader) note(line []byte) {
	if digits, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("#TS:")); ok {
		if sec, err := strconv.ParseInt(string(digits), 10, 64); err == nil {
			r.time = sec
		}
	}
}

// more reads some bytes behind those that are there.
func (r *Reader) more() error {
	if r.at > 0 && r.end == len(r.buf) || r.at == r.end {
		r.base += int64(r.at)
		r.end = copy(r.buf, r.buf[r.at:r.end])
		r.at = 0
	}
	if r.end == len(r.buf) {
		if len(r.buf) >= maxCommandBytes {
			return r.fail(fmt.Errorf("%w: a command of more than %d bytes", ErrMalformed, maxCommandBytes))
		}
		r.buf = slices.Grow(r.buf, len(r.buf))[:2*len(r.buf)]
	}
	n, err := r.src.Read(r.buf[r.end:])
	r.end += n
	switch {
	case n > 0:
		return nil
	case err == io.EOF && r.at == r.end:
		return io.EOF
	case err == io.EOF:
		return r.fail(ErrTruncated)
	case err == nil:
		return nil // the reader is asked again
	}
	return r.fail(err)
}

// Intact reads to the end of src and returns where its last whole command ends, and whole transaction. err is why that
// is not the end: ErrTruncated, or what makes the file useless, an error that is none of it.
func Intact(src io.Reader, offset int64) (end int64, err error) {
	r := NewReader(src, offset)
	end, open := offset, false
	for {
		args, err := r.Next()
		switch {
		case err == io.EOF && open:
			return end, &Error{end, fmt.Errorf("%w: a transaction without its EXEC", ErrTruncated)}
		case err == io.EOF:
			return end, nil
		case errors.Is(err, ErrTruncated):
			return end, &Error{end, ErrTruncated}
		case err != nil:
			return end, err
		}
		switch {
		case is(args, "MULTI"):
			open = true
		case is(args, "EXEC"):
			open = false
		}
		if !open {
			end = r.Offset()
		}
	}
}

// is tells whether a command has that name and nothing else.
func is(args [][]byte, name string) bool {
	return len(args) == 1 && len(args[0]) == len(name) && bytes.EqualFold(args[0], []byte(name))
}
