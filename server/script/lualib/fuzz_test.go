package lualib

import (
	"testing"

	"github.com/cairndb/cairn/server/script/lua"
)

func newRuntime() *lua.Runtime {
	r := lua.NewRuntime(32 << 20)
	r.OpenLibs()
	OpenJSON(r)
	OpenMessagePack(r)
	OpenStruct(r)
	OpenBit(r)
	return r
}

// call runs a text that returns a function, and calls that with strings. It
// returns the result, or the error as a text.
func call(t testing.TB, r *lua.Runtime, text string, args ...string) (lua.Value, bool) {
	t.Helper()
	p, err := lua.Compile(text, "=test")
	if err != nil {
		t.Fatal(err)
	}
	f, ok, err := r.Run(r.Load(p), lua.Nil)
	if !ok || err != nil {
		t.Fatal(err)
	}
	values := make([]lua.Value, len(args))
	for i, a := range args {
		values[i] = r.String(a)
	}
	v, ok, err := r.Run(f.AsFunction(), lua.Nil, values...)
	if err != nil {
		t.Fatal(err)
	}
	return v, ok
}

// roundTrip decodes and encodes three times. The first loses what the formats
// cannot say (nil in tables, what is nested too deep); the others must agree.
const roundTrip = `return function(s)
	local function again(s)
		local ok, v = pcall(DECODE, s)
		if not ok then return nil end
		local ok, text = pcall(ENCODE, v)
		return ok and text or nil
	end
	local first = again(s)
	local second = first and again(first)
	return not second or #second == #again(second) or second -- tables as keys have no order
end`

func fuzzRoundTrip(f *testing.F, decode, encode string, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	text := "local DECODE, ENCODE = " + decode + ", " + encode + " " + roundTrip
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := call(t, newRuntime(), text, s)
		if same, isBool := v.AsBool(); !ok || !isBool || !same {
			shown, _ := v.AsString()
			t.Fatalf("%q: %q", s, shown)
		}
	})
}

func FuzzMessagePack(f *testing.F) {
	fuzzRoundTrip(f, "cmsgpack.unpack", "cmsgpack.pack", "\x93\x01\xa1x\x81\xa1k\xc3", "\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00",
		"\xdd\xff\xff\xff\xff", "\xdf\x00\x00\x00\x01\x01\x02",
		"\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x01")
}

func FuzzJSON(f *testing.F) {
	fuzzRoundTrip(f, "cjson.decode", "cjson.encode", `{"a":[1,2.5,"x\u00e9\ud83d\ude00"],"b":null}`, `[[[]]]`, `"\/"`,
		`-0x1F`, `1e999`, `nan(1)`, `{"1":1,"2":2}`)
}

func FuzzStruct(f *testing.F) {
	f.Add(">I4c0s!8d", "\x00\x00\x00\x02abxyz\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	f.Add("i16I32bBhHlLT fd<>x", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
	f.Fuzz(func(t *testing.T, format, data string) {
		r := newRuntime()
		call(t, r, `return function(f, d) return struct.unpack(f, d) end`, format, data)
		call(t, r, `return function(f, d) return struct.pack(f, d, d, 1, 2.5, -3, d) end`, format, data)
		call(t, r, `return function(f) return struct.size(f) end`, format)
	})
}
