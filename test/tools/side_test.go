package tools

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// cairn runs a verb to its end.
func cairn(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := exec.Command(proc.CairnBinary(t), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// must runs a verb that succeeds, and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, status := cairn(t, args...)
	if status != 0 {
		t.Fatalf("cairn %q: status %d\n%s%s", args, status, stdout, stderr)
	}
	return stdout
}

// side is a server that is being talked to.
type side struct {
	*client.Conn
	t      *testing.T
	server *proc.Server
}

// state is all that a server holds: the digest, and of a stream what that leaves out; and the functions.
type state struct{ digest, stream, functions string }

func (s side) state() state {
	s.t.Helper()
	reply, err := s.Do("XINFO", "STREAM", "stream127", "FULL", "COUNT", "0")
	if err != nil || !strings.Contains(reply.String(), "alice") {
		s.t.Fatalf("%v %v", reply, err)
	}
	functions, err := s.Do("FUNCTION", "LIST", "WITHCODE")
	if err != nil || !strings.Contains(functions.String(), "twice") {
		s.t.Fatalf("%v %v", functions, err)
	}
	return state{s.digest(), reply.String(), functions.String()}
}

func dial(t *testing.T, s *proc.Server) side {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return side{c, t, s}
}

func (s side) do(args ...string) string {
	s.t.Helper()
	reply, err := s.Do(args...)
	if err != nil || reply.IsError() {
		s.t.Fatalf("%.200q: %v %v", args, reply, err)
	}
	return reply.Text
}

func (s side) digest() string { return s.do("DEBUG", "DIGEST") }

// loaded is a redis-server that has loaded a file.
func loaded(t *testing.T, file string) side {
	t.Helper()
	return dial(t, proc.StartRedis(t, "--dir", filepath.Dir(file), "--dbfilename", filepath.Base(file)))
}

// fill makes keys of all types and many sizes, some of them in other databases, some of them with an expire time.
func (s side) fill(seed uint64) {
	s.t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	for n, size := range []int{1, 3, 100, 127, 129, 500, 513, 3000, 9000} {
		s.do("SELECT", strconv.Itoa(n%3*5))
		for _, kind := range []string{"list", "set", "numbers", "hash", "zset", "stream"} {
			s.do("EVAL", fillScript, "1", fmt.Sprint(kind, size), kind, strconv.Itoa(size), strconv.Itoa(r.IntN(1e6)))
		}
		for i := range 50 {
			value := make([]byte, r.IntN(200))
			for j := range value {
				value[j] = byte(r.IntN(4) * r.IntN(256))
			}
			s.do("SET", fmt.Sprint("string", size, "-", i), string(value))
		}
		s.do("SETRANGE", fmt.Sprint("long", size), strconv.Itoa(100*size), "end")
		s.do("PEXPIREAT", fmt.Sprint("zset", size), strconv.FormatInt(4e12+int64(size), 10))
	}
	s.do("SELECT", "0")
	s.do("FUNCTION", "LOAD", "#!lua name=numbers\n"+
		"redis.register_function('twice', function(keys, args) return 2 * args[1] end)")
}

const fillScript = `
local key, kind, n, seed = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
math.randomseed(seed)
local function text()
  return string.rep(string.char(97 + math.random(0, 25)), math.random(0, 70)) .. math.random(1, 1000000)
end
for i = 1, n do
  if kind == 'list' then redis.call('RPUSH', key, text())
  elseif kind == 'set' then redis.call('SADD', key, text())
  elseif kind == 'numbers' then redis.call('SADD', key, math.random(-1000000, 1000000))
  elseif kind == 'hash' then redis.call('HSET', key, text(), text())
  elseif kind == 'zset' then redis.call('ZADD', key, math.random(-100, 100) / 8, text())
  else redis.call('XADD', key, (1000 + i) .. '-1', 'name', text(), 'x', i) end
end
if kind == 'stream' then
  redis.call('XGROUP', 'CREATE', key, 'workers', '0')
  redis.call('XREADGROUP', 'GROUP', 'workers', 'alice', 'COUNT', 20, 'STREAMS', key, '>')
  redis.call('XACK', key, 'workers', '1001-1')
  redis.call('XDEL', key, '1002-1')
end`

// redisFile is a file of redis-server of random data, with what it says of it.
func redisFile(t *testing.T, seed uint64) (file string, of state) {
	t.Helper()
	server := proc.StartRedis(t)
	redis := dial(t, server)
	redis.fill(seed)
	redis.do("SAVE")
	return filepath.Join(server.Dir, "dump.rdb"), redis.state()
}
