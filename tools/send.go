package tools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/tools/peer"
	"github.com/cairndb/cairn/types"
)

// Keys travel to a running server as DUMP payloads, by RESTORE, many under way at once. A value whose payload the server
// would not take, or that is so large that neither side should hold it, goes in pieces by plain commands (send_pieces.go).

const (
	underWayBytes   = 16 << 20 // of commands that have not been answered
	maxPayloadBytes = 64 << 20
	payloadMargin   = 64 << 10 // a payload may be so much longer than what it holds
)

var errLongerThanBulk = errors.New("a string of it is longer than the server's proto-max-bulk-len")

// Send takes the keys of an RDB file to a running server. Everything but where it goes is as in Import.
func Send(ctx context.Context, c *peer.Conn, r io.Reader, o ImportOptions) (*Report, error) {
	o.Skipped = oneAtATime(o.Skipped) // two goroutines have something to say
	im := newImporter(ctx, r, o)
	s, err := newSender(im, c)
	if err != nil {
		return im.report.finish(), err
	}
	im.to = s
	err = im.run()
	if closed := s.pipe.Close(); err == nil || errors.Is(closed, errRefusesAll) {
		err = closed
	}
	im.report.merge(s.report)
	return im.report.finish(), err
}

func oneAtATime(skipped func(s Skip)) func(s Skip) {
	if skipped == nil {
		return nil
	}
	var mu sync.Mutex
	return func(s Skip) {
		mu.Lock()
		defer mu.Unlock()
		skipped(s)
	}
}

// sender is the destination of an import into a running server.
type sender struct {
	im       *importer
	conn     *peer.Conn
	pipe     *peer.Pipeline[sentKey]
	version  int  // of RDB that the server reads
	old      bool // it is older than Redis 7
	maxBulk  int  // bytes that the server takes as one string
	maxBytes int  // of a value that goes as a payload
	database int  // selected; -1: not known
	absent   bool // it does not exist
	held     held
	report   *Report // of the goroutine that hears the replies

	ttl []byte
}

// sentKey is what is to be told of a key that was sent.
type sentKey struct {
	database int
	name     string
	typ      encoding.Type
	elements int64
	bytes    int64
	piece    *pieces // the command is a part of that
	library  bool
}

func newSender(im *importer, c *peer.Conn) (*sender, error) {
	s := &sender{im: im, conn: c, version: rdb.DefaultVersion, maxBulk: resp.DefaultMaxBulkLen, database: -1, report: newReport()}
	version, err := c.Info("server", "redis_version")
	if err != nil {
		return nil, err
	}
	if major, err := strconv.Atoi(strings.SplitN(version, ".", 2)[0]); err == nil && major < 7 {
		s.version, s.old = rdb.VersionRedis5, true
	}
	limit, err := c.Config("proto-max-bulk-len")
	if err != nil {
		return nil, err
	}
	if n, err := strconv.Atoi(limit); err == nil && n > 0 {
		s.maxBulk = n
	}
	s.maxBytes = max(min(s.maxBulk, maxPayloadBytes)-payloadMargin, payloadMargin)
	s.pipe = peer.NewPipeline(c, underWayBytes, s.heed)
	return s, nil
}

func (s *sender) key(k *rdb.Key, start int64) error {
	if err := s.choose(k.DB); err != nil {
		return err
	}
	if s.absent {
		s.im.skip(Skip{k.DB, slices.Clone(k.Name), types.ErrNoDatabase.Error()})
		return nil
	}
	of := sentKey{database: k.DB, name: string(k.Name), typ: k.Type}
	err := s.value(k, &of, start)
	reason := refusal(err)
	if errors.Is(err, errLongerThanBulk) {
		reason = errLongerThanBulk
	}
	if reason != nil {
		s.im.skip(Skip{k.DB, []byte(of.name), reason.Error()})
		err = nil
	}
	s.im.pace()
	return err
}

func (s *sender) end() error { return s.pipe.Wait() }

