package rdb

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/cairndb/cairn/encoding"
)

// Builders of what no server writes any more, or not the one that is at hand.

// cat joins bytes, texts and numbers that are single bytes.
func cat(parts ...any) (b []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = append(b, byte(p))
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		default:
			panic(fmt.Sprintf("cat %T", p))
		}
	}
	return b
}

// file is a file of a version with the given content; of the later ones with a checksum.
func file(version int, parts ...any) []byte {
	b := cat(fmt.Sprintf("REDIS%04d", version), cat(parts...), opEOF)
	if version == VersionValkey9 {
		copy(b, "VALKEY080")
	}
	if version < 5 {
		return b
	}
	return binary.LittleEndian.AppendUint64(b, encoding.CRC64(0, b))
}

// key is a key with its value.
func key(code int, name string, value ...any) []byte { return cat(code, str(name), cat(value...)) }

func num(n int) []byte { return appendLength(nil, uint64(n)) }

// str is a string that is not packed, strs are several, after their number.
func str(s string) []byte { return cat(num(len(s)), s) }

func strs(count int, texts ...string) []byte {
	b := num(count)
	for _, s := range texts {
		b = append(b, str(s)...)
	}
	return b
}

func le16(n int) []byte   { return binary.LittleEndian.AppendUint16(nil, uint16(n)) }
func le32(n int) []byte   { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }
func le64(n int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }

func double(f float64) []byte { return le64(int64(math.Float64bits(f))) }

// buildZiplist builds a ziplist as Redis would.
func buildZiplist(texts ...string) string {
	body, tail := []byte(nil), ziplistHead
	before := 0
	for _, s := range texts {
		tail = ziplistHead + len(body)
		start := len(body)
		if before < ziplistLong {
			body = append(body, byte(before))
		} else {
			body = cat(body, ziplistLong, le32(before))
		}
		body = appendZiplistEntry(body, s)
		before = len(body) - start
	}
	return string(cat(le32(ziplistHead+len(body)+1), le32(tail), le16(len(texts)), body, ziplistEnd))
}

func appendZiplistEntry(b []byte, s string) []byte {
	if n, ok := encoding.ParseInt([]byte(s)); ok {
		switch {
		case n >= 0 && n <= 12:
			return append(b, 0xf1+byte(n))
		case n == int64(int8(n)):
			return append(b, 0xfe, byte(n))
		case n == int64(int16(n)):
			return appendInt(append(b, 0xc0), n, 2)
		case n >= -1<<23 && n < 1<<23:
			return appendInt(append(b, 0xf0), n, 3)
		case n == int64(int32(n)):
			return appendInt(append(b, 0xd0), n, 4)
		}
		return appendInt(append(b, 0xe0), n, 8)
	}
	switch n := len(s); {
	case n < 1<<6:
		return cat(b, n, s)
	case n < 1<<14:
		return cat(b, 0x40|n>>8, n, s)
	default:
		return cat(b, 0x80, binary.BigEndian.AppendUint32(nil, uint32(n)), s)
	}
}

// buildZipmap builds a zipmap, with a few bytes unused after each value.
func buildZipmap(free int, pairs ...string) string {
	b := []byte{byte(min(len(pairs)/2, zipmapLong))}
	length := func(n int) []byte {
		if n < zipmapLong {
			return []byte{byte(n)}
		}
		return cat(zipmapLong, le32(n))
	}
	for i := 0; i < len(pairs); i += 2 {
		name, value := pairs[i], pairs[i+1]
		b = cat(b, length(len(name)), name, length(len(value)), free, value, make([]byte, free))
	}
	return string(append(b, zipmapEnd))
}

func buildListpack(texts ...string) string {
	var w listpackWriter
	w.reset()
	for _, s := range texts {
		w.text([]byte(s))
	}
	return string(w.bytes())
}

func buildIntset(width int, numbers ...int) string {
	b := cat(le32(width), le32(len(numbers)))
	for _, n := range numbers {
		b = appendInt(b, int64(n), width)
	}
	return string(b)
}

func rawID(ms, seq int) string { return string(appendStreamID(nil, StreamID{uint64(ms), uint64(seq)})) }
