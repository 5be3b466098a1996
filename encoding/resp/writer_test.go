package resp

import (
	"math"
	"strings"
	"testing"
)

// write returns what fn appends in the given protocol.
func write(proto int, fn func(w *Writer)) string {
	w := Writer{Proto: proto}
	fn(&w)
	return string(w.Buf)
}

var (
	oddBytes = []byte("a\r\n\x00")
	rawReply = []byte("+x\r\n")
)

var replies = []struct {
	name         string
	fn           func(w *Writer)
	resp2, resp3 string
}{
	{"OK", func(w *Writer) { w.OK() }, "+OK\r\n", "+OK\r\n"},
	{"Status", func(w *Writer) { w.Status("QUEUED") }, "+QUEUED\r\n", "+QUEUED\r\n"},
	{"Error", func(w *Writer) { w.Error("ERR no such key") }, "-ERR no such key\r\n", "-ERR no such key\r\n"},
	{"Error in lines", func(w *Writer) { w.Error("\nERR a\r\nb\n\r\n") }, "-ERR a  b\r\n", "-ERR a  b\r\n"},
	{"Error empty", func(w *Writer) { w.Error("\r\n") }, "-\r\n", "-\r\n"},
	{"Int 0", func(w *Writer) { w.Int(0) }, ":0\r\n", ":0\r\n"},
	{"Int 9", func(w *Writer) { w.Int(9) }, ":9\r\n", ":9\r\n"},
	{"Int 10", func(w *Writer) { w.Int(10) }, ":10\r\n", ":10\r\n"},
	{"Int -1", func(w *Writer) { w.Int(-1) }, ":-1\r\n", ":-1\r\n"},
	{"Int min", func(w *Writer) { w.Int(math.MinInt64) }, ":-9223372036854775808\r\n", ":-9223372036854775808\r\n"},
	{"Bulk", func(w *Writer) { w.Bulk(oddBytes) }, "$4\r\na\r\n\x00\r\n", "$4\r\na\r\n\x00\r\n"},
	{"BulkString", func(w *Writer) { w.BulkString("") }, "$0\r\n\r\n", "$0\r\n\r\n"},
	{"Null", func(w *Writer) { w.Null() }, "$-1\r\n", "_\r\n"},
	{"NullArray", func(w *Writer) { w.NullArray() }, "*-1\r\n", "_\r\n"},
	{"Array", func(w *Writer) { w.Array(100) }, "*100\r\n", "*100\r\n"},
	{"Map", func(w *Writer) { w.Map(3) }, "*6\r\n", "%3\r\n"},
	{"Set", func(w *Writer) { w.Set(3) }, "*3\r\n", "~3\r\n"},
	{"Push", func(w *Writer) { w.Push(3) }, "*3\r\n", ">3\r\n"},
	{"Double", func(w *Writer) { w.Double(3.14) }, "$18\r\n3.1400000000000001\r\n", ",3.1400000000000001\r\n"},
	{"Double int", func(w *Writer) { w.Double(-3) }, "$2\r\n-3\r\n", ",-3\r\n"},
	{"Double -0", func(w *Writer) { w.Double(math.Copysign(0, -1)) }, "$2\r\n-0\r\n", ",-0\r\n"},
	{"Double inf", func(w *Writer) { w.Double(math.Inf(1)) }, "$3\r\ninf\r\n", ",inf\r\n"},
	{"Double -inf", func(w *Writer) { w.Double(math.Inf(-1)) }, "$4\r\n-inf\r\n", ",-inf\r\n"},
	{"Double nan", func(w *Writer) { w.Double(math.NaN()) }, "$3\r\nnan\r\n", ",nan\r\n"},
	{"Double -nan", func(w *Writer) { w.Double(math.Copysign(math.NaN(), -1)) }, "$4\r\n-nan\r\n", ",-nan\r\n"},
	{"HumanDouble", func(w *Writer) { w.HumanDouble(13.5) }, "$4\r\n13.5\r\n", ",13.5\r\n"},
	{"HumanDouble 0", func(w *Writer) { w.HumanDouble(-1e-30) }, "$1\r\n0\r\n", ",0\r\n"},
	{"HumanDouble inf", func(w *Writer) { w.HumanDouble(math.Inf(-1)) }, "$4\r\n-inf\r\n", ",-inf\r\n"},
	{"Bool true", func(w *Writer) { w.Bool(true) }, ":1\r\n", "#t\r\n"},
	{"Bool false", func(w *Writer) { w.Bool(false) }, ":0\r\n", "#f\r\n"},
	{"BigNumber", func(w *Writer) { w.BigNumber("12") }, "$2\r\n12\r\n", "(12\r\n"},
	{"Verbatim", func(w *Writer) { w.Verbatim("txt", "hi") }, "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n"},
	{"Verbatim short", func(w *Writer) { w.Verbatim("t", "") }, "$0\r\n\r\n", "=4\r\nt  :\r\n"},
	{"Verbatim long", func(w *Writer) { w.Verbatim("text", "") }, "$0\r\n\r\n", "=4\r\ntex:\r\n"},
	{"Raw", func(w *Writer) { w.Raw(rawReply) }, "+x\r\n", "+x\r\n"},
}

func TestWriter(t *testing.T) {
	for _, r := range replies {
		if got := write(2, r.fn); got != r.resp2 {
			t.Errorf("%s in RESP2: got %q, want %q", r.name, got, r.resp2)
		}
		if got := write(3, r.fn); got != r.resp3 {
			t.Errorf("%s in RESP3: got %q, want %q", r.name, got, r.resp3)
		}
		if got := write(0, r.fn); got != r.resp2 {
			t.Errorf("%s in the zero protocol: got %q, want RESP2's", r.name, got)
		}
	}
}

func TestAppendCommand(t *testing.T) {
	want := "*2\r\n$3\r\nGET\r\n$0\r\n\r\n"
	if got := string(AppendCommand([]byte("x"), []byte("GET"), nil)); got != "x"+want {
		t.Errorf("got %q", got)
	}
	if got := string(AppendCommandStrings(nil, "GET", "")); got != want {
		t.Errorf("got %q", got)
	}
	if got := string(AppendCommandStrings(nil, "GET", strings.Repeat("x", 10))); !strings.Contains(got, "$10\r\n") {
		t.Errorf("got %q", got)
	}
}

// TestNoAllocations covers the paths that every request takes.
func TestNoAllocations(t *testing.T) {
	w := Writer{Buf: make([]byte, 0, 4096)}
	p := Parser{}
	args := [][]byte{[]byte("SET"), []byte("k"), []byte("v")}
	inline := []byte("set \"a b\" 'c'\r\n")
	for name, fn := range map[string]func(){
		"request":       func() { p.Next(setRequest, Limits{}) },
		"inline":        func() { p.Next(inline, Limits{}) },
		"AppendCommand": func() { w.Buf = AppendCommand(w.Buf, args...) },
	} {
		checkNoAllocations(t, name, &w, fn)
	}
	for _, w.Proto = range []int{2, 3} {
		for _, r := range replies {
			checkNoAllocations(t, r.name, &w, func() { r.fn(&w) })
		}
	}
}

func checkNoAllocations(t *testing.T, name string, w *Writer, fn func()) {
	t.Helper()
	if n := testing.AllocsPerRun(20, func() { w.Buf = w.Buf[:0]; fn() }); n != 0 {
		t.Errorf("%s: %v allocations", name, n)
	}
}
