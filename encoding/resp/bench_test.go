package resp

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
)

var (
	setRequest = AppendCommandStrings(nil, "SET", "key:000000012345", strings.Repeat("x", 100))
	getRequest = AppendCommandStrings(nil, "GET", "key:000000012345")
)

func BenchmarkParser(b *testing.B) {
	for _, c := range []struct {
		name string
		buf  []byte
	}{
		{"set", setRequest},
		{"get", getRequest},
		{"inline", []byte("SET key:000000012345 xxxxxxxxxx\r\n")},
		{"quoted", []byte("SET key:000000012345 \"xxxx xxxxx\"\r\n")},
		{"pipeline16", bytes.Repeat(setRequest, 16)},
		{"mset1000", AppendCommandStrings(nil, append([]string{"MSET"}, strings.Fields(strings.Repeat("key val ", 1000))...)...)},
	} {
		b.Run(c.name, func(b *testing.B) {
			var p Parser
			b.SetBytes(int64(len(c.buf)))
			b.ReportAllocs()
			for b.Loop() {
				for rest := c.buf; len(rest) > 0; {
					_, n, err := p.Next(rest, Limits{})
					if n == 0 || err != nil {
						b.Fatal(n, err)
					}
					rest = rest[n:]
				}
			}
		})
	}
}

// BenchmarkParserInTwoPieces is what a request costs that the network has cut in its middle.
func BenchmarkParserInTwoPieces(b *testing.B) {
	var p Parser
	b.ReportAllocs()
	for b.Loop() {
		p.Next(setRequest[:70], Limits{})
		if _, n, _ := p.Next(setRequest, Limits{}); n == 0 {
			b.Fatal("not complete")
		}
	}
}

func BenchmarkWriter(b *testing.B) {
	value := bytes.Repeat([]byte("x"), 100)
	for _, c := range []struct {
		name string
		fn   func(w *Writer)
	}{
		{"ok", func(w *Writer) { w.OK() }},
		{"int", func(w *Writer) { w.Int(1) }},
		{"int-long", func(w *Writer) { w.Int(1234567890) }},
		{"bulk100", func(w *Writer) { w.Bulk(value) }},
		{"null", func(w *Writer) { w.Null() }},
		{"double-whole", func(w *Writer) { w.Double(1234) }},
		{"double", func(w *Writer) { w.Double(3.14) }},
		{"double-human", func(w *Writer) { w.HumanDouble(13.361389) }},
		{"error", func(w *Writer) { w.Error("ERR value is not an integer or out of range") }},
	} {
		b.Run(c.name, func(b *testing.B) {
			w := Writer{Buf: make([]byte, 0, 256)}
			b.ReportAllocs()
			for b.Loop() {
				w.Buf = w.Buf[:0]
				c.fn(&w)
			}
		})
	}
}

func BenchmarkAppendCommand(b *testing.B) {
	args := [][]byte{[]byte("SET"), []byte("key:000000012345"), bytes.Repeat([]byte("x"), 100)}
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendCommand(dst[:0], args...)
	}
}

func BenchmarkReadValue(b *testing.B) {
	r := bytes.NewReader(setRequest)
	br := bufio.NewReader(r)
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(setRequest)
		br.Reset(r)
		if _, err := ReadValue(br); err != nil {
			b.Fatal(err)
		}
	}
}
