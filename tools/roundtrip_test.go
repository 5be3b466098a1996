package tools_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/tools"
)

// randomFile writes RDB files of random keys of all types.
type randomFile struct {
	r *rand.Rand
	w *rdb.Writer
}

func (f *randomFile) bytes(most int) []byte {
	b := make([]byte, f.r.IntN(most+1))
	for i := range b {
		b[i] = byte(f.r.IntN(3) * f.r.IntN(256))
	}
	return b
}

// name is one of its own.
func (f *randomFile) name(i int) []byte {
	if f.r.IntN(4) == 0 {
		return strconv.AppendInt(nil, int64(i), 10)
	}
	return strconv.AppendInt(append(f.bytes(70), ':'), int64(i), 10)
}

// size is mostly small, now and then near a limit, seldom large.
func (f *randomFile) size() int64 {
	switch f.r.IntN(20) {
	case 0:
		return int64(f.r.IntN(5000)) + 1
	case 1, 2:
		return 126 + int64(f.r.IntN(5))
	case 3:
		return 510 + int64(f.r.IntN(5))
	}
	return int64(f.r.IntN(20)) + 1
}

// write writes a file, whose last database begins with a collection that no memory of an import has room for.
func (f *randomFile) write(keys int) []byte {
	var file bytes.Buffer
	f.w = rdb.NewWriter(&file, rdb.Options{Compress: true})
	must(f.w.Info(rdb.Info{RedisVersion: "7.0.15"}))
	for i := range f.r.IntN(3) {
		must(f.w.Function(fmt.Appendf(nil, "#!lua name=lib%d\nredis.register_function('f%d', function() return %d end)", i, i, f.r.IntN(9))))
	}
	for _, database := range []int{0, 3, 15} {
		must(f.w.Database(database, uint64(keys), 0))
		for i := range keys {
			f.key(fmt.Appendf(f.name(i), ":%d", database))
		}
	}
	must(f.w.Key([]byte("large"), rdb.Attributes{}))
	f.set(110_000)
	must(f.w.Close())
	return file.Bytes()
}

func (f *randomFile) key(name []byte) {
	at := int64(0)
	if f.r.IntN(3) == 0 {
		at = 4e12 + f.r.Int64N(1e12)
	}
	must(f.w.Key(name, rdb.Attributes{ExpireAtMs: at}))
	switch n := f.size(); f.r.IntN(8) {
	case 0, 1:
		must(f.w.String(f.bytes(200)))
	case 2:
		must(f.w.String(bytes.Repeat(f.bytes(20), int(n)*f.r.IntN(100))))
	case 3:
		must(f.w.BeginList(n))
		for range n {
			must(f.w.Element(f.bytes(60)))
		}
		must(f.w.End())
	case 4:
		f.set(n)
	case 5:
		must(f.w.BeginZSet(n))
		for i := range n {
			must(f.w.Scored(f.name(int(i)), float64(f.r.IntN(9)-4)*f.r.ExpFloat64()))
		}
		must(f.w.End())
	case 6:
		must(f.w.BeginHash(n))
		for i := range n {
			must(f.w.Field(f.name(int(i)), f.bytes(90)))
		}
		must(f.w.End())
	default:
		f.stream(n - 1)
	}
}

func (f *randomFile) set(n int64) {
	numbers := f.r.IntN(2) == 0 && n < 100_000
	must(f.w.BeginSet(n))
	for i := range n {
		if numbers {
			must(f.w.Element(strconv.AppendInt(nil, (i-n/2)*1e6, 10)))
		} else {
			must(f.w.Element(f.name(int(i))))
		}
	}
	must(f.w.End())
}

