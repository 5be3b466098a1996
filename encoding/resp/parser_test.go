package resp

import (
	"bytes"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// protocolErrors are requests that end a connection; TestProtocolErrorsOfRedis holds the texts against the real server.
var protocolErrors = []struct {
	name, in string
	lim      Limits
	want     string
}{
	{"inline without end", strings.Repeat("A", 64<<10+1), Limits{}, "Protocol error: too big inline request"},
	{"inline behind a NUL", "\x00\n" + strings.Repeat("A", 64<<10), Limits{}, "Protocol error: too big inline request"},
	{"open quote", "echo \"a\r\n", Limits{}, "Protocol error: unbalanced quotes in request"},
	{"open single quote", "echo 'a\r\n", Limits{}, "Protocol error: unbalanced quotes in request"},
	{"backslash at the end", "echo \"a\\\r\n", Limits{}, "Protocol error: unbalanced quotes in request"},
	{"quote within a word", "echo \"a\"b\r\n", Limits{}, "Protocol error: unbalanced quotes in request"},
	{"count without end", "*" + strings.Repeat("1", 64<<10), Limits{}, "Protocol error: too big mbulk count string"},
	{"count behind a NUL", "*1\x00\r\n" + strings.Repeat("1", 64<<10), Limits{}, "Protocol error: too big mbulk count string"},
	{"no count", "*\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count without CR", "*1\n$4\r\nPING\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count with a blank", "* 1\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count with a plus", "*+1\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count with a zero", "*01\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count of -0", "*-0\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count over INT_MAX", "*2147483648\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count over int64", "*9223372036854775808\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"count over uint64", "*18446744073709551617\r\n", Limits{}, "Protocol error: invalid multibulk length"},
	{"length without end", "*1\r\n$" + strings.Repeat("1", 64<<10), Limits{}, "Protocol error: too big bulk count string"},
	{"no length without end", "*1\r\n" + strings.Repeat("A", 64<<10+1), Limits{}, "Protocol error: too big bulk count string"},
	{"letter for $", "*1\r\nPING\r\n", Limits{}, "Protocol error: expected '$', got 'P'"},
	{"high byte for $", "*1\r\n\xff\r\n", Limits{}, "Protocol error: expected '$', got '\xff'"},
	{"CR for $", "*1\r\n\r\n", Limits{}, "Protocol error: expected '$', got ' '"},
	{"LF for $", "*1\r\n\n\r\n", Limits{}, "Protocol error: expected '$', got ' '"},
	{"no length", "*1\r\n$\r\n", Limits{}, "Protocol error: invalid bulk length"},
	{"negative length", "*1\r\n$-1\r\n", Limits{}, "Protocol error: invalid bulk length"},
	{"length with a zero", "*1\r\n$04\r\n", Limits{}, "Protocol error: invalid bulk length"},
	{"length with a letter", "*1\r\n$4x\r\n", Limits{}, "Protocol error: invalid bulk length"},
	{"length over the limit", "*1\r\n$536870913\r\n", Limits{}, "Protocol error: invalid bulk length"},
	{"length over int64", "*1\r\n$99999999999999999999\r\n", Limits{}, "Protocol error: invalid bulk length"},
	{"args before AUTH", "*11\r\n", Limits{Unauthenticated: true}, "Protocol error: unauthenticated multibulk length"},
	{"bulk before AUTH", "*1\r\n$16385\r\n", Limits{Unauthenticated: true}, "Protocol error: unauthenticated bulk length"},
	{"too long before AUTH", "*1\r\n$536870913\r\n", Limits{Unauthenticated: true}, "Protocol error: invalid bulk length"},
}

func TestProtocolErrors(t *testing.T) {
	for _, c := range protocolErrors {
		var p Parser
		_, n, err := p.Next([]byte(c.in), c.lim)
		if err == nil || err.Error() != c.want || n != 0 {
			t.Errorf("%s: got n=%d err=%v, want %q", c.name, n, err, c.want)
		}
	}
}

func TestRequests(t *testing.T) {
	long := strings.Repeat("x", 16384)
	unauth := Limits{Unauthenticated: true}
	for _, c := range []struct {
		in   string
		lim  Limits
		want []string
		n    int
	}{
		{"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", Limits{}, []string{"GET", "k"}, 20},
		{"*2\r\n$3\r\nGET\r\n$0\r\n\r\nPING\r\n", Limits{}, []string{"GET", ""}, 19},
		{"*1\r\n$12\r\n\r\n*1\r\n$4\r\nPI\r\n", Limits{}, []string{"\r\n*1\r\n$4\r\nPI"}, 23},
		{"*1\rx$4\ryPINGzz", Limits{}, []string{"PING"}, 14}, // only the CR is looked at
		{"*1\r\n$4\r\nPING\r", Limits{}, nil, 0},
		{"*0\r\nPING\r\n", Limits{}, nil, 4},
		{"*-1\r\nPING\r\n", Limits{}, nil, 5},
		{"*-9223372036854775808\r\n", Limits{}, nil, 23},
		{"*2147483647\r\n", Limits{}, nil, 0},
		{"*1\r\n$536870912\r\n", Limits{}, nil, 0},
		{"*1\r\n$536870913\r\n", Limits{MaxBulkLen: 1 << 40}, nil, 0},
		{"*1\r\n$9223372036854775807\r\nx", noLimits, nil, 0},
		{"*10\r\n", unauth, nil, 0},
		{"*1\r\n$16384\r\n" + long + "\r\n", unauth, []string{long}, 16398},
		{"PING\r\n", Limits{}, []string{"PING"}, 6},
		{"PING\n", Limits{}, []string{"PING"}, 5},
		{"PING", Limits{}, nil, 0},
		{"PING\x00\r\nPING\r\n", Limits{}, nil, 0}, // strchr stops at the NUL
		{"\r\nPING\r\n", Limits{}, nil, 2},
		{"\n", Limits{}, nil, 1},
		{" \t\v\f \r\n", Limits{}, nil, 7},
		{" set  k\tv \r\n", Limits{}, []string{"set", "k", "v"}, 12},
		{"a\rb\r\n", Limits{}, []string{"a", "b"}, 5},
		{"a\vb \"c\"\vd\n", Limits{}, []string{"a\vb", "c", "d"}, 10}, // \v ends no word, but may follow a quote
		{`"" '' x` + "\n", Limits{}, []string{"", "", "x"}, 8},
		{`a"b c" 'it\'s \n'` + "\n", Limits{}, []string{"ab c", `it's \n`}, 18},
		{`"\n\r\t\b\a\x4a\xfF\x4g\q\"'"` + "\n", Limits{}, []string{"\n\r\t\b\a\x4a\xffx4gq\"'"}, 30},
		{strings.Repeat("A", 64<<10) + "\n", Limits{}, []string{strings.Repeat("A", 64<<10)}, 64<<10 + 1},
	} {
		var p Parser
		args, n, err := p.Next([]byte(c.in), c.lim)
		if err != nil || n != c.n || !slices.Equal(toStrings(args), c.want) {
			t.Errorf("%.60q: got %.60q n=%d err=%v, want %.60q n=%d", c.in, args, n, err, c.want, c.n)
		}
	}
}

func TestSplitArgs(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
		ok   bool
	}{
		{`save 900 1 "a b"`, []string{"save", "900", "1", "a b"}, true},
		{"", nil, true},
		{"a\x00b c", []string{"a"}, true},
		{`a "b`, []string{"a"}, false},
	} {
		if args, ok := SplitArgs([]byte(c.in)); ok != c.ok || !slices.Equal(toStrings(args), c.want) {
			t.Errorf("%q: got %q %v", c.in, args, ok)
		}
	}
}

func TestParseInt(t *testing.T) {
	for in, want := range map[string]int64{
		"0": 0, "7": 7, "-1": -1, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63,
	} {
		if v, ok := parseInt([]byte(in)); !ok || v != want {
			t.Errorf("%q: got %d %v", in, v, ok)
		}
	}
	for _, in := range []string{
		"", "-", "-0", "+1", "01", "-01", " 1", "1 ", "1x", "9223372036854775808", "-9223372036854775809",
		"10000000000000000000", "99999999999999999999",
	} {
		if v, ok := parseInt([]byte(in)); ok {
			t.Errorf("%q: got %d", in, v)
		}
	}
}

func TestPipeline(t *testing.T) {
	buf := bytes.Repeat(setRequest, 16)
	var p Parser
	for i := range 16 {
		args, n, err := p.Next(buf, Limits{})
		if n != len(setRequest) || err != nil || len(args) != 3 {
			t.Fatalf("request %d: %q n=%d err=%v", i, args, n, err)
		}
		buf = buf[n:]
	}
}

func TestWant(t *testing.T) {
	var p Parser
	for _, c := range []struct {
		in   string
		want int
	}{
		{"*2\r\n$3\r\nGET", 2}, {"*2\r\n$3\r\nGET\r\n", 0}, {"*2\r\n$3\r\nGET\r\n$10", 0}, {"*2\r\n$3\r\nGET\r\n$10\r\n", 12},
		{"*2\r\n$3\r\nGET\r\n$10\r\n0123456789\r", 1}, {"*2\r\n$3\r\nGET\r\n$10\r\n0123456789\r\n", 0},
	} {
		if p.Next([]byte(c.in), Limits{}); p.Want() != c.want {
			t.Errorf("%q: got %d, want %d", c.in, p.Want(), c.want)
		}
	}
}

// TestArgsDoNotOverlap appends to each arg, as a careless handler might.
func TestArgsDoNotOverlap(t *testing.T) {
	for _, in := range []string{"*2\r\n$1\r\na\r\n$1\r\nb\r\n", "a b \n", "\"a\" 'b'\n", "x\"a\" b\n"} {
		var p Parser
		buf := []byte(in)
		args, _, _ := p.Next(buf, Limits{})
		want := toStrings(args)
		for _, arg := range args {
			_ = append(arg, "XXXX"...)
		}
		if !slices.Equal(toStrings(args), want) || string(buf) != in {
			t.Errorf("%q: args became %q", in, args)
		}
	}
}

// TestAnnouncedIsNotAllocated: a client's word costs next to nothing.
func TestAnnouncedIsNotAllocated(t *testing.T) {
	for _, in := range []string{
		"*2147483647\r\n", "*1048576\r\n$1\r\nx\r\n", "*1\r\n$536870912\r\n", "*1\r\n$536870912\r\nxx",
	} {
		if n := allocated(func() { new(Parser).Next([]byte(in), Limits{}) }); n > 4096 {
			t.Errorf("%q: %d bytes", in, n)
		}
	}
}

// allocated returns how many bytes fn allocates: the least of several runs, for the runtime allocates too.
func allocated(fn func()) uint64 {
	least := uint64(math.MaxUint64)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fn()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// TestIdleParserHoldsNothing: once Next asks for more, neither a dropped buffer nor the room for a huge request stays.
func TestIdleParserHoldsNothing(t *testing.T) {
	var p Parser
	p.Next([]byte("*5000\r\n"+strings.Repeat("$1\r\nx\r\n", 5000)), Limits{})
	p.Next(nil, Limits{})
	if cap(p.args) > keptArgs {
		t.Errorf("room for %d args is kept", cap(p.args))
	}
	p.Next([]byte("a \""+strings.Repeat("x", 5000)+"\"\n"), Limits{})
	p.Next([]byte("*1"), Limits{})
	if cap(p.scratch) > keptScratch {
		t.Errorf("%d bytes of scratch are kept", cap(p.scratch))
	}
	for _, arg := range p.args[:cap(p.args)] {
		if arg != nil {
			t.Errorf("%.20q is kept", arg)
		}
	}
}

func toStrings(args [][]byte) (out []string) {
	for _, arg := range args {
		out = append(out, string(arg))
	}
	return out
}
