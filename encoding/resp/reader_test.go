package resp

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
)

func bulk(s string) Value { return Value{Kind: KindBulk, Str: []byte(s)} }
func integer(n int64) Value {
	return Value{Kind: KindInt, Int: n}
}

var values = []struct {
	wire   string
	want   Value
	string string
}{
	{"+OK\r\n", Value{Kind: KindStatus, Str: []byte("OK")}, "+OK"},
	{"+a\nb\r\n", Value{Kind: KindStatus, Str: []byte("a\nb")}, "+a\nb"},
	{"-ERR x\r\n", Value{Kind: KindError, Str: []byte("ERR x")}, "-ERR x"},
	{":-5\r\n", integer(-5), "-5"},
	{"$2\r\n\r\n\r\n", bulk("\r\n"), `"\r\n"`},
	{"$0\r\n\r\n", bulk(""), `""`},
	{"$-1\r\n", Value{Kind: KindBulk, Null: true}, "null"},
	{"*-1\r\n", Value{Kind: KindArray, Null: true}, "null"},
	{"_\r\n", Value{Kind: KindNull, Null: true}, "null"},
	{"*0\r\n", Value{Kind: KindArray, Elems: []Value{}}, "*[]"},
	{"*2\r\n:1\r\n*1\r\n$1\r\na\r\n", Value{Kind: KindArray, Elems: []Value{
		integer(1), {Kind: KindArray, Elems: []Value{bulk("a")}}}}, `*[1 *["a"]]`},
	{"%1\r\n$1\r\na\r\n:1\r\n", Value{Kind: KindMap, Elems: []Value{bulk("a"), integer(1)}}, `%["a" 1]`},
	{"~1\r\n:1\r\n", Value{Kind: KindSet, Elems: []Value{integer(1)}}, "~[1]"},
	{">1\r\n:1\r\n", Value{Kind: KindPush, Elems: []Value{integer(1)}}, ">[1]"},
	{"#t\r\n", Value{Kind: KindBool, Int: 1}, "true"},
	{"#f\r\n", Value{Kind: KindBool}, "false"},
	{",1.5\r\n", Value{Kind: KindDouble, Float: 1.5}, ",1.5"},
	{",-inf\r\n", Value{Kind: KindDouble, Float: math.Inf(-1)}, ",-inf"},
	{"(-12345678901234567890\r\n", Value{Kind: KindBigNumber, Str: []byte("-12345678901234567890")}, "(-12345678901234567890"},
	{"!5\r\nERR x\r\n", Value{Kind: KindBulkError, Str: []byte("ERR x")}, "!ERR x"},
	{"=6\r\ntxt:hi\r\n", Value{Kind: KindVerbatim, Format: "txt", Str: []byte("hi")}, `"hi"`},
	{"|1\r\n:1\r\n:2\r\n:3\r\n", Value{Kind: KindInt, Int: 3, Attrs: []Value{integer(1), integer(2)}}, "3"},
}

func TestReadValue(t *testing.T) {
	for _, c := range values {
		got := mustRead(t, c.wire)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: got %#v", c.wire, got)
		}
		if got.String() != c.string {
			t.Errorf("%q: got string %q, want %q", c.wire, got.String(), c.string)
		}
		if again := string(appendValue(nil, got)); again != c.wire {
			t.Errorf("%q: encoded again as %q", c.wire, again)
		}
	}
}

// mustRead decodes wire, which must be one value and nothing more.
func mustRead(t *testing.T, wire string) Value {
	t.Helper()
	br := bufio.NewReader(strings.NewReader(wire))
	v, err := ReadValue(br)
	if err != nil {
		t.Fatalf("%.100q: %v", wire, err)
	}
	if rest, _ := io.ReadAll(br); len(rest) > 0 {
		t.Fatalf("%.100q: %d bytes are left", wire, len(rest))
	}
	return v
}

// appendValue is ReadValue's inverse.
func appendValue(dst []byte, v Value) []byte {
	if v.Attrs != nil {
		dst = appendValue(dst, Value{Kind: KindAttribute, Elems: v.Attrs})
	}
	w := Writer{Buf: dst, Proto: 3}
	switch v.Kind {
	case KindStatus, KindError, KindBigNumber:
		w.scalar(v.Kind, v.Str)
	case KindInt:
		w.Int(v.Int)
	case KindNull:
		w.Null()
	case KindBool:
		w.Bool(v.Int == 1)
	case KindDouble:
		w.Double(v.Float)
	case KindVerbatim:
		w.Verbatim(v.Format, string(v.Str))
	default:
		return appendSized(dst, v)
	}
	return w.Buf
}

