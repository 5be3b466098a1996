package resp

import (
	"bytes"
	"math"
	"slices"
)

const (
	// DefaultMaxBulkLen is proto-max-bulk-len's default in bytes.
	DefaultMaxBulkLen = 512 << 20

	maxLine      = 64 << 10      // PROTO_INLINE_MAX_SIZE: bytes before the end of a line
	maxArgs      = math.MaxInt32 // args a request may announce
	unauthArgs   = 10            // the same before AUTH
	unauthBulk   = 16384         // bytes of one arg before AUTH
	keptArgs     = 1024          // slice headers kept between requests
	keptScratch  = 4096          // bytes of decoded inline words kept between requests
	bulkEndBytes = 2             // CRLF after a bulk
	minBulk      = 6             // bytes of the shortest bulk, "$0", CRLF, CRLF
)

// Limits are what a client may name before the server must hold it.
type Limits struct {
	// MaxBulkLen is proto-max-bulk-len in bytes; 0 means DefaultMaxBulkLen. A link to a master has no limit
	// (math.MaxInt64).
	MaxBulkLen int64
	// Unauthenticated allows 10 args of 16384 bytes each, as Redis does before AUTH.
	Unauthenticated bool
}

func (l Limits) maxBulk() int64 {
	if l.MaxBulkLen == 0 {
		return DefaultMaxBulkLen
	}
	return l.MaxBulkLen
}

// noLimits is for bytes that have already passed a client's.
var noLimits = Limits{MaxBulkLen: math.MaxInt64}

// Parser finds requests at the front of a growing buffer. The zero value is ready for a new connection. Not for
// concurrent use.
//
// A request is normally there in one piece, and whole takes it in one pass. One that is not, or that is wrong, goes to
// scan, which remembers how far it came but notes no args: what it has passed needs no memory, however many args it
// announces, and the buffer may be reallocated while it grows. When scan has reached the end, whole runs once over
// bytes that are known to be good. So a request is walked at most three times, in however many pieces it comes.
type Parser struct {
	args    [][]byte
	scratch []byte // what quoted inline words decode to

	// Where scan stands in the request at the front; pos+seen is 0 only if it has not looked at it.
	pos    int   // the first byte that is not consumed: the start of a line, or of a bulk if inBulk
	seen   int   // bytes after pos in which no end of line was found
	left   int64 // bulks that are not yet complete; 0 before the count is known
	bulk   int64 // bytes of the bulk at pos, if inBulk
	inBulk bool
	want   int
}

// Next returns the first request in buf. args alias buf (or memory of the Parser, for quoted inline words) and are
// valid until buf changes or Next is called again; each has no spare capacity, so appending to one copies it.
//
// n is how many bytes of buf the request took. n == 0 with err == nil: more bytes are needed; call again with the same
// bytes and more after them. An empty request (*0, *-1, a blank line) gives n > 0 and no args: skip it.
//
// err is a ProtocolError: send "-ERR " + its text and close. The Parser is then as new.
//
// lim must be what holds when this request is executed: with requests before it in a pipeline, one of which may be
// AUTH, execute them first. A master may send a blank line but no inline request (buf[0] != '*' and len(args) > 0):
// the caller, who knows, must take that for a broken stream.
func (p *Parser) Next(buf []byte, lim Limits) (args [][]byte, n int, err error) {
	if len(buf) == 0 {
		p.release()
		return nil, 0, nil
	}
	if buf[0] != '*' {
		return p.nextInline(buf)
	}
	if p.pos+p.seen == 0 {
		if p.args, n = whole(p.args[:0], buf, lim); n > 0 {
			return p.args, n, nil
		}
	}
	return p.nextPartial(buf, lim)
}

// Want returns how many more bytes at least the last Next needs to finish the bulk it stopped in; 0 when it stopped
// elsewhere. It is the client's word: a reader may grow its buffer towards it, but not allocate it at once.
func (p *Parser) Want() int { return p.want }

// Ahead looks at the request at the front of buf, which is behind the one that Next has returned, and appends its args
// to some. n is 0 if it is not there in one piece, or is no plain array of bulks. Next has to return it nevertheless, or
// the caller goes on behind it.
func Ahead(args [][]byte, buf []byte, lim Limits) (more [][]byte, n int) {
	if len(buf) == 0 || buf[0] != '*' {
		return args, 0
	}
	return whole(args, buf, lim)
}

// whole parses a request of which all bytes are in buf, in one pass, and appends its args to some. It returns 0 for
// everything else: only scan tells what is short from what is wrong.
func whole(some [][]byte, buf []byte, lim Limits) ([][]byte, int) {
	argsLimit, bulkLimit := maxArgs, int(lim.maxBulk())
	if lim.Unauthenticated {
		argsLimit, bulkLimit = unauthArgs, min(unauthBulk, bulkLimit)
	}
	count, pos := number(buf, 1)
	if pos == 0 || count > argsLimit || count*minBulk > len(buf)-pos {
		return some, 0
	}
	before := len(some)
	all := slices.Grow(some, count)[:before+count]
	args := all[before:]
	for i := range args {
		if pos >= len(buf) || buf[pos] != '$' {
			return some, 0
		}
		size, at := number(buf, pos+1)
		if at == 0 || size > bulkLimit || size > len(buf)-at-bulkEndBytes {
			return some, 0
		}
		end := at + size
		args[i] = buf[at:end:end]
		pos = end + bulkEndBytes
	}
	return all, pos
}

