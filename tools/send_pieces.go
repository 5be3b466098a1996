package tools

import (
	"errors"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/tools/peer"
	"github.com/cairndb/cairn/types"
)

const (
	pieceStrings = 1024    // words of a command
	pieceBytes   = 1 << 20 // and about how many bytes
)

// pieces is a value that goes by plain commands. Others see a part of it meanwhile; it gets its expire time last.
type pieces struct {
	s       *sender
	k       *rdb.Key
	of      *sentKey
	begun   bool
	refused atomic.Pointer[peer.ReplyError] // the first command that failed
	words   [][]byte
}

func (s *sender) pieces(k *rdb.Key, of *sentKey) *pieces { return &pieces{s: s, k: k, of: of} }

// spill sends what is held.
func (p *pieces) spill() error {
	if !p.begun {
		if err := p.begin(); err != nil {
			return err
		}
	}
	if p.refused.Load() != nil {
		return errPieceRefused
	}
	h := &p.s.held
	if h.longest > p.s.maxBulk && p.k.Type != encoding.TypeString {
		return errLongerThanBulk
	}
	switch p.k.Type {
	case encoding.TypeString:
		return p.string(h.string(0))
	case encoding.TypeStream:
		return p.entries(h)
	case encoding.TypeZSet:
		return p.elements("ZADD", 1, func(i int) [][]byte { return [][]byte{scoreText(h.scores[i]), h.string(i)} })
	case encoding.TypeHash:
		return p.elements("HSET", 2, func(i int) [][]byte { return [][]byte{h.string(i), h.string(i + 1)} })
	case encoding.TypeSet:
		return p.elements("SADD", 1, func(i int) [][]byte { return [][]byte{h.string(i)} })
	default:
		return p.elements("RPUSH", 1, func(i int) [][]byte { return [][]byte{h.string(i)} })
	}
}

// errPieceRefused: the server has refused a part.
var errPieceRefused = errors.New("a part of the value was refused")

// begin makes room for the key.
func (p *pieces) begin() error {
	if err := p.s.pipe.Wait(); err != nil {
		return err
	}
	if !p.s.im.o.Replace {
		v, err := p.s.conn.Do("EXISTS", p.of.name)
		if err == nil && v.Int > 0 {
			err = types.ErrBusyKey
		}
		if err != nil {
			return err
		}
	}
	p.begun = true
	_, err := p.s.conn.Do("UNLINK", p.of.name)
	return err
}

func (p *pieces) send(args ...[]byte) error {
	return p.s.pipe.Send(sentKey{piece: p}, args...)
}

func (p *pieces) name() []byte { return []byte(p.of.name) }

func (p *pieces) string(b []byte) error {
	for part := range slices.Chunk(b, min(8*pieceBytes, p.s.maxBytes)) {
		if err := p.send([]byte("APPEND"), p.name(), part); err != nil {
			return err
		}
	}
	return nil
}

// elements sends what is held, many elements a command, each of so many strings.
func (p *pieces) elements(command string, strings int, words func(i int) [][]byte) error {
	size := 0
	head := [][]byte{[]byte(command), p.name()}
	p.words = append(p.words[:0], head...)
	flush := func() error {
		err := p.send(p.words...)
		p.words, size = append(p.words[:0], head...), 0
		return err
	}
	for i := 0; i < len(p.s.held.ends); i += strings {
		for _, b := range words(i) {
			p.words = append(p.words, b)
			size += len(b)
		}
		if len(p.words) >= pieceStrings || size >= pieceBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(p.words) == len(head) {
		return nil
	}
	return flush()
}

func scoreText(score float64) []byte { return resp.AppendDouble(nil, score) }

// end sends what is still held, and what is known only at the end.
func (p *pieces) end(of *sentKey) error {
	if err := p.spillRest(); err != nil {
		return p.fail(err)
	}
	if p.k.Type == encoding.TypeStream {
		if err := p.streamEnd(); err != nil {
			return p.fail(err)
		}
	}
	if p.k.ExpireAtMs != 0 {
		if err := p.send([]byte("PEXPIREAT"), p.name(), strconv.AppendInt(nil, p.k.ExpireAtMs, 10)); err != nil {
			return err
		}
	}
	if err := p.s.pipe.Wait(); err != nil {
		return err
	}
	if p.refused.Load() != nil {
		return p.fail(errPieceRefused)
	}
	p.s.im.report.add(of.typ, of.elements, of.bytes)
	return nil
}

func (p *pieces) spillRest() error {
	if len(p.s.held.ends) == 0 {
		return nil
	}
	return p.spill()
}

// fail leaves nothing of a key of which only a part can be had. An error of the server's becomes a reason to skip it.
func (p *pieces) fail(err error) error {
	if !p.begun {
		return err
	}
	if broken := p.s.pipe.Wait(); broken != nil {
		return broken
	}
	if _, gone := p.s.conn.Do("UNLINK", p.of.name); gone != nil {
		return errors.Join(err, gone)
	}
	if refused := p.refused.Load(); refused != nil {
		p.s.im.skip(Skip{p.of.database, p.name(), whyNot(refused)})
		return nil
	}
	return err
}
