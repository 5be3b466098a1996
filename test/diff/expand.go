package diff

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

var (
	staticMark = regexp.MustCompile(`(?s)\{(rep):(\d+):([^}]*)\}|\{(rnd):(\d+):(\d+)\}|\{(bytes)\}`)
	sideMark   = regexp.MustCompile(`\{(id|addr):(\w+)\}|\{server\}`)
)

// expand replaces the marks that mean the same bytes on both sides: {rep:n:text}, {rnd:n:seed}, {bytes}.
func expand(word string) string {
	return staticMark.ReplaceAllStringFunc(word, func(mark string) string {
		switch m := staticMark.FindStringSubmatch(mark); {
		case m[1] != "":
			n, _ := strconv.Atoi(m[2])
			return strings.Repeat(m[3], n)
		case m[4] != "":
			n, _ := strconv.Atoi(m[5])
			seed, _ := strconv.ParseUint(m[6], 10, 64)
			return string(RandomBytes(n, seed))
		}
		return allBytes()
	})
}

// RandomBytes gives n bytes that depend on the seed alone, on every machine and under every version of Go.
func RandomBytes(n int, seed uint64) []byte {
	r := rand.NewPCG(seed, 0)
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint64() >> 56)
	}
	return b
}

func allBytes() string {
	var b strings.Builder
	for c := range 256 {
		b.WriteByte(byte(c))
	}
	return b.String()
}

// expandHere replaces the marks whose meaning depends on the side: {id:conn}, {addr:conn}, {server}.
func (s *side) expandHere(word string) (string, error) {
	var firstErr error
	word = sideMark.ReplaceAllStringFunc(word, func(mark string) string {
		m := sideMark.FindStringSubmatch(mark)
		if m[1] == "" {
			return s.addr
		}
		text, err := s.connFact(m[1], m[2])
		if err != nil && firstErr == nil {
			firstErr = fmt.Errorf("%s: %w", mark, err)
		}
		return text
	})
	return word, firstErr
}

func (s *side) connFact(fact, name string) (string, error) {
	c, err := s.open(name)
	if err != nil {
		return "", err
	}
	if fact == "addr" {
		return c.LocalAddr(), nil
	}
	if c.id == "" {
		reply, err := c.Do("CLIENT", "ID")
		if err != nil {
			return "", err
		}
		c.id = reply.Text
	}
	return c.id, nil
}
