package rdb

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
)

// oracle is a real redis-server that has loaded a file.
type oracle struct {
	t    testing.TB
	file string
	conn net.Conn
	r    *bufio.Reader
	log  *bytes.Buffer
}

// startOracle runs redis-server 7.0 on a file (nil: none) until the test ends.
func startOracle(t testing.TB, file []byte, args ...string) *oracle {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server")
	}
	if version, _ := exec.Command(path, "--version").Output(); !strings.Contains(string(version), " v=7.0.") {
		t.Skip("redis-server is not 7.0")
	}
	dir := t.TempDir()
	o := &oracle{t: t, file: filepath.Join(dir, "dump.rdb"), log: &bytes.Buffer{}}
	if file != nil {
		if err := os.WriteFile(o.file, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args = append([]string{"--bind", "127.0.0.1", "--save", "", "--dir", dir, "--enable-debug-command", "yes",
		"--sanitize-dump-payload", "yes"}, args...)
	for range 5 {
		if o.run(path, args) {
			return o
		}
	}
	t.Fatalf("redis-server does not answer:\n%s", o.log)
	return nil
}

// run tells whether the server answers; somebody else may have taken its port.
func (o *oracle) run(path string, args []string) bool {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.t.Fatal(err)
	}
	addr := l.Addr().(*net.TCPAddr)
	_ = l.Close()
	cmd := exec.Command(path, append([]string{"--port", strconv.Itoa(addr.Port)}, args...)...)
	cmd.Stdout = o.log
	if err := cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	o.t.Cleanup(func() { _ = cmd.Process.Kill(); <-exited })
	for range 500 {
		select {
		case <-exited:
			return false
		case <-time.After(20 * time.Millisecond):
		}
		if o.conn, err = net.Dial("tcp", addr.String()); err == nil {
			break
		}
	}
	if err != nil {
		return false
	}
	o.t.Cleanup(func() { _ = o.conn.Close() })
	o.r = bufio.NewReader(o.conn)
	for o.do("PING") != "PONG" { // it says LOADING until it has loaded
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

// do sends a command and returns its reply as text, "-" before an error.
func (o *oracle) do(args ...string) string {
	o.t.Helper()
	if _, err := o.conn.Write(resp.AppendCommandStrings(nil, args...)); err != nil {
		o.t.Fatal(err)
	}
	v, err := resp.ReadValue(o.r)
	if err != nil {
		o.t.Fatalf("%v; the server says:\n%s", err, o.log)
	}
	if v.Kind == '-' {
		return "-" + string(v.Str)
	}
	if v.Kind == ':' {
		return strconv.FormatInt(v.Int, 10)
	}
	return string(v.Str)
}

// save makes the server write a file.
func (o *oracle) save() []byte {
	o.t.Helper()
	if got := o.do("SAVE"); got != "OK" {
		o.t.Fatal(got)
	}
	b, err := os.ReadFile(o.file)
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

// hasKeys fails the test unless the server has the keys, and no others.
func (o *oracle) hasKeys(keys []modelKey) {
	o.t.Helper()
	perDB := map[int]int{}
	for i := range keys {
		k := &keys[i]
		perDB[k.db]++
		if o.do("SELECT", strconv.Itoa(k.db)) != "OK" {
			o.t.Fatal("SELECT")
		}
		if got := o.digest(k.name); got != k.digest() {
			o.t.Fatalf("redis says %s of %.2000s", got, k)
		}
		if k.attr.ExpireAtMs != 0 && o.do("PEXPIRETIME", k.name) != strconv.FormatInt(k.attr.ExpireAtMs, 10) {
			o.t.Fatalf("redis says %s of the expire time of %.2000s", o.do("PEXPIRETIME", k.name), k)
		}
	}
	for db, n := range perDB {
		o.do("SELECT", strconv.Itoa(db))
		if got := o.do("DBSIZE"); got != strconv.Itoa(n) {
			o.t.Fatalf("redis has %s keys, not %d", got, n)
		}
	}
}

func (o *oracle) digest(key string) string {
	if _, err := o.conn.Write(resp.AppendCommandStrings(nil, "DEBUG", "DIGEST-VALUE", key)); err != nil {
		o.t.Fatal(err)
	}
	v, err := resp.ReadValue(o.r)
	if err != nil || len(v.Elems) != 1 {
		o.t.Fatalf("DEBUG DIGEST-VALUE: %v %v", v, err)
	}
	return string(v.Elems[0].Str)
}

// Redis loads what is written here, and finds the same in it; what Redis then writes is read here.
func TestRedisLoadsWhatIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 7))
	for _, o := range everyOptions() {
		if o.Version > VersionRedis7 {
			continue
		}
		keys := randomKeys(r, 100)
		for i := range keys {
			keys[i].attr.Usage = Usage{} // depends on the time of loading
		}
		redis := startOracle(t, writeFile(t, keys, o))
		if o.Version == 9 {
			dropWhatRedis5Lacks(keys)
		}
		redis.hasKeys(keys)
		got, _, err := readFile(redis.save(), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		sameKeys(t, got, keys)
	}
}

// Collections come back as Redis would have packed them.
func TestRedisFindsPacked(t *testing.T) {
	long := strings.Repeat("x", 65)
	keys := []modelKey{
		{name: "hash:listpack", model: model{typ: encoding.TypeHash, fields: []modelField{{"a", "1", 0}}}},
		{name: "hash:hashtable", model: model{typ: encoding.TypeHash, fields: []modelField{{"a", long, 0}}}},
		{name: "set:intset", model: model{typ: encoding.TypeSet, items: []string{"-1", "1"}}},
		{name: "set:hashtable", model: model{typ: encoding.TypeSet, items: []string{"1", "a"}}},
		{name: "zset:listpack", model: model{typ: encoding.TypeZSet, scored: []modelScored{{"b", 1}, {"a", 2}}}},
		{name: "zset:skiplist", model: model{typ: encoding.TypeZSet, scored: []modelScored{{long, 1}}}},
		{name: "list:quicklist", model: model{typ: encoding.TypeList, items: []string{"a", long}}},
		{name: "string:int", model: model{typ: encoding.TypeString, text: "123"}},
	}
	file := writeFile(t, keys, Options{})
	redis := startOracle(t, file, "--rdbcompression", "no")
	for _, k := range keys {
		_, want, _ := strings.Cut(k.name, ":")
		if got := redis.do("OBJECT", "ENCODING", k.name); got != want {
			t.Errorf("%s is a %s", k.name, got)
		}
	}
	// What Redis writes of it has the same length, except for the remarks.
	saved := redis.save()
	if got, want := len(afterRemarks(t, saved)), len(afterRemarks(t, file)); got != want {
		t.Errorf("Redis writes %d bytes, not %d", got, want)
	}
}

// afterRemarks is a file from its first database on.
func afterRemarks(t *testing.T, file []byte) []byte {
	t.Helper()
	r := NewReader(bytes.NewReader(file), Limits{})
	for {
		before := r.Offset()
		item, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := item.(*Aux); !ok {
			return file[max(before, magicBytes):]
		}
	}
}

func TestRedisDump(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 7))
	redis := startOracle(t, nil)
	for _, o := range everyOptions() {
		if o.Version > VersionRedis7 {
			continue
		}
		d := NewDumper(o)
		for range 40 {
			k := modelKey{name: "k", model: randomModel(r)}
			if err := k.write(&d.ValueWriter); err != nil {
				t.Fatal(err)
			}
			payload, err := d.Payload()
			if err != nil {
				t.Fatal(err)
			}
			if got := redis.do("RESTORE", "k", "0", string(payload), "REPLACE"); got != "OK" {
				t.Fatalf("%s: %v", got, k)
			}
			if o.Version == 9 {
				one := []modelKey{k}
				dropWhatRedis5Lacks(one)
				k = one[0]
			}
			if got := redis.digest("k"); got != k.digest() {
				t.Fatalf("redis says %s of %v", got, k)
			}
			v, err := OpenDump([]byte(redis.do("DUMP", "k")), DefaultVersion, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := modelKey{name: "k", model: readValue(v)}
			if v.Err() != nil {
				t.Fatal(v.Err())
			}
			sameKeys(t, []modelKey{got}, []modelKey{k})
		}
	}
}