func appendSized(dst []byte, v Value) []byte {
	switch {
	case v.Null:
		return appendHeader(dst, v.Kind, -1)
	case v.Kind == KindBulk || v.Kind == KindBulkError:
		return appendBulk(dst, v.Kind, v.Str)
	}
	n := len(v.Elems)
	if v.Kind == KindMap || v.Kind == KindAttribute {
		n /= 2
	}
	dst = appendHeader(dst, v.Kind, int64(n))
	for _, elem := range v.Elems {
		dst = appendValue(dst, elem)
	}
	return dst
}

func TestReadStream(t *testing.T) {
	stream := "\n\n*1\r\n$4\r\nPING\r\n\n+CONTINUE\r\n"
	br := bufio.NewReader(strings.NewReader(stream))
	for _, want := range []string{`*["PING"]`, "+CONTINUE"} {
		if v, err := ReadValue(br); err != nil || v.String() != want {
			t.Fatalf("got %v %v, want %s", v, err, want)
		}
	}
	if _, err := ReadValue(br); err != io.EOF {
		t.Fatalf("got %v at the end", err)
	}
}

func TestReadTruncated(t *testing.T) {
	for _, c := range values {
		for i := 1; i < len(c.wire); i++ {
			if v, err := ReadValue(bufio.NewReader(strings.NewReader(c.wire[:i]))); err != io.ErrUnexpectedEOF {
				t.Errorf("%q: got %v %v", c.wire[:i], v, err)
			}
		}
	}
}

func TestReadMalformed(t *testing.T) {
	for _, wire := range []string{
		"x\r\n", "\r\n", ":\r\n", ":1x\r\n", ":9223372036854775808\r\n", "$x\r\n", "$-2\r\n", "$536870913\r\n", "$1\r\nabc",
		"*-2\r\n", "*2147483648\r\n", "%-1\r\n", "~-1\r\n", "=-1\r\n", "=3\r\ntxt\r\n",
		"=4\r\ntext\r\n", "#x\r\n", "_x\r\n", ",x\r\n",
		"(\r\n", "(-\r\n", "(1x\r\n", "$?\r\n", "*1\r\nx\r\n", "|1\r\n:1\r\n:1\r\nx\r\n",
		strings.Repeat("*1\r\n", 200), strings.Repeat("|0\r\n", 200), "+" + strings.Repeat("x", 2<<20),
	} {
		if v, err := ReadValue(bufio.NewReader(strings.NewReader(wire))); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.40q: got %v %v", wire, v, err)
		}
	}
}

func TestReadLarge(t *testing.T) {
	text := strings.Repeat("0123456789", 1e5)
	if v := mustRead(t, string(AppendCommandStrings(nil, text))); string(v.Elems[0].Str) != text {
		t.Error("a long bulk is not what was sent")
	}
	if v := mustRead(t, "-"+text+"\r\n"); string(v.Str) != text {
		t.Error("a long error is not what was sent")
	}
}

// TestReadAnnouncedIsNotAllocated: a peer's word costs little.
func TestReadAnnouncedIsNotAllocated(t *testing.T) {
	for _, wire := range []string{"$536870912\r\nx", "*2147483647\r\n:1\r\n", strings.Repeat("%2147483647\r\n", 100)} {
		if n := allocated(func() { ReadValue(bufio.NewReader(strings.NewReader(wire))) }); n > 2<<20 {
			t.Errorf("%.40q: %d bytes", wire, n)
		}
	}
}

func FuzzReadValue(f *testing.F) {
	for _, c := range values {
		f.Add([]byte(c.wire))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		v, err := ReadValue(bufio.NewReader(bytes.NewReader(wire)))
		if err != nil {
			return
		}
		first := appendValue(nil, v)
		again := mustRead(t, string(first))
		if second := appendValue(nil, again); !bytes.Equal(first, second) {
			t.Fatalf("%q became %q", first, second)
		}
	})
}