// nextPartial is Next for a request that whole could not take.
func (p *Parser) nextPartial(buf []byte, lim Limits) (args [][]byte, n int, err error) {
	done, err := p.scan(buf, lim)
	if err != nil {
		p.restart()
		return nil, 0, err
	}
	if !done {
		p.release()
		p.want = p.missing(buf)
		return nil, 0, nil
	}
	n = p.pos
	p.restart()
	if p.args, _ = whole(p.args[:0], buf[:n], noLimits); len(p.args) == 0 {
		return nil, n, nil // a negative count: an empty request
	}
	return p.args, n, nil
}

// nextInline is Next for a line of words.
func (p *Parser) nextInline(buf []byte) (args [][]byte, n int, err error) {
	end, err := p.lineEnd(buf, '\n', errBigInline)
	if err != nil {
		p.restart()
		return nil, 0, err
	}
	if end < 0 {
		p.release()
		return nil, 0, nil
	}
	p.restart()
	line := bytes.TrimSuffix(buf[:end], []byte("\r"))
	var ok bool
	if p.args, p.scratch, ok = splitArgs(p.args[:0], p.scratch[:0], line); !ok {
		return nil, 0, errQuotes
	}
	return p.args, end + 1, nil
}

// scan goes on from where it stopped, and is done when the request ends in buf, at p.pos.
func (p *Parser) scan(buf []byte, lim Limits) (done bool, err error) {
	if p.pos == 0 {
		if err := p.scanCount(buf, lim); err != nil || p.pos == 0 {
			return false, err
		}
	}
	for p.left > 0 {
		if !p.inBulk {
			if err := p.scanBulkLen(buf, lim); err != nil || !p.inBulk {
				return false, err
			}
		}
		if int64(len(buf)-p.pos-bulkEndBytes) < p.bulk {
			return false, nil
		}
		p.pos += int(p.bulk) + bulkEndBytes
		p.inBulk = false
		p.left--
	}
	return true, nil
}

// scanCount consumes the line of the count; p.pos stays 0 while it is incomplete.
func (p *Parser) scanCount(buf []byte, lim Limits) error {
	line, err := p.headerLine(buf, errBigCount)
	if line == nil {
		return err
	}
	count, ok := parseInt(line[1:])
	if !ok || count > maxArgs {
		return errCount
	}
	if count > unauthArgs && lim.Unauthenticated {
		return errUnauthCount
	}
	p.left = max(count, 0)
	p.consumeLine(line)
	return nil
}

// scanBulkLen consumes the line of a bulk's length; p.inBulk stays false while it is incomplete.
func (p *Parser) scanBulkLen(buf []byte, lim Limits) error {
	line, err := p.headerLine(buf, errBigBulkLen)
	if line == nil {
		return err
	}
	if first := buf[p.pos]; first != '$' {
		return errNotBulk(first)
	}
	size, ok := parseInt(line[1:])
	if !ok || size < 0 || size > lim.maxBulk() {
		return errBulkLen
	}
	if size > unauthBulk && lim.Unauthenticated {
		return errUnauthBulkLen
	}
	p.bulk, p.inBulk = size, true
	p.consumeLine(line)
	return nil
}

// headerLine returns the line at p.pos with its CR, or nil when its end (CR and one byte more) has not arrived. It has
// at least one byte: the CR itself, where a '$' should be.
func (p *Parser) headerLine(buf []byte, tooBig ProtocolError) ([]byte, error) {
	end, err := p.lineEnd(buf, '\r', tooBig)
	if err != nil || end < 0 || end+1 >= len(buf) {
		return nil, err
	}
	return buf[p.pos:end], nil
}

func (p *Parser) consumeLine(line []byte) {
	p.pos += len(line) + bulkEndBytes
	p.seen = 0
}

// lineEnd returns where in buf the line that starts at p.pos has its end byte, or -1 if it has not arrived. A NUL
// stops the search, as it does strchr's; seen stays at it, so that it is found at once the next time.
func (p *Parser) lineEnd(buf []byte, end byte, tooBig ProtocolError) (int, error) {
	line := buf[p.pos:]
	for searched := min(len(line), maxLine+1); p.seen < searched && line[p.seen] != 0; p.seen++ {
		if line[p.seen] == end {
			return p.pos + p.seen, nil
		}
	}
	if len(line) > maxLine {
		return -1, tooBig
	}
	return -1, nil
}

// missing is what Want reports.
func (p *Parser) missing(buf []byte) int {
	if !p.inBulk {
		return 0
	}
	return int(min(p.bulk, math.MaxInt64-bulkEndBytes)) + bulkEndBytes - (len(buf) - p.pos)
}

// restart forgets the request at the front.
func (p *Parser) restart() {
	p.pos, p.seen, p.left, p.inBulk, p.want = 0, 0, 0, false, 0
}

// release lets go of the requests before: a connection that waits for bytes must not keep a buffer that its owner has
// dropped alive, nor what one huge request once needed.
func (p *Parser) release() {
	if cap(p.args) > keptArgs {
		p.args = nil
	}
	clear(p.args[:cap(p.args)])
	if cap(p.scratch) > keptScratch {
		p.scratch = nil
	}
}
