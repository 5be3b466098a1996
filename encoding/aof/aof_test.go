package aof

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cairndb/cairn/encoding/resp"
)

func TestManifest(t *testing.T) {
	m, err := ParseManifest([]byte("# made by hand\n\nfile base.rdb seq 2 type b\nfile old.aof seq 1 type h\n" +
		"file \"with blank.aof\" seq 1 type i\nfile two.aof seq 2 type i startoffset 5\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"base.rdb", "with blank.aof", "two.aof"}
	if got := m.Parts(); !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestManifestRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "names no file",
		"file a seq 1\n":         "not file",
		"file a seq 1 type x":    "unknown type",
		"file a seq one type b":  "no number",
		"file a seq 0 type b":    "seq 0",
		"file ../a seq 1 type b": "no name",
		"file a/b seq 1 type b":  "no name",
		"file .. seq 1 type b":   "no name",
		"file \"a seq 1 type b":  "not file",
		"file a seq 1 type b\nfile b seq 1 type b":            "both the base",
		"file a seq 2 type i\nfile b seq 1 type i":            "line 2",
		"file " + strings.Repeat("a", 2000) + " seq 1 type b": "not file",
	} {
		if _, err := ParseManifest([]byte(text)); !errors.Is(err, ErrManifest) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, not %q", text, err, want)
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte("file base.rdb seq 2 type b\nfile two.aof seq 2 type i\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseManifest(text)
		if err == nil && slices.ContainsFunc(m.Parts(), func(s string) bool { return strings.Contains(s, "/") }) {
			t.Errorf("%q leaves the directory", m.Parts())
		}
	})
}

func command(words ...string) string { return string(resp.AppendCommandStrings(nil, words...)) }

func TestReader(t *testing.T) {
	long := strings.Repeat("x", 3*readBytes)
	text := "#TS:12\r\n" + command("SELECT", "0") + command("SET", "k", long) + "#TS:13\r\n# other\n" + command("DEL", "k")
	for name, src := range map[string]io.Reader{
		"whole": strings.NewReader(text), "in bytes": iotest.OneByteReader(strings.NewReader(text)),
	} {
		r := NewReader(src, 100)
		var got []string
		for {
			args, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(name, err)
			}
			got = append(got, string(args[0]))
			if len(args) == 3 && (string(args[2]) != long || r.TimeSec() != 12 || r.Start() != 100+8+int64(len(command("SELECT", "0")))) {
				t.Errorf("%s: %d bytes, time %d, start %d", name, len(args[2]), r.TimeSec(), r.Start())
			}
		}
		if want := "SELECT SET DEL"; strings.Join(got, " ") != want || r.Offset() != 100+int64(len(text)) || r.TimeSec() != 13 {
			t.Errorf("%s: %q to %d, time %d", name, got, r.Offset(), r.TimeSec())
		}
	}
}

// What is not a command is named with its offset.
func TestReaderRefuses(t *testing.T) {
	good := command("SET", "a", "b")
	for tail, want := range map[string]string{
		"\x00\x00":             "offset 127: malformed AOF: '\\x00'",
		"SET a b\r\n":          "offset 127: malformed AOF: 'S'",
		"*0\r\n":               "no words",
		"*1\r\n+A\r\n":         "expected '$'",
		"*99999999999\r\n":     "invalid multibulk length",
		"*1\r\n$9999999999999": "", // announced only
		"*1\r\n$-5\r\nx\r\n":   "invalid bulk length",
		"#" + strings.Repeat("y", 2*maxLineBytes): "a line of more than",
	} {
		r := NewReader(strings.NewReader(good+tail), 100)
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		_, err := r.Next()
		var placed *Error
		if !errors.As(err, &placed) || placed.Offset != 127 || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, not %q", tail, err, want)
		}
	}
}

// However a file is cut: what was whole before stays, and no half of a transaction.
func TestIntact(t *testing.T) {
	parts := []string{
		"#TS:1\r\n" + command("SELECT", "0"), command("SET", "a", "1"), command("MULTI") + command("INCR", "a") + command("EXEC"),
		command("DEL", "a"),
	}
	text := strings.Join(parts, "")
	ends := []int64{0}
	for _, p := range parts {
		ends = append(ends, ends[len(ends)-1]+int64(len(p)))
	}
	for cut := range len(text) + 1 {
		end, err := Intact(strings.NewReader(text[:cut]), 7)
		i, whole := slices.BinarySearch(ends, int64(cut))
		if !whole {
			i--
		}
		if want := 7 + ends[i]; end != want {
			t.Errorf("cut at %d: ends at %d, not %d", cut, end, want)
		}
		// An annotation that is cut short says nothing, and misses nothing.
		if whole = whole || cut <= len("#TS:1\r\n"); whole != (err == nil) || err != nil && !errors.Is(err, ErrTruncated) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	if _, err := Intact(strings.NewReader(text+"\x00\x00\x00\x00"), 0); !errors.Is(err, ErrMalformed) {
		t.Errorf("zeros: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("#TS:12\r\n" + command("SELECT", "0") + command("MULTI")))
	f.Fuzz(func(t *testing.T, text []byte) {
		end, _ := Intact(strings.NewReader(string(text)), 0)
		again, err := Intact(strings.NewReader(string(text[:end])), 0)
		if again != end || err != nil {
			t.Errorf("whole up to %d, and then up to %d, %v", end, again, err)
		}
	})
}