// choose selects a database. It must be known whether it exists before anything is sent to it.
func (s *sender) choose(database int) error {
	if s.conn.URL.Database >= 0 {
		database = s.conn.URL.Database
	}
	if database == s.database {
		return nil
	}
	if err := s.pipe.Wait(); err != nil {
		return err
	}
	_, err := s.conn.Do("SELECT", strconv.Itoa(database))
	var refused *peer.ReplyError
	if s.absent = errors.As(err, &refused) && strings.Contains(refused.Text, "out of range"); s.absent {
		err = nil
	}
	s.database = database
	return err
}

// value sends a key, as a whole if it is not too large.
func (s *sender) value(k *rdb.Key, of *sentKey, start int64) error {
	if len(k.Name) > s.maxBulk {
		return errLongerThanBulk
	}
	large := s.pieces(k, of)
	if err := s.held.gather(&k.Value, s.maxBytes, large.spill); err != nil {
		return large.fail(err)
	}
	of.elements, of.bytes = s.held.elements, s.im.file.Offset()-start
	if large.begun {
		return large.end(of)
	}
	payload, err := s.held.payload(s.version, &k.Value)
	if err != nil {
		return err
	}
	if len(payload) > s.maxBulk { // a stream, with much that is pending
		return large.end(of)
	}
	return s.pipe.Send(*of, s.restore(k, payload)...)
}

var (
	wordRestore  = []byte("RESTORE")
	wordReplace  = []byte("REPLACE")
	wordAbsTTL   = []byte("ABSTTL")
	wordIdleTime = []byte("IDLETIME")
	wordFreq     = []byte("FREQ")
	wordZero     = []byte("0")
)

func (s *sender) restore(k *rdb.Key, payload []byte) [][]byte {
	words := [][]byte{wordRestore, k.Name, wordZero, payload}
	if k.ExpireAtMs != 0 {
		s.ttl = strconv.AppendInt(s.ttl[:0], k.ExpireAtMs, 10)
		words[2] = s.ttl
		words = append(words, wordAbsTTL)
	}
	if s.im.o.Replace {
		words = append(words, wordReplace)
	}
	switch k.Usage.Kind {
	case rdb.UsageIdle:
		words = append(words, wordIdleTime, strconv.AppendInt(nil, k.Usage.N, 10))
	case rdb.UsageFreq:
		words = append(words, wordFreq, strconv.AppendInt(nil, k.Usage.N, 10))
	}
	return words
}

func (s *sender) library(code string) error {
	words := [][]byte{[]byte("FUNCTION"), []byte("LOAD")}
	if s.im.o.Replace {
		words = append(words, wordReplace)
	}
	return s.pipe.Send(sentKey{library: true}, append(words, []byte(code))...)
}

// errRefusesAll is wrapped by errors of a server that would say the same of every key.
var errRefusesAll = errors.New("the server takes nothing")

// refusingAll are the codes of such errors.
var refusingAll = []string{
	"READONLY", "NOAUTH", "NOPERM", "OOM", "MISCONF", "LOADING", "MASTERDOWN", "NOREPLICAS", "MOVED", "ASK", "CLUSTERDOWN", "BUSY",
	"NOWRITES",
}

// heed hears a reply.
func (s *sender) heed(of sentKey, reply resp.Value) error {
	if !reply.IsError() {
		switch {
		case of.library:
			s.report.Libraries++
		case of.piece == nil:
			s.report.add(of.typ, of.elements, of.bytes)
		}
		return nil
	}
	refused := &peer.ReplyError{Text: string(reply.Str)}
	if slices.Contains(refusingAll, refused.Code()) {
		return fmt.Errorf("%w: %w", errRefusesAll, refused)
	}
	switch {
	case of.piece != nil:
		of.piece.refused.CompareAndSwap(nil, refused)
	case of.library:
		s.skip(Skip{Reason: "a library of functions: " + refused.Text})
	default:
		s.skip(Skip{of.database, []byte(of.name), whyNot(refused)})
	}
	return nil
}

// whyNot is the reason that a reply gives, in the words of an import into a store where there are such.
func whyNot(e *peer.ReplyError) string {
	if e.Code() == "BUSYKEY" {
		return types.ErrBusyKey.Error()
	}
	return e.Text
}

// skip notes what the server has refused.
func (s *sender) skip(skip Skip) {
	s.report.Skipped[skip.Reason]++
	if s.im.o.Skipped != nil {
		s.im.o.Skipped(skip)
	}
}