func (f *randomFile) stream(n int64) {
	id := func(i int64) rdb.StreamID { return rdb.StreamID{Ms: uint64(1000 + i/3), Seq: uint64(i % 3)} }
	groups := f.r.Int64N(3)
	must(f.w.BeginStream(rdb.Stream{Length: n, Groups: groups, LastID: id(n + f.r.Int64N(5)), EntriesAdded: uint64(n + 7)}))
	for i := range n {
		pairs := [][]byte{[]byte("field"), f.bytes(50)}
		for range f.r.IntN(3) {
			pairs = append(pairs, f.bytes(10), f.bytes(30))
		}
		must(f.w.Entry(id(i), pairs))
	}
	for i := range groups {
		g := rdb.Group{Name: fmt.Appendf(f.bytes(10), "%d", i), LastID: id(n / 2), EntriesRead: f.r.Int64N(n+2) - 1}
		consumers := f.r.IntN(4)
		for c := range consumers {
			seen := f.r.Int64N(1e12)
			g.Consumers = append(g.Consumers, rdb.Consumer{Name: fmt.Appendf(f.bytes(10), "%d", c), SeenMs: seen, ActiveMs: seen})
		}
		for p := int64(0); p < n && consumers > 0; p += 1 + f.r.Int64N(4) {
			g.Pending = append(g.Pending, rdb.Pending{ID: id(p), DeliveredAtMs: f.r.Int64N(1e12),
				Deliveries: f.r.Uint64N(300), Consumer: f.r.IntN(consumers)})
		}
		must(f.w.Group(&g))
	}
	must(f.w.End())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// contents are all keys and functions of a file, each in words that say all of it.
func contents(t *testing.T, file []byte) map[string]string {
	t.Helper()
	all := map[string]string{}
	for r := rdb.NewReader(bytes.NewReader(file), rdb.Limits{}); ; {
		item, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch it := item.(type) {
		case *rdb.Function:
			all["function "+string(it.Code)] = ""
		case *rdb.Key:
			name := fmt.Sprintf("%d %q", it.DB, it.Name)
			if all[name] != "" {
				t.Fatalf("%s comes twice", name)
			}
			all[name] = fmt.Sprintf("%v, %v, expires at %d", it.Type, words(&it.Value), it.ExpireAtMs)
			if err := it.Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// words sum up a value; elements in no order count as a set.
func words(v *rdb.Value) string {
	n, sum := 0, uint64(0)
	add := func(inOrder bool, parts ...any) {
		h := fnv.New64a()
		if n++; inOrder {
			_, _ = fmt.Fprint(h, n)
		}
		_, _ = fmt.Fprintf(h, "%q", parts)
		sum += h.Sum64()
	}
	switch v.Type {
	case encoding.TypeString:
		add(true, v.Bytes())
	case encoding.TypeList, encoding.TypeSet:
		for b := range v.Elements() {
			add(v.Type == encoding.TypeList, b)
		}
	case encoding.TypeZSet:
		for member, score := range v.Scored() {
			add(false, member, fmt.Sprint(score))
		}
	case encoding.TypeHash:
		for f := range v.Fields() {
			add(false, f.Name, f.Value)
		}
	case encoding.TypeStream:
		for e := range v.Entries() {
			parts := []any{e.ID.String()}
			for name, value := range e.Fields() {
				parts = append(parts, string(name), string(value))
			}
			add(true, parts...)
		}
		info, _ := v.Stream()
		var groups []string
		for g := range v.Groups() {
			consumers := make([]string, len(g.Consumers))
			for i, c := range g.Consumers {
				consumers[i] = fmt.Sprintf("%q %d", c.Name, c.SeenMs)
			}
			text := fmt.Sprintf("%q %v %d %q", g.Name, g.LastID, g.EntriesRead, slices.Sorted(slices.Values(consumers)))
			for _, p := range g.Pending {
				text += fmt.Sprint(p.ID, p.DeliveredAtMs, p.Deliveries, consumers[p.Consumer])
			}
			groups = append(groups, text)
		}
		slices.Sort(groups)
		info.FirstID = rdb.StreamID{}
		return fmt.Sprint(n, sum, info, groups)
	}
	return fmt.Sprint(n, sum)
}

// stored imports a file into a directory, and exports that.
func stored(t *testing.T, dir string, file []byte, o tools.ImportOptions) (out []byte) {
	t.Helper()
	cfg := config.New()
	if err := cfg.Load([]string{"--dir", dir, "--maxmemory", "16mb"}, nil); err != nil {
		t.Fatal(err)
	}
	store, err := server.OpenStore(cfg, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	o.LoadLibrary = func(code string, replace bool) error { return server.LoadLibrary(store, code, replace) }
	report, err := tools.Import(context.Background(), store, bytes.NewReader(file), o)
	if err != nil || report.SkippedTotal() > 0 {
		t.Fatalf("%v, skipped %v", err, report.Skipped)
	}
	if err := store.Check(); err != nil {
		t.Fatal(err)
	}
	var to bytes.Buffer
	if _, err := tools.Export(store, &to, tools.ExportOptions{RedisVersion: "7.0.15"}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return to.Bytes()
}

// What was imported comes out again, whatever it is: into an empty directory, and, with Replace, over what is there.
func TestRandomRoundTrip(t *testing.T) {
	rounds := 2
	if testing.Short() {
		rounds = 1
	}
	for range rounds {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			f := randomFile{r: rand.New(rand.NewPCG(seed, 0))}
			dir := t.TempDir()
			first, second := f.write(400), f.write(300)
			want := contents(t, first)
			same(t, contents(t, stored(t, dir, first, tools.ImportOptions{})), want)
			want = merged(want, contents(t, second))
			same(t, contents(t, stored(t, dir, second, tools.ImportOptions{Replace: true})), want)
		})
	}
}

// merged is what is there when the keys of b have replaced those of a; a library has one text.
func merged(a, b map[string]string) map[string]string {
	for name := range b {
		lib, isFunction := libraryOf(name)
		maps.DeleteFunc(a, func(other, _ string) bool {
			l, ok := libraryOf(other)
			return isFunction && ok && l == lib
		})
	}
	maps.Copy(a, b)
	return a
}

func libraryOf(name string) (lib string, ok bool) {
	var n int
	_, err := fmt.Sscanf(name, "function #!lua name=lib%d", &n)
	return strconv.Itoa(n), err == nil
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, w := range want {
		if g, ok := got[name]; !ok || g != w {
			t.Fatalf("%.200s:\n%.500s\nnot\n%.500s", name, g, w)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d keys and functions, not %d", len(got), len(want))
	}
}
