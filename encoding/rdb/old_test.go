package rdb

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// formatCase is a file that was put together by hand, and what it holds.
type formatCase struct {
	name  string
	file  []byte
	keys  []modelKey
	other []string
	loads bool // redis-server 7.0 can load it
}

func listOf(items ...string) model { return model{typ: encoding.TypeList, items: items} }
func setOf(items ...string) model  { return model{typ: encoding.TypeSet, items: items} }
func textOf(s string) model        { return model{typ: encoding.TypeString, text: s} }

func hashOf(pairs ...string) model {
	m := model{typ: encoding.TypeHash}
	for i := 0; i < len(pairs); i += 2 {
		m.fields = append(m.fields, modelField{pairs[i], pairs[i+1], 0})
	}
	m.sort()
	return m
}

func zsetOf(scored ...modelScored) model { return model{typ: encoding.TypeZSet, scored: scored} }

func named(name string, m model) modelKey { return modelKey{name: name, model: m} }

const (
	long200 = "a text that is longer than sixty-three bytes, so that its length does not fit in the byte that it begins " +
		"with, and long enough that the next entry needs a longer length, and more, and more, and more, and more, and m"
)

var long20000 = strings.Repeat("0123456789", 2000)

var ziplistTexts = []string{"", "a", long200, "0", "12", "13", "-1", "127", "-129", "40000", "-8388608", "8388608",
	"2147483648", "-9223372036854775808", long20000, "007", "end"}

func formatCases() []formatCase {
	return slices.Concat(stringCases(), collectionCases(), expiringCases(), streamCases(), otherCases())
}

func stringCases() []formatCase {
	return []formatCase{
		{"version 1", file(1, opSelectDB, 0, key(codeString, "a", str("b"))), []modelKey{named("a", textOf("b"))}, nil, true},
		{"version 2, no database, seconds", file(2, opExpireSec, le32(2000000000), key(codeString, "a", str("b"))),
			[]modelKey{{name: "a", attr: Attributes{ExpireAtMs: 2000000000000}, model: textOf("b")}}, nil, true},
		{"version 5 with checksum", file(5, opSelectDB, 3, key(codeString, "a", str("b"))),
			[]modelKey{{db: 3, name: "a", model: textOf("b")}}, nil, true},
		{"packed strings", file(6,
			key(codeString, "int8", 0xc0, 0x85), key(codeString, "int16", 0xc1, 0x39, 0x30),
			key(codeString, "int32", 0xc2, le32(-2147483648)),
			key(codeString, "lzf", 0xc3, num(6), num(34), "\x01ab\xe0\x17\x01"),
			key(codeString, "14 bits", num(200), strings.Repeat("x", 200)),
			key(codeString, "32 bits", 0x80, 0, 0, 0, 1, "y"),
			key(codeString, "64 bits", 0x81, 0, 0, 0, 0, 0, 0, 0, 1, "z"),
			key(codeString, "", str("")),
			codeString, 0xc0, 42, str("a key that is a number"),
		), []modelKey{
			named("", textOf("")),
			named("14 bits", textOf(strings.Repeat("x", 200))), named("32 bits", textOf("y")),
			named("42", textOf("a key that is a number")),
			named("64 bits", textOf("z")), named("int16", textOf("12345")), named("int32", textOf("-2147483648")),
			named("int8", textOf("-123")), named("lzf", textOf(strings.Repeat("ab", 17))),
		}, nil, true},
		{"large", file(9, key(codeString, "a", str(strings.Repeat(long20000, 10))), key(codeString, "b", str("c"))),
			[]modelKey{named("a", textOf(strings.Repeat(long20000, 10))), named("b", textOf("c"))}, nil, true},
	}
}

