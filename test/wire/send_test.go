package wire

import (
	"path/filepath"
	"strings"
	"testing"
)

// saved makes a server write its RDB file.
func (n *node) saved() string {
	n.t.Helper()
	n.do("SAVE")
	return filepath.Join(n.Dir, "dump.rdb")
}

// From Redis into a running Cairn by DUMP payloads, and from there, as a file, into a running Redis.
func TestSendThereAndBack(t *testing.T) {
	from, c, to := redis(t), cairn(t), redis(t)
	from.fill(41, 700)
	from.do("FUNCTION", "LOAD", "#!lua name=numbers\nredis.register_function('twice', function(k, a) return 2 * a[1] end)")
	from.do("SET", "gone", "x", "PXAT", "9000000000000")
	want := from.digest()
	must(t, "import", from.saved(), "--to", c.url())
	if got := c.digest(); got != want {
		t.Fatalf("Cairn has %s, not %s", got, want)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "out.rdb")
	must(t, "export", file, "--dir", c.Dir)
	must(t, "import", file, "--to", to.url())
	if got := to.digest(); got != want {
		t.Errorf("Redis has %s, not %s", got, want)
	}
	if got := to.do("FCALL", "twice", "0", "21"); got != "42" {
		t.Errorf("twice 21 is %s", got)
	}
}

const largeScript = `
for i = 1, 3000 do
  local text = string.rep('x', 600) .. i
  redis.call('RPUSH', 'list', text)
  redis.call('SADD', 'set', text)
  redis.call('HSET', 'hash', text, i)
  redis.call('ZADD', 'zset', i / 8, text)
  redis.call('XADD', 'stream', '1-' .. i, 'name', text, 'n', i)
end
redis.call('ZADD', 'zset', '-inf', 'low', 'inf', 'high')
redis.call('SET', 'string', string.rep('0123456789abcdef', 65000))
redis.call('XDEL', 'stream', '1-7')
redis.call('XGROUP', 'CREATE', 'stream', 'workers', '1-3', 'ENTRIESREAD', 3)
redis.call('XGROUP', 'CREATECONSUMER', 'stream', 'workers', 'bob')
redis.call('XREADGROUP', 'GROUP', 'workers', 'alice', 'COUNT', 20, 'STREAMS', 'stream', '>')
redis.call('PEXPIREAT', 'list', 9000000000000)`

// Values of which the payload is longer than the server takes go in pieces.
func TestSendInPieces(t *testing.T) {
	from := redis(t)
	from.do("EVAL", largeScript, "0")
	from.do("RPUSH", "huge", strings.Repeat("x", 2<<20))
	file := from.saved()
	from.do("DEL", "huge")
	want := from.digest()
	for _, to := range []*node{redis(t, "--proto-max-bulk-len", "1mb"), cairn(t, "--proto-max-bulk-len", "1mb")} {
		to.do("SET", "zset", "in the way")
		out, stderr, status := run(t, "import", file, "--to", to.url())
		if status != 1 || !strings.Contains(stderr, `key "zset": the key exists`) {
			t.Errorf("%s: status %d, %s%s", to.Name, status, out, stderr)
		}
		_, stderr, status = run(t, "import", file, "--to", to.url(), "--replace")
		if status != 1 || !strings.Contains(stderr, `key "huge": a string of it is longer than`) || !strings.Contains(stderr, "1 skipped") {
			t.Errorf("%s: status %d, %s", to.Name, status, stderr)
		}
		if got := to.digest(); got != want {
			t.Errorf("%s has %s, not %s", to.Name, got, want)
		}
		for _, args := range [][]string{
			{"XINFO", "STREAM", "stream"}, {"XPENDING", "stream", "workers"}, {"XINFO", "GROUPS", "stream"}, {"PEXPIRETIME", "list"},
		} {
			a, _ := from.conn.Do(args...)
			b, err := to.conn.Do(args...)
			if a, b := withoutNodes(a.String()), withoutNodes(b.String()); err != nil || a != b {
				t.Errorf("%s: %q: %v, not %v, %v", to.Name, args, b, a, err)
			}
		}
	}
}

// withoutNodes leaves out of XINFO what depends on how the entries lie in memory.
func withoutNodes(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.Contains(line, "radix-tree") {
			lines[i+1] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// What exists is skipped, what nobody has asked for is left out, and a server that takes nothing is said to.
func TestSendChoice(t *testing.T) {
	from, to := redis(t, "--databases", "20"), redis(t)
	from.do("SET", "a", "1")
	from.do("RPUSH", "b", "1")
	from.do("SELECT", "2")
	from.do("SET", "a", "2")
	from.do("SELECT", "19")
	from.do("SET", "a", "19")
	file := from.saved()
	to.do("SET", "a", "in the way")
	_, stderr, status := run(t, "import", file, "--to", to.url())
	if status != 1 || !strings.Contains(stderr, `database 0, key "a": the key exists`) ||
		!strings.Contains(stderr, "there are not so many databases") || !strings.Contains(stderr, "2 skipped") {
		t.Errorf("status %d, %s", status, stderr)
	}
	must(t, "import", file, "--to", to.url()+"/7", "--db", "19", "--type", "string")
	to.do("SELECT", "7")
	if got := to.do("GET", "a"); got != "19" {
		t.Errorf("a in database 7 is %q", got)
	}
	if _, stderr, status = run(t, "import", file, "--to", to.url()+"/7"); status != 1 || !strings.Contains(stderr, "--db") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if out := must(t, "import", file, "--to", to.url(), "--dry-run"); !strings.Contains(out, "string     3") {
		t.Errorf("a dry run says %s", out)
	}
	to.do("REPLICAOF", "127.0.0.1", "1")
	if _, stderr, status = run(t, "import", file, "--to", to.url()); status != 1 || !strings.Contains(stderr, "takes nothing: READONLY") {
		t.Errorf("status %d, %s", status, stderr)
	}
	to.do("CONFIG", "SET", "requirepass", "secret")
	_, stderr, status = run(t, "import", file, "--to", strings.Replace(to.url(), "//", "//:wrong@", 1))
	if status != 1 || !strings.Contains(stderr, "WRONGPASS") || strings.Contains(stderr, ":wrong") {
		t.Errorf("status %d, %s", status, stderr)
	}
}
