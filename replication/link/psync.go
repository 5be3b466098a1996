package link

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// idBytes is the length of the name of a history.
const idBytes = 40

// Answer is what a master says to PSYNC.
type Answer struct {
	Full   bool   // RDB comes first
	ID     string // of the history that the stream belongs to
	Offset int64  // where the stream begins, and what RDB shows
	// RDB ends where the RDB ends. It must be read to its end before Next.
	RDB *RDB
}

// PSync asks for the history named id from offset on; with an empty id, for everything.
func (l *Link) PSync(id string, offset int64) (Answer, error) {
	if id == "" {
		id, offset = "?", -2
	}
	return l.psync(id, offset)
}

// PSyncFailover is PSync that asks a replica to become the master before it answers. The history has to be its own.
func (l *Link) PSyncFailover(id string, offset int64) (Answer, error) {
	return l.psync(id, offset, []byte("FAILOVER"))
}

func (l *Link) psync(id string, offset int64, more ...[]byte) (Answer, error) {
	question := append([][]byte{[]byte("PSYNC"), []byte(id), strconv.AppendInt(nil, offset+1, 10)}, more...)
	if err := l.send(question...); err != nil {
		return Answer{}, err
	}
	line, err := l.answer()
	if err != nil {
		return Answer{}, fmt.Errorf("waiting for the answer to PSYNC: %w", err)
	}
	if err := refusal("PSYNC", line); err != nil {
		return Answer{}, err
	}
	a, err := parseAnswer(line, id, offset)
	if err != nil {
		return a, err
	}
	l.stream.at = a.Offset
	if a.Full {
		a.RDB, err = l.openRDB()
	}
	return a, err
}

func parseAnswer(line, id string, offset int64) (Answer, error) {
	a := Answer{ID: id, Offset: offset}
	words := strings.Fields(line)
	switch {
	case len(words) == 1 && words[0] == "+CONTINUE" && offset >= 0: // before Redis 4
		return a, nil
	case len(words) == 2 && words[0] == "+CONTINUE" && offset >= 0 && len(words[1]) == idBytes:
		a.ID = words[1]
		return a, nil
	case len(words) == 3 && words[0] == "+FULLRESYNC" && len(words[1]) == idBytes:
		at, err := strconv.ParseInt(words[2], 10, 64)
		if err == nil && at >= 0 {
			a.Full, a.ID, a.Offset = true, words[1], at
			return a, nil
		}
	}
	return a, fmt.Errorf("%w: PSYNC was answered with %q", ErrBroken, line)
}

// openRDB reads up to the first byte of the RDB.
func (l *Link) openRDB() (*RDB, error) {
	line, err := l.answer()
	if err != nil {
		return nil, fmt.Errorf("waiting for the RDB: %w", err)
	}
	if mark, ok := strings.CutPrefix(line, "$EOF:"); ok && len(mark) == markBytes {
		return &RDB{Size: -1, from: &marked{in: l.in, mark: []byte(mark)}}, nil
	}
	if digits, ok := strings.CutPrefix(line, "$"); ok {
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil && n >= 0 {
			return &RDB{Size: n, from: &measured{in: l.in, left: n}}, nil
		}
	}
	if strings.HasPrefix(line, "-") {
		return nil, refusal("the full sync", line)
	}
	return nil, fmt.Errorf("%w: the RDB is announced by %q", ErrBroken, line)
}

// RDB is the transfer of a full sync.
type RDB struct {
	Size int64 // in bytes; -1 if the master does not know it before

	from io.Reader
	read int64
}

// Read returns io.EOF at the end of the RDB, and io.ErrUnexpectedEOF if the link ends before.
func (r *RDB) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.read += int64(n)
	return n, err
}

// Received is how many bytes of the RDB have been read.
func (r *RDB) Received() int64 { return r.read }