func collectionCases() []formatCase {
	pairs := []string{"name", "value", "12", "-5", long200, "x"}
	scored := []modelScored{{"a", -1.5}, {"b", 3}, {"c", math.Inf(1)}}
	numbers := setOf("-3", "2", "40000")
	numbers.sort()
	return []formatCase{
		{"list", file(1, key(codeList, "k", strs(3, "a", "", "12"))), []modelKey{named("k", listOf("a", "", "12"))}, nil, true},
		{"set", file(1, key(codeSet, "k", strs(2, "a", "12"))), []modelKey{named("k", setOf("12", "a"))}, nil, true},
		{"hash", file(1, key(codeHash, "k", strs(2, "a", "1", "b", "2"))), []modelKey{named("k", hashOf("a", "1", "b", "2"))}, nil, true},
		{"scores as text", file(1, key(codeZSet, "k", num(5), str("a"), str("-1.5"), str("b"), str("3"), str("c"), 254,
			str("d"), 255, str("e"), str("1e+300"))),
			[]modelKey{named("k", zsetOf(append(slices.Clone(scored), modelScored{"d", math.Inf(-1)}, modelScored{"e", 1e300})...))}, nil, true},
		{"scores as doubles", file(8, key(codeZSet2, "k", num(3), str("a"), double(-1.5), str("b"), double(3), str("c"),
			double(math.Inf(1)))), []modelKey{named("k", zsetOf(scored...))}, nil, true},
		{"zipmap", file(2, key(codeHashZipmap, "k", str(buildZipmap(3, "name", "value", "", long20000))),
			key(codeHashZipmap, "l", str(buildZipmap(0, "a", "b")))),
			[]modelKey{named("k", hashOf("name", "value", "", long20000)), named("l", hashOf("a", "b"))}, nil, true},
		{"list ziplist", file(2, key(codeListZiplist, "k", str(buildZiplist(ziplistTexts...)))),
			[]modelKey{named("k", listOf(ziplistTexts...))}, nil, true},
		{"hash ziplist", file(4, key(codeHashZiplist, "k", str(buildZiplist(pairs...)))),
			[]modelKey{named("k", hashOf(pairs...))}, nil, true},
		{"sorted set ziplist", file(2, key(codeZSetZiplist, "k", str(buildZiplist("a", "-1.5", "b", "3", "c", "inf")))),
			[]modelKey{named("k", zsetOf(scored...))}, nil, true},
		{"intsets", file(2, key(codeSetIntset, "2", str(buildIntset(2, -3, 2, 300))),
			key(codeSetIntset, "4", str(buildIntset(4, -3, 2, 40000))), key(codeSetIntset, "8", str(buildIntset(8, -3, 2, 40000)))),
			[]modelKey{named("2", setOf("-3", "2", "300")), named("4", numbers), named("8", numbers)}, nil, true},
		{"quicklist", file(7, key(codeListQuicklist, "k", num(3), str(buildZiplist("a", "1")), str(buildZiplist()), str(buildZiplist(long200)))),
			[]modelKey{named("k", listOf("a", "1", long200))}, nil, true},
		{"quicklist 2", file(10, key(codeListQuicklist2, "k", num(3), nodePacked, str(buildListpack(ziplistTexts...)),
			nodePlain, str("plain"), nodePacked, str(buildListpack("1")))),
			[]modelKey{named("k", listOf(append(slices.Clone(ziplistTexts), "plain", "1")...))}, nil, true},
		{"listpacks", file(10, key(codeHashListpack, "h", str(buildListpack(pairs...))),
			key(codeZSetListpack, "z", str(buildListpack("a", "-1.5", "b", "3", "c", "inf")))),
			[]modelKey{named("h", hashOf(pairs...)), named("z", zsetOf(scored...))}, nil, true},
		{"set listpack", file(11, key(codeSetListpack, "k", str(buildListpack("12", "a")))),
			[]modelKey{named("k", setOf("12", "a"))}, nil, false},
		{"empty by mistake", file(9, key(codeList, "l", num(0)), key(codeHashZiplist, "h", str(buildZiplist())),
			key(codeListQuicklist, "q", num(1), str(buildZiplist()))),
			[]modelKey{named("h", hashOf()), named("l", listOf()), named("q", listOf())}, nil, false},
	}
}

// expiringCases have fields that expire.
func expiringCases() []formatCase {
	const at = 2000000000000
	m := hashOf("a", "1", "b", "2")
	m.fields[1].expireAtMs = at + 5
	keys := []modelKey{named("k", m)}
	return []formatCase{
		{"field times of 7.4", file(12, key(codeHashTTL, "k", le64(at), num(2), num(0), str("a"), str("1"), num(6), str("b"), str("2"))),
			keys, nil, false},
		{"packed field times of 7.4", file(12, key(codeHashListpackTTL, "k", le64(at+5),
			str(buildListpack("b", "2", fmt.Sprint(at+5), "a", "1", "0")))), keys, nil, false},
		{"field times of a release candidate", file(12, key(codeHashTTLPreGA, "k", num(2), num(0), str("a"), str("1"),
			num(at+5), str("b"), str("2"))), keys, nil, false},
		{"packed field times of a release candidate", file(12, key(codeHashPackPreGA, "k",
			str(buildListpack("b", "2", fmt.Sprint(at+5), "a", "1", "0")))), keys, nil, false},
		{"field times of Valkey", file(80, key(codeHashValkey, "k", num(2), str("a"), str("1"), le64(-1), str("b"), str("2"),
			le64(at+5))), keys, nil, false},
	}
}

