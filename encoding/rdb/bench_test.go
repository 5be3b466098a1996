package rdb

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// benchWrite writes about 16 MB of one kind.
func benchWrite(w *Writer, kind string) error {
	value := bytes.Repeat([]byte("0123456789abcdef"), 7)[:100]
	name := make([]byte, 0, 32)
	begin := func(i int) {
		name = fmt.Appendf(name[:0], "key:%012d", i)
		_ = w.Key(name, Attributes{})
	}
	switch kind {
	case "strings":
		for i := range 130_000 {
			begin(i)
			_ = w.String(value)
		}
	case "hash":
		begin(0)
		_ = w.BeginHash(130_000)
		for i := range 130_000 {
			name = encoding.AppendInt(name[:0], 1_000_000_000_000+int64(i))
			_ = w.Field(name, value)
		}
		return w.End()
	case "listpacks":
		for i := range 10_000 {
			begin(i)
			_ = w.BeginHash(50)
			for j := range 50 {
				name = encoding.AppendInt(name[:0], 1_000_000+int64(j))
				_ = w.Field(name, value[:20])
			}
			_ = w.End()
		}
	case "zset":
		begin(0)
		_ = w.BeginZSet(500_000)
		for i := range 500_000 {
			name = encoding.AppendInt(append(name[:0], "member:"...), int64(i))
			_ = w.Scored(name, float64(i))
		}
		return w.End()
	}
	return w.err
}

var benchKinds = []string{"strings", "hash", "listpacks", "zset"}

func BenchmarkWrite(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := NewWriter(io.Discard, Options{})
				if err := benchWrite(w, kind); err != nil {
					b.Fatal(err)
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(benchFile(b, kind))))
		})
	}
}

func benchFile(b *testing.B, kind string) []byte {
	b.Helper()
	var out bytes.Buffer
	w := NewWriter(&out, Options{})
	if err := benchWrite(w, kind); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkRead(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(kind, func(b *testing.B) {
			file := benchFile(b, kind)
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				r := NewReader(bytes.NewReader(file), Limits{})
				var err error
				for err == nil {
					var item Item
					item, err = r.Next()
					if k, ok := item.(*Key); ok {
						err = k.Skip()
					}
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
		})
	}
}
