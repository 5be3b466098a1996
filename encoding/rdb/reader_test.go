package rdb

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// What follows a file on the same connection is not lost.
func TestRest(t *testing.T) {
	f := file(10, key(codeString, "a", str("b")))
	r := NewReader(strings.NewReader(string(f)+"*1\r\n$4\r\nPING\r\n"), Limits{})
	if _, _, err := readAll(r); err != nil {
		t.Fatal(err)
	}
	if got := string(r.Rest()); got != "*1\r\n$4\r\nPING\r\n" || r.Offset() != int64(len(f)) || r.Version() != 10 {
		t.Fatalf("%q at %d", got, r.Offset())
	}
}

// A loop over elements may be left, or not be begun at all: the next item is found nonetheless.
func TestLeavingEarly(t *testing.T) {
	for _, c := range formatCases() {
		if len(c.keys) == 0 {
			continue
		}
		for skip := range 3 {
			r := NewReader(bytes.NewReader(append(c.file[:len(c.file):len(c.file)], "rest"...)), Limits{})
			n := 0
			for {
				item, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				k, ok := item.(*Key)
				if !ok {
					continue
				}
				n++
				if skip > 0 {
					leave(k, skip)
				}
			}
			if n != len(c.keys) || string(r.Rest()) != "rest" {
				t.Fatalf("%s: %d keys, then %q", c.name, n, r.Rest())
			}
		}
	}
}

// leave looks at a few elements only.
func leave(k *Key, few int) {
	n := few
	for range k.Elements() {
		if n--; n == 0 {
			break
		}
	}
	for range k.Fields() {
		break
	}
	for range k.Scored() {
		break
	}
	for e := range k.Entries() {
		for range e.Fields() {
			break
		}
		if n--; n == 0 {
			break
		}
	}
	for range k.Groups() {
		break
	}
}

func TestErrorsSayWhere(t *testing.T) {
	listpack := buildListpack("f", "v", "f", "w")
	f := file(10, opSelectDB, 3, key(codeString, "before", str("")), key(codeHashListpack, "broken", str(listpack)),
		key(codeString, "after", str("")))
	keys, _, err := readFile(f, Limits{})
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrMalformed) {
		t.Fatalf("%v", err)
	}
	end := int64(bytes.Index(f, []byte(listpack)) + len(listpack))
	if len(keys) != 2 || string(e.Key) != "broken" || e.DB != 3 || e.Offset != end {
		t.Errorf("%d keys, then %+v; the value ends at %d", len(keys), e, end)
	}
	const text = `rdb: offset 48, database 3, key "broken": malformed RDB: a field comes twice: "f"`
	if err.Error() != text {
		t.Errorf("%v", err)
	}
	r := NewReader(bytes.NewReader(f), Limits{})
	_, _, first := readAll(r)
	if _, again := r.Next(); again != first {
		t.Errorf("first %v, then %v", first, again)
	}
}

func TestRefusedFiles(t *testing.T) {
	value := key(codeString, "a", str("b"))
	for _, c := range []struct {
		name string
		file []byte
		want error
	}{
		{"no magic", []byte("MEMORY0010"), ErrMalformed},
		{"no digits", []byte("REDIS00x0\xff"), ErrMalformed},
		{"version 0", []byte("REDIS0000\xff"), ErrVersion},
		{"version 13", file(13, value), ErrVersion},
		{"version 80 of Redis", []byte("REDIS0080\xff"), ErrVersion},
		{"version 11 of Valkey", []byte("VALKEY011\xff"), ErrVersion},
		{"version 81 of Valkey", []byte("VALKEY081\xff"), ErrVersion},
		{"another checksum", append(file(10, value)[:len(file(10, value))-1], 1), ErrChecksum},
		{"a type that is not", file(10, key(8, "a", str("b"))), ErrMalformed},
		{"a type of 7.2", file(10, key(codeSetListpack, "a", str(buildListpack("b")))), ErrMalformed},
		{"a type of Redis in Valkey", file(80, key(codeHashTTL, "a", le64(0), num(0))), ErrMalformed},
		{"a module of release candidates", file(8, key(codeModulePreGA, "a", num(5), num(6))), ErrMalformed},
		{"a piece of a module that is not", file(9, key(codeModule, "a", moduleID("test-type", 1), num(6))), ErrMalformed},
		{"slots under way in Redis", file(12, opSlotImport, str("job"), num(0)), ErrMalformed},
		{"a string packed otherwise", file(10, key(codeString, "a", 0xc4, 0)), ErrMalformed},
		{"a string longer than allowed", file(10, key(codeString, "a", str("four"))), ErrTooLong},
		{"not a number", file(10, key(codeZSet, "a", num(1), str("m"), 253)), ErrMalformed},
		{"a database too far", file(10, opSelectDB, 0x80, "\xff\xff\xff\xff"), ErrMalformed},
	} {
		if _, _, err := readFile(c.file, Limits{MaxString: 3}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