func streamCases() []formatCase {
	// Two entries with the names that the node begins with, a deleted one, one with names of its own.
	node := buildListpack("3", "1", "1", "f", "0",
		"2", "0", "0", "v1", "4", "3", "0", "1", "gone", "4",
		"0", "5", "-1", "2", "x", "1", "y", "2", "8", "2", "5", "3", "v4", "4")
	entries := cat(num(1), str(rawID(1000, 1)), str(node))
	m := model{typ: encoding.TypeStream, stream: Stream{Length: 3, Groups: 1, LastID: StreamID{1005, 4},
		FirstID: StreamID{1000, 1}, EntriesAdded: 3},
		entries: []modelEntry{{StreamID{1000, 1}, []string{"f", "v1"}}, {StreamID{1005, 0}, []string{"x", "1", "y", "2"}},
			{StreamID{1005, 4}, []string{"f", "v4"}}},
		groups: []Group{{Name: []byte("g"), LastID: StreamID{1000, 1}, EntriesRead: 1,
			Pending:   []Pending{{StreamID{1000, 1}, 1700000000000, 3, 1}},
			Consumers: []Consumer{{[]byte("alice"), 1700000000001, 1700000000001}, {[]byte("bob"), 1700000000002, 1700000000002}}}}}
	m2, m3 := m, m
	m2.stream.MaxDeletedID, m2.stream.EntriesAdded = StreamID{1000, 2}, 4
	m3.stream = m2.stream
	m3.groups = []Group{m.groups[0]}
	m3.groups[0].Consumers = []Consumer{{[]byte("alice"), 1700000000001, 1700000000011}, {[]byte("bob"), 1700000000002, -1}}
	info := cat(num(3), num(1005), num(4))
	info2 := cat(info, num(1000), num(1), num(1000), num(2), num(4))
	group := cat(str("g"), num(1000), num(1))
	pending := cat(num(1), rawID(1000, 1), le64(1700000000000), num(3))
	consumers := cat(num(2), str("alice"), le64(1700000000001), num(0),
		str("bob"), le64(1700000000002), num(1), rawID(1000, 1))
	consumers3 := cat(num(2), str("alice"), le64(1700000000001), le64(1700000000011), num(0),
		str("bob"), le64(1700000000002), le64(-1), num(1), rawID(1000, 1))
	empty := model{typ: encoding.TypeStream, stream: Stream{LastID: StreamID{7, 7}}}
	return []formatCase{
		{"stream of 5.0", file(9, key(codeStream, "k", entries, info, num(1), group, pending, consumers)),
			[]modelKey{named("k", m)}, nil, true},
		{"stream of 7.0", file(10, key(codeStream2, "k", entries, info2, num(1), group, num(1), pending, consumers)),
			[]modelKey{named("k", m2)}, nil, true},
		{"stream of 7.2", file(11, key(codeStream3, "k", entries, info2, num(1), group, num(1), pending, consumers3)),
			[]modelKey{named("k", m3)}, nil, false},
		{"empty stream", file(9, key(codeStream, "k", num(0), num(0), num(7), num(7), num(0))),
			[]modelKey{named("k", empty)}, nil, true},
	}
}

// moduleID packs a name of nine letters and a version.
func moduleID(name string, version int) []byte {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var id uint64
	for _, c := range name {
		id = id<<6 | uint64(strings.IndexRune(letters, c))
	}
	return appendLength(nil, id<<10|uint64(version))
}

