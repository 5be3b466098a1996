package resp

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// feed gives stream to a Parser in pieces, each time in a buffer of its own, and tells everything that came out.
func feed(stream []byte, lim Limits, piece func() int) (out []string) {
	var p Parser
	var buf []byte
	for {
		args, n, err := p.Next(buf, lim)
		switch {
		case err != nil:
			return append(out, err.Error())
		case n < 0 || n > len(buf):
			panic(fmt.Sprintf("n=%d of %d bytes", n, len(buf)))
		case n > 0:
			out = append(out, fmt.Sprintf("%q", args))
			buf = buf[n:]
		case len(stream) == 0:
			return append(out, fmt.Sprintf("left %d want %d", len(buf), p.Want()))
		default:
			size := min(max(piece(), 1), len(stream))
			grown := append(bytes.Clone(buf), stream[:size]...)
			for i := range buf {
				buf[i] = '!' // whoever still reads the old buffer will notice
			}
			buf, stream = grown, stream[size:]
		}
	}
}

func TestPiecesMakeNoDifference(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range 5000 {
		stream := randomStream(rng)
		lim := Limits{MaxBulkLen: 11, Unauthenticated: i%2 == 0}
		want := feed(stream, lim, func() int { return len(stream) })
		for name, piece := range map[string]func() int{
			"one byte": func() int { return 1 },
			"random":   func() int { return rng.IntN(8) },
		} {
			if got := feed(stream, lim, piece); !slices.Equal(got, want) {
				t.Fatalf("%s at a time, %q:\n got %q\nwant %q", name, stream, got, want)
			}
		}
	}
}

func TestErrorsByteAtATime(t *testing.T) {
	for _, c := range protocolErrors {
		var p Parser
		var err error
		in := []byte(c.in)
		for i := 1; i <= len(in) && err == nil; i++ {
			_, _, err = p.Next(in[:i:i], c.lim)
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// TestLinearTime feeds large requests in small pieces. Walking each again from its start for every piece would take
// minutes.
func TestLinearTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		in    []byte
		piece int
	}{
		{"one large bulk", AppendCommandStrings(nil, "SET", "k", strings.Repeat("x", 64<<20)), 16 << 10},
		{"a million args", []byte("*1000000\r\n" + strings.Repeat("$1\r\nx\r\n", 1e6)), 256},
		{"a long inline", []byte(strings.Repeat("ab ", 21000) + "\n"), 1},
		{"a long count", []byte("*" + strings.Repeat("1", 64<<10)), 1},
	} {
		start := time.Now()
		var p Parser
		var n int
		var err error
		for end := 0; end < len(c.in) && n == 0 && err == nil; {
			end = min(end+c.piece, len(c.in))
			_, n, err = p.Next(c.in[:end], Limits{})
		}
		if n != len(c.in) && err == nil {
			t.Errorf("%s: n=%d of %d", c.name, n, len(c.in))
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", c.name, took)
		}
	}
}

func FuzzParser(f *testing.F) {
	for _, c := range protocolErrors {
		if len(c.in) < 100 {
			f.Add([]byte(c.in), uint64(1), c.lim.Unauthenticated)
		}
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range uint64(50) {
		f.Add(randomStream(rng), i, false)
	}
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64, unauthenticated bool) {
		lim := Limits{MaxBulkLen: 1 << 20, Unauthenticated: unauthenticated}
		rng := rand.New(rand.NewPCG(seed, 0))
		want := feed(stream, lim, func() int { return len(stream) })
		if got := feed(stream, lim, func() int { return rng.IntN(16) }); !slices.Equal(got, want) {
			t.Fatalf("in pieces:\n got %q\nwant %q", got, want)
		}
	})
}
