package check

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/types"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// damage is something that can happen to a file.
type damage struct {
	name    string
	pattern string
	do      func(r *rand.Rand, b []byte, used int) []byte // nil: the file goes
	// exact: nothing is lost.
	exact bool
	all   bool // files of the pattern are hit
	// inLog: what the log holds beyond the checkpoint may be lost.
	inLog bool
}

func flip(r *rand.Rand, b []byte, used int) []byte {
	b[r.IntN(used)] ^= 1 << r.IntN(8)
	return b
}

func zero(r *rand.Rand, b []byte, used int) []byte {
	at := r.IntN(used)
	clear(b[at:min(used, at+1+r.IntN(3000))])
	return b
}

func garbage(r *rand.Rand, b []byte, used int) []byte {
	for i, end := r.IntN(used), r.IntN(400); end > 0 && i < used; i, end = i+1, end-1 {
		b[i] = byte(r.Uint32())
	}
	return b
}

func cut(r *rand.Rand, b []byte, used int) []byte { return b[:r.IntN(used)] }

func empty(*rand.Rand, []byte, int) []byte { return []byte{} }

func gone(*rand.Rand, []byte, int) []byte { return nil }

var damages = []damage{
	{name: "table, a bit", pattern: "tables/*.sst", do: flip, exact: true},
	{name: "table, zeros", pattern: "tables/*.sst", do: zero},
	{name: "table, garbage", pattern: "tables/*.sst", do: garbage},
	{name: "table, cut", pattern: "tables/*.sst", do: cut},
	{name: "manifest, a bit", pattern: "tables/MANIFEST-*", do: flip, exact: true},
	{name: "manifest, zeros", pattern: "tables/MANIFEST-*", do: zero, exact: true},
	{name: "manifest, cut", pattern: "tables/MANIFEST-*", do: cut, exact: true},
	{name: "manifest, empty", pattern: "tables/MANIFEST-*", do: empty, exact: true},
	{name: "manifest, gone", pattern: "tables/MANIFEST-*", do: gone, exact: true},
	{name: "marker, gone", pattern: "tables/marker.manifest.*", do: gone, exact: true},
	{name: "version, gone", pattern: "tables/marker.format-version.*", do: gone, exact: true},
	{name: "options, garbage", pattern: "tables/OPTIONS-*", do: garbage, exact: true},
	{name: "options, gone", pattern: "tables/OPTIONS-*", do: gone, exact: true},
	{name: "log, a bit", pattern: "log/*.log", do: flip, exact: true},
	{name: "log, zeros", pattern: "log/*.log", do: zero, inLog: true},
	{name: "log, garbage", pattern: "log/*.log", do: garbage, inLog: true},
	{name: "log, cut", pattern: "log/*.log", do: cut, inLog: true},
	{name: "log, gone", pattern: "log/*.log", do: gone, inLog: true},
	{name: "log, all gone", pattern: "log/*", do: gone, all: true, inLog: true},
	{name: "identity, cut", pattern: "IDENTITY", do: cut, exact: true},
}

func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("CAIRN_CHECK_ROUNDS")); err == nil {
		return n
	}
	return 1
}

func seed() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("CAIRN_CHECK_SEED"), 10, 64); err == nil {
		return n
	}
	return 1
}

func TestRepair(t *testing.T) {
	good := makeData(t)
	want := digests(t, clone(t, good))
	if len(want) < 1000 {
		t.Fatalf("only %d keys", len(want))
	}
	for i, d := range damages {
		for round := range rounds() {
			t.Run(fmt.Sprintf("%s %d", d.name, round), func(t *testing.T) {
				r := rand.New(rand.NewPCG(seed(), uint64(100*i+round)))
				dir := clone(t, good)
				hurt(t, r, dir, d)
				repairAndCompare(t, dir, d, want)
			})
		}
	}
}

