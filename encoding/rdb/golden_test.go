package rdb

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew; those of Redis need redis-server 7.0.15")

// golden compares got with a file of testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s differs; got\n%.3000q", name, got)
	}
}

// goldenCommands make a key of each layout that Redis 7.0 writes, a line each; {n:text} is text n times.
const goldenCommands = `
SET string plain
SET string:int8 -7
SET string:int16 1234
SET string:int32 -2000000000
SET string:int64 9007199254740993
SET string:long {40:compresses well }
SET string:empty ""
SET expires in-the-year-2100 PXAT 4102444800123
RPUSH list a b 1 -1 300 70000 5000000000 {10:twice }
RPUSH list:nodes {5000:x} {4000:y} 12
SADD set:intset 1 -2 300
SADD set:wide 1 70000 5000000000
SADD set:hashtable a b 3
HSET hash:listpack name value 1 2 empty ""
HSET hash:hashtable name {100:long}
ZADD zset:listpack 1 a 2.5 b -inf c inf d 1e300 e
ZADD zset:skiplist 1.25 {100:long} -3 b
XADD stream 1-1 f v g 1
XADD stream 1-2 f w g -2
XADD stream 5-0 other x
XADD stream 6-0 f z g 3
XDEL stream 1-2
XGROUP CREATE stream grp 0
XGROUP CREATE stream idle $ ENTRIESREAD 3
XGROUP CREATECONSUMER stream grp nobody
XREADGROUP GROUP grp alice COUNT 1 STREAMS stream >
XREADGROUP GROUP grp bob STREAMS stream >
XACK stream grp 5-0
XADD stream:empty 9-9 a b
XDEL stream:empty 9-9
FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function() return 1 end)"
SELECT 3
SET other database`

// TestGoldenOfRedis reads files that redis-server 7.0.15 wrote.
func TestGoldenOfRedis(t *testing.T) {
	for _, compressed := range []string{"yes", "no"} {
		name := "redis-7.0.15-compressed-" + compressed
		if *rewrite {
			redis := startOracle(t, nil, "--rdbcompression", compressed)
			for _, line := range strings.Split(strings.TrimSpace(goldenCommands), "\n") {
				if got := redis.do(goldenWords(line)...); strings.HasPrefix(got, "-") {
					t.Fatalf("%s: %s", line, got)
				}
			}
			file := redis.save()
			keys, _, err := readFile(file, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			redis.hasKeys(keys)
			golden(t, name+".rdb", file)
		}
		file, err := os.ReadFile(filepath.Join("testdata", name+".rdb"))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", []byte(listing(t, file)))
	}
}

// goldenWords takes a line apart.
func goldenWords(line string) (words []string) {
	for line != "" {
		var word string
		switch {
		case line[0] == '"':
			_, _ = fmt.Sscanf(line, "%q", &word)
			line = line[len(fmt.Sprintf("%q", word)):]
		case line[0] == '{':
			var n int
			head, rest, _ := strings.Cut(line[1:], ":")
			_, _ = fmt.Sscan(head, &n)
			text, rest, _ := strings.Cut(rest, "}")
			word, line = strings.Repeat(text, n), rest
		default:
			word, _, _ = strings.Cut(line, " ")
			line = line[len(word):]
		}
		words = append(words, word)
		line = strings.TrimPrefix(line, " ")
	}
	return words
}

// listing shows all that is in a file, and the digests of its keys.
func listing(t *testing.T, file []byte) string {
	t.Helper()
	keys, other, err := readFile(file, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range other {
		fmt.Fprintln(&b, s)
	}
	for _, k := range keys {
		fmt.Fprintf(&b, "%s %v\n", k.digest(), k)
	}
	return b.String()
}

// TestGoldenOfWriter pins what is written.
func TestGoldenOfWriter(t *testing.T) {
	for version := VersionRedis5; version <= VersionRedis72; version++ {
		r := rand.New(rand.NewPCG(6, 7))
		var keys []modelKey
		for typ := encoding.TypeString; typ <= encoding.TypeStream; typ++ {
			for _, n := range []int{3, 20} {
				keys = append(keys, named(fmt.Sprint(typ, n), randomModelOf(r, typ, n)))
			}
		}
		golden(t, fmt.Sprintf("written-%d.rdb", version), writeFile(t, keys, Options{Version: version, Compress: true}))
	}
}