func otherCases() []formatCase {
	id := moduleID("test-type", 7)
	value := cat(moduleUint, num(5), moduleSigned, num(1<<40), moduleFloat, "abcd", moduleDouble, "abcdefgh",
		moduleString, str("text"), moduleString, 0xc0, 5, moduleString, 0xc3, num(3), num(300), "xyz", moduleEOF)
	return []formatCase{
		{"attributes", file(9, opSelectDB, 2, opResizeDB, num(10), num(1),
			opExpireMs, le64(2000000000123), opIdle, num(500), key(codeString, "a", str("1")), opFreq, 200, key(codeString, "b", str("2")),
			opExpireMs, le64(-1), key(codeString, "c", str("3")), opSlotInfo, num(5), num(1), num(0)),
			[]modelKey{
				{2, "a", Attributes{2000000000123, Usage{UsageIdle, 500}}, textOf("1")},
				{2, "b", Attributes{0, Usage{UsageFreq, 200}}, textOf("2")},
				{2, "c", Attributes{}, textOf("3")},
			}, []string{"*rdb.Sizes &{DB:2 Keys:10 Expires:1}"}, false},
		{"remarks", file(10, opAux, str("redis-ver"), str("7.0.15"), opAux, str("ctime"), 0xc2, le32(1700000000)), nil,
			[]string{`aux "redis-ver"="7.0.15"`, `aux "ctime"="1700000000"`}, true},
		{"functions", file(10, opFunction, str("#!lua name=l\nx=1"), opFunctionPreGA, str("m"), str("lua"), 1, str("text"), str("y=1"),
			opFunctionPreGA, str("n"), str("LUA"), 0, str("z=1")), nil,
			[]string{`function "#!lua name=l\nx=1"`, `function "#!lua name=m\ny=1"`, `function "#!LUA name=n\nz=1"`}, false},
		{"modules", file(10, opModuleAux, id, moduleUint, 2, value, key(codeModule, "m", id, value), key(codeString, "a", str("1"))),
			[]modelKey{named("a", textOf("1"))}, []string{
				`*rdb.Module &{DB:0 Key:[] Name:test-type Version:7}`, `*rdb.Module &{DB:0 Key:[109] Name:test-type Version:7}`}, false},
		{"slots under way in Valkey", file(80, opSlotImport, str("job"), num(1), num(5), num(7), key(codeString, "a", str("1"))),
			[]modelKey{named("a", textOf("1"))}, []string{"*rdb.SlotImport &{Job:[106 111 98] Slots:[[5 7]]}"}, false},
	}
}

func TestFormats(t *testing.T) {
	for _, c := range formatCases() {
		t.Run(c.name, func(t *testing.T) {
			keys, other, err := readFile(c.file, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			sameKeys(t, keys, c.keys)
			if !slices.Equal(other, c.other) {
				t.Fatalf("%q", other)
			}
		})
	}
}

// The real server finds the same in the files that it can load.
func TestFormatsInRedis(t *testing.T) {
	for _, c := range formatCases() {
		if !c.loads {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			redis := startOracle(t, c.file)
			redis.hasKeys(c.keys)
			saved, _, err := readFile(redis.save(), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			sameKeys(t, saved, c.keys)
		})
	}
}

// A file may end anywhere: that is always an error, and the same whether it comes at once or byte by byte.
func TestTruncated(t *testing.T) {
	for _, c := range formatCases() {
		step := 1 + len(c.file)/1000
		for n := 0; n < len(c.file); n += step {
			_, _, err := readFile(c.file[:n], Limits{})
			if err == nil {
				t.Fatalf("%s: no error though %d of %d bytes are missing", c.name, len(c.file)-n, len(c.file))
			}
			if len(c.file) > 2000 {
				continue
			}
			_, _, slow := readAll(NewReader(&byteByByte{c.file[:n]}, Limits{}))
			if slow == nil || slow.Error() != err.Error() {
				t.Fatalf("%s: %v, but byte by byte %v", c.name, err, slow)
			}
		}
	}
}

// byteByByte is a slow connection.
type byteByByte struct{ b []byte }

func (r *byteByByte) Read(p []byte) (int, error) {
	n, err := bytes.NewReader(r.b).Read(p[:min(len(p), 1)])
	r.b = r.b[n:]
	return n, err
}

// Whoever knows where the nodes of a stream begin can say so.
func TestStreamNodes(t *testing.T) {
	d := NewDumper(Options{})
	bases := []StreamID{{5, 0}, {7, 1}, {9, 0}}
	if err := d.BeginStreamOfNodes(Stream{Length: 5, LastID: StreamID{9, 9}, EntriesAdded: 5}, int64(len(bases))); err != nil {
		t.Fatal(err)
	}
	ids := []StreamID{{5, 1}, {6, 0}, {7, 1}, {9, 0}, {9, 9}}
	for i, id := range ids {
		if i == 0 || i == 2 || i == 3 {
			if err := d.NextNode(bases[max(0, i-1)]); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Entry(id, [][]byte{[]byte("f"), []byte(id.String())}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.End(); err != nil {
		t.Fatal(err)
	}
	payload, err := d.Payload()
	if err != nil {
		t.Fatal(err)
	}
	v, err := OpenDump(payload, DefaultVersion, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e := range v.Entries() {
		got = append(got, fmt.Sprint(e.ID, " in ", e.Node.Base, " of ", e.Node.Entries))
	}
	want := []string{"5-1 in 5-0 of 2", "6-0 in 5-0 of 2", "7-1 in 7-1 of 1", "9-0 in 9-0 of 2", "9-9 in 9-0 of 2"}
	if !slices.Equal(got, want) || v.Err() != nil {
		t.Fatalf("%q %v", got, v.Err())
	}
}