func TestRedisInfo(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, Options{})
	info := Info{RedisVersion: "7.0.15", CreatedSec: 1700000000, UsedMemory: 1 << 20,
		Replication: &ReplicationInfo{StreamDB: 0, ID: strings.Repeat("ab", 20), Offset: 1234}}
	if err := w.Info(info); err != nil {
		t.Fatal(err)
	}
	if err := w.Function([]byte("#!lua name=lib\nredis.register_function('f', function() return 7 end)")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	redis := startOracle(t, out.Bytes())
	if got := redis.do("FCALL", "f", "0"); got != "7" {
		t.Fatal(got)
	}
	codes, err := OpenFunctions([]byte(redis.do("FUNCTION", "DUMP")), DefaultVersion, Limits{})
	if err != nil || len(codes) != 1 || !bytes.Contains(codes[0], []byte("return 7")) {
		t.Fatalf("%q %v", codes, err)
	}
	if got := redis.do("FUNCTION", "RESTORE", string(AppendFunctions(nil, codes, Options{Compress: true})), "FLUSH"); got != "OK" {
		t.Fatal(got)
	}
	_, other, err := readFile(redis.save(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range other {
		name, _, _ := strings.Cut(s, "=")
		names = append(names, strings.TrimSuffix(name, "\\n"))
	}
	if got := fmt.Sprint(names[:4]); got != `[aux "redis-ver" aux "redis-bits" aux "ctime" aux "used-mem"]` {
		t.Fatal(got)
	}
}

// A sorted set that Redis packs has no negative zero; one that it does not pack may have.
func TestRedisNegativeZero(t *testing.T) {
	long := strings.Repeat("x", 65)
	redis := startOracle(t, nil)
	d := NewDumper(Options{})
	for _, c := range []struct{ member, want string }{{"a", "0"}, {long, "-0"}} {
		m := model{typ: encoding.TypeZSet, scored: []modelScored{{c.member, math.Copysign(0, -1)}}}
		if err := m.write(&d.ValueWriter); err != nil {
			t.Fatal(err)
		}
		payload, err := d.Payload()
		if err != nil {
			t.Fatal(err)
		}
		redis.do("DEL", "k", "l")
		redis.do("ZADD", "k", "-0", c.member)
		redis.do("RESTORE", "l", "0", string(payload))
		if k, l := redis.do("ZSCORE", "k", c.member), redis.do("ZSCORE", "l", c.member); k != c.want || l != c.want {
			t.Errorf("%s added, %s restored", k, l)
		}
	}
}
