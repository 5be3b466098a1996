package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

// streamer is a master that has nothing but a stream, the same for everyone who follows.
type streamer struct {
	l      net.Listener
	stream []byte
	begun  chan time.Time
}

const streamID = "5741bde3e0e26c3f1be6f09ea3f5d4c2d3e7f001"

// emptyRDB is a file of Redis 7.0 without keys and without a checksum.
const emptyRDB = "REDIS0010\xff\x00\x00\x00\x00\x00\x00\x00\x00"

func newStreamer(stream []byte) (*streamer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &streamer{l: l, stream: stream, begun: make(chan time.Time, 1)}
	go s.serve()
	return s, nil
}

func (s *streamer) serve() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		go func() {
			_ = s.talk(c)
			_ = c.Close()
		}()
	}
}

// talk answers the handshake; when the file has arrived the stream follows, as fast as it is taken.
func (s *streamer) talk(c net.Conn) error {
	in := bufio.NewReader(c)
	for {
		v, err := resp.ReadValue(in)
		if err != nil {
			return err
		}
		if len(v.Elems) == 0 {
			return errors.New("not a command")
		}
		reply := "+OK\r\n"
		switch strings.ToUpper(string(v.Elems[0].Str)) {
		case "PING":
			reply = "+PONG\r\n"
		case "PSYNC":
			reply = fmt.Sprintf("+FULLRESYNC %s 0\r\n$%d\r\n%s", streamID, len(emptyRDB), emptyRDB)
			if _, err := io.WriteString(c, reply); err != nil {
				return err
			}
			go func() { _, _ = io.Copy(io.Discard, in) }()
			s.begun <- time.Now()
			if _, err := c.Write(s.stream); err != nil {
				return err
			}
			select {} // until the process ends: the link stays
		}
		if _, err := io.WriteString(c, reply); err != nil {
			return err
		}
	}
}

// replicaStream makes commands of one kind, as a master sends them. mixed is a bit of all.
func replicaStream(kind string, n int) []byte {
	r := rand.New(rand.NewPCG(1, 1))
	value := []byte(strings.Repeat("v", 100))
	b := resp.AppendCommandStrings(nil, "SELECT", "0")
	kinds := []string{"SET", "LPUSH", "ZADD", "HSET", "SADD", "INCRBY"}
	for i := range n {
		k := kind
		if kind == "mixed" {
			k = kinds[i%len(kinds)]
		}
		key := []byte(strings.ToLower(k) + ":" + strconv.Itoa(r.IntN(100_000)))
		member := []byte("member:" + strconv.Itoa(r.IntN(50)))
		switch k {
		case "SET":
			b = resp.AppendCommand(b, []byte(k), key, value)
		case "LPUSH":
			b = resp.AppendCommand(b, []byte(k), key, value[:20])
		case "ZADD":
			b = resp.AppendCommand(b, []byte(k), key, []byte(strconv.Itoa(r.IntN(1_000_000))), member)
		case "HSET":
			b = resp.AppendCommand(b, []byte(k), key, member, value[:20])
		case "SADD":
			b = resp.AppendCommand(b, []byte(k), key, member)
		default:
			b = resp.AppendCommand(b, []byte(k), key, []byte("7"))
		}
	}
	return b
}