// hurt damages one file of a directory, or all that a pattern names.
func hurt(t *testing.T, r *rand.Rand, dir string, d damage) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, d.pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file %s: %v", d.pattern, err)
	}
	if !d.all {
		i := r.IntN(len(files))
		files = files[i : i+1]
	}
	for _, file := range files {
		if err := hurtFile(r, file, d); err != nil {
			t.Fatal(err)
		}
	}
}

func hurtFile(r *rand.Rand, file string, d damage) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	used := len(bytes.TrimRight(b, "\x00"))
	if b = d.do(r, b, max(1, used)); b == nil {
		return os.Remove(file)
	}
	return os.WriteFile(file, b, 0o644)
}

var missing = regexp.MustCompile(`keys that are missing: (\d+)`)

func repairAndCompare(t *testing.T, dir string, d damage, want map[string]string) {
	t.Helper()
	var out strings.Builder
	before := contents(t, dir)
	problems, err := tools.CheckFiles(dir, io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	if after := contents(t, dir); after != before {
		t.Errorf("the check has changed something:\n%s\nwas\n%s", after, before)
	}
	err = tools.Repair(dir, &out, tools.RepairOptions{Open: openSalvaged, Now: time.Now})
	if err != nil && strings.Contains(out.String(), "Meta, which says") {
		t.Skip("Meta was hit, without which there is no repair")
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if n, err := tools.CheckFiles(dir, &out, nil); err != nil || n != 0 {
		t.Fatalf("after the repair: %d problems, %v\n%s", n, err, out.String())
	}
	got := digests(t, dir)
	lost := 0
	for key, digest := range want {
		switch {
		case got[key] == digest:
		case problems == 0 && d.inLog:
			lost++ // a tail that the server would have cut as well
		case strings.Contains(out.String(), fmt.Sprintf("%q", key)):
		case d.inLog && strings.HasPrefix(key, "tail:"):
		case got[key] == "":
			lost++
		default:
			t.Errorf("key %q has another value, and the repair does not name it\n%s", key, out.String())
		}
	}
	for key := range got {
		if want[key] == "" {
			t.Errorf("key %q has come from nowhere", key)
		}
	}
	allowed := 0
	if m := missing.FindStringSubmatch(out.String()); m != nil {
		allowed, _ = strconv.Atoi(m[1])
	}
	if lost > allowed && problems > 0 || d.exact && lost > 0 {
		t.Errorf("%d keys are lost, the repair says %d\n%s", lost, allowed, out.String())
	}
}

// contents says what files a directory has, and when they were changed.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var list strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && !e.IsDir() && e.Name() != "LOCK" {
			fmt.Fprintln(&list, path, info.Size(), info.ModTime())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list.String()
}

func openSalvaged(dir string, failed func([][]byte, error)) (*persistence.Store, error) {
	cfg := config.New()
	if err := cfg.Load([]string{"--dir", dir, "--maxmemory", "128mb", "--cairn-log-segment-size", "512kb"}, nil); err != nil {
		return nil, err
	}
	return server.OpenSalvaged(cfg, io.Discard, failed)
}

// digests opens a directory as a start would, and reads the digest of every key.
func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	cfg := config.New()
	if err := cfg.Load([]string{"--dir", dir, "--maxmemory", "128mb", "--cairn-log-segment-size", "512kb"}, nil); err != nil {
		t.Fatal(err)
	}
	store, err := server.OpenStore(cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := store.Check(); err != nil {
		t.Error(err)
	}
	all := map[string]string{}
	tx := store.Tx()
	for database := range store.Databases() {
		tx.Select(database)
		for from, done := encoding.Place(0), false; !done; {
			var list []persistence.Entry
			if list, from, done, err = store.Scan(database, from, 1000); err != nil {
				t.Fatal(err)
			}
			for i := range list {
				all[string(list[i].Name)] = digest(t, store, tx, list[i].Name)
			}
		}
	}
	return all
}

func digest(t *testing.T, store *persistence.Store, tx *persistence.Tx, name []byte) string {
	t.Helper()
	var d types.Digest
	err := store.View(tx, persistence.Keys{Names: [][]byte{name}}, func(tx *persistence.Tx) (err error) {
		d, err = types.DigestValue(tx, name)
		return err
	})
	if err != nil {
		t.Fatalf("key %q: %v", name, err)
	}
	return d.String()
}

// scratch is a directory in memory where there is one: nothing here depends on what is on disk.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "cairn-check-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func clone(t *testing.T, dir string) string {
	t.Helper()
	to := scratch(t)
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// makeData makes a directory with keys of all types and sizes, of several checkpoints that have changed the same
// keys, and a log behind the last.
func makeData(t *testing.T) (dir string) {
	t.Helper()
	s := proc.StartCairn(t, "--save", "", "--enable-debug-command", "yes", "--cairn-log-segment-size", "512kb")
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	do := func(args ...string) {
		t.Helper()
		if reply, err := c.Do(args...); err != nil || reply.IsError() {
			t.Fatalf("%.100q: %v %v", args, reply, err)
		}
	}
	for round := range 3 {
		for _, kind := range []string{"string", "list", "set", "numbers", "hash", "zset", "stream"} {
			for _, n := range []int{3, 100, 700, 2500} {
				do("EVAL", fillScript, "0", kind, fmt.Sprintf("%s:%d", kind, n), strconv.Itoa(n), strconv.Itoa(round))
			}
		}
		do("EVAL", pairsScript, "0", "pair", "1500", strconv.Itoa(round))
		do("SELECT", "7")
		do("EVAL", pairsScript, "0", "other", "100", strconv.Itoa(round))
		do("SELECT", "0")
		do("SETRANGE", "long", "200000", "the end")
		do("SAVE")
	}
	do("EVAL", pairsScript, "0", "tail", "300", "9")
	for i := range 100 {
		do("SET", fmt.Sprint("tail:single:", i), strings.Repeat("x", 100))
	}
	if err := s.Kill9(); err != nil {
		t.Fatal(err)
	}
	return s.Dir
}

const fillScript = `
local kind, key, n, round = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
for i = 1 + round * math.floor(n / 3), n do
  local text = 'text ' .. (i * 7919 % 10007) .. string.rep('y', i % 60)
  if kind == 'string' then redis.call('APPEND', key, text)
  elseif kind == 'list' then redis.call('RPUSH', key, text .. round)
  elseif kind == 'set' then redis.call('SADD', key, text)
  elseif kind == 'numbers' then redis.call('SADD', key, i * 31 + round)
  elseif kind == 'hash' then redis.call('HSET', key, text, text .. round)
  elseif kind == 'zset' then redis.call('ZADD', key, (i * 13 + round) % 977 / 4, text)
  else redis.call('XADD', key, (i + round * 10000) .. '-1', 'name', text, 'x', i) end
end
if kind == 'stream' then
  redis.call('XGROUP', 'CREATE', key, 'workers' .. round, '0')
  redis.call('XREADGROUP', 'GROUP', 'workers' .. round, 'alice', 'COUNT', 20, 'STREAMS', key, '>')
  redis.call('XREADGROUP', 'GROUP', 'workers' .. round, 'bob', 'COUNT', 20, 'STREAMS', key, '>')
end`

const pairsScript = `
for i = 1, tonumber(ARGV[2]) do
  local key = ARGV[1] .. ':' .. i
  if i % 7 == tonumber(ARGV[3]) then redis.call('DEL', key)
  elseif i % 5 == 0 then redis.call('SET', key, 'value ' .. i .. ' of ' .. ARGV[3], 'PXAT', 4000000000000 + i)
  else redis.call('SET', key, 'value ' .. i .. ' of ' .. ARGV[3] .. string.rep('z', i % 90)) end
end`
