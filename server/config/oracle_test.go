package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// otherDefaults are the defaults that differ from Redis 7.0 on purpose.
var otherDefaults = map[string]string{
	"appendonly":  "the log is always on",
	"appendfsync": "an acknowledged write must not be lost",
	"dir":         "data has a directory of its own instead of the one the server was started in",
}

// ownSettings are the directives that startRedis sets itself.
var ownSettings = []string{"port", "unixsocket"}

func TestDefaultsAreRedisDefaults(t *testing.T) {
	redis := startRedis(t)
	c := New()
	for name := range c.byName {
		want := redis.do("CONFIG", "GET", name)
		r := c.visible(name)
		switch {
		case strings.HasPrefix(name, "cairn-"), slices.Contains(ownSettings, name), r == nil:
		case len(want) == 0:
			t.Errorf("%s: unknown to Redis", name)
		case otherDefaults[r.name] != "":
			if r.defText == want[1] {
				t.Errorf("%s: listed as different, but is %q as in Redis", name, r.defText)
			}
		case r.defText != want[1]:
			t.Errorf("%s: default %q, Redis has %q", name, r.defText, want[1])
		}
	}
}

func TestEveryRedisDirectiveIsAccountedFor(t *testing.T) {
	c := New()
	all := startRedis(t).do("CONFIG", "GET", "*")
	for i := 0; i < len(all); i += 2 {
		if name := all[i]; c.byName[name] == nil && missingFeature(name) == "" {
			t.Errorf("%s: neither in the table nor among the absent features", name)
		}
	}
}

// probes are values that parse, or nearly, in some kind or other.
var probes = []string{
	"bogus!", "", "-1", "0", "1", "2", "007", "+1", "yes", "NO", "default", "1kb", "1Mb", "2m", "1.5mb", "-1mb", "5%",
	"101%", "0%", "1 2", "1 2 3", " 1 2 3", "1 2 3 4", "normal 1 2 3", "2147483648", "9223372036854775807",
	"9223372036854775808", "a/b", "local", "always", "{title}", "{port}", "{{", "{", "x{oops}", "save now",
	"save nosave", "slave 1kb 2mb 3", "99.9 0.1 100", "101", "KEA", "nmKEg$lshzxetd", "nmtgK", "Ed",
	"\r\n\x01\"",
}

// unprobed are directives for which CONFIG SET in the reference server does more than set.
var unprobed = map[string]string{
	"port":                 "listens",
	"unixsocket":           "is what the test connects to",
	"bind":                 "listens",
	"maxclients":           "asks the system for descriptors",
	"maxmemory-clients":    "closes the test's connection; see TestSetLikeRedis",
	"oom-score-adj":        "writes the system's score",
	"oom-score-adj-values": "writes the system's score",
	"tls-replication":      "looks for certificates",
	"tls-port":             "listens",
	"tls-cert-file":        "looks for certificates",
	"tls-key-file":         "looks for certificates",
	"dir":                  "immutable here: the data is there",
	"appendonly":           "cannot be switched here",
}

func TestSetRepliesLikeRedis(t *testing.T) {
	redis, c := startRedis(t), New()
	for _, r := range c.rows {
		if r.class == FileOnly || unprobed[r.name] != "" || strings.HasPrefix(r.name, "cairn-") {
			continue
		}
		redisWas, was := redis.config(r.name), r.cell.text()
		for _, value := range probes {
			want, got := redis.set(r.name, value), reply(c, r.name, value)
			if stricterSize(got, value) {
				redis.set(r.name, redisWas)
				reply(c, r.name, was)
				continue
			}
			if got != want {
				t.Errorf("CONFIG SET %s %q:\n got %s\nwant %s", r.name, value, got, want)
			}
			if want, got := redis.config(r.name), r.cell.text(); got != want && otherDefaults[r.name] == "" {
				t.Errorf("after CONFIG SET %s %q: got %q, want %q", r.name, value, got, want)
			}
		}
		redis.set(r.name, redisWas)
		reply(c, r.name, was)
	}
}

// stricterSize tells whether a value is one of the sizes that ParseMemory refuses on purpose.
func stricterSize(reply, value string) bool {
	return strings.HasSuffix(reply, "argument must be a memory value") && (value == "" || value == "9223372036854775808")
}

// reply is what a client would read after CONFIG SET.
func reply(c *Config, nameValues ...string) string {
	var pairs []Pair
	for i := 0; i < len(nameValues); i += 2 {
		pairs = append(pairs, Pair{nameValues[i], nameValues[i+1]})
	}
	if err := c.Set(pairs, true); err != nil {
		return err.Error()
	}
	return "OK"
}

func TestSetLikeRedis(t *testing.T) {
	redis, c := startRedis(t), New()
	c.OnChange("port", func() error { return nil })
	for _, pairs := range [][]string{
		{"nope", "1"},
		{"hz", "11", "nope", "1"},
		{"hz", "x", "nope", "1"},
		{"hz", "11", "HZ", "12"},
		{"hz", "x", "HZ", "x"},
		{"HZ", "x"},
		{"hz", "12", "timeout", "x"},
		{"databases", "1", "nope", "1"},
		{"DATABASES", "1"},
		{"dbfilename", "x"},
		{"hash-max-listpack-entries", "1", "hash-max-ziplist-entries", "2"},
		{"hash-max-ziplist-entries", "x"},
		{"port", "70000"},
		{"port", "x"},
		{"maxclients", "0"},
		{"maxclients", "-1"},
		{"maxclients", "4294967296"},
		{"maxmemory-clients", "101%"},
		{"maxmemory-clients", "-5%"},
		{"maxmemory-clients", "-5"},
		{"maxmemory-clients", "%"},
		{"maxmemory-clients", "90%"},
		{"oom-score-adj-values", "1 2"},
		{"oom-score-adj-values", "1 2 x"},
		{"oom-score-adj-values", "1 2 2001"},
		{"oom-score-adj", "x"},
		{"appendonly", "maybe"},
		{"bind", strings.Repeat("h ", 17)},
		{"client-output-buffer-limit", "normal 1 2 3 PubSub 4mb 5 6 normal 7 8 9"},
		{"client-output-buffer-limit", "master 1 2 3"},
		{"client-output-buffer-limit", "normal x 2 3"},
		{"client-output-buffer-limit", "normal 1 2 -3"},
		{"save", "60  1"}, {"save", "60 1 300"}, {"save", "0 1"}, {"save", "60 -1"}, {"save", "60 1 300 2"}, {"save", ""},
	} {
		if pairs[0] == "bind" {
			c.OnChange("bind", func() error { return nil })
		}
		if want, got := redis.set(pairs...), reply(c, pairs...); got != want {
			t.Errorf("CONFIG SET %q:\n got %s\nwant %s", pairs, got, want)
		}
		name := strings.ToLower(pairs[0])
		if r := c.visible(name); r != nil && otherDefaults[name] == "" && !slices.Contains(ownSettings, name) {
			if want, got := redis.config(name), r.cell.text(); got != want {
				t.Errorf("after CONFIG SET %q: got %q, want %q", pairs, got, want)
			}
		}
	}
}

func TestLoadLikeRedis(t *testing.T) {
	watched := []string{
		"save", "timeout", "hz", "maxmemory", "shutdown-on-sigint", "client-output-buffer-limit", "requirepass",
		"proc-title-template", "latency-tracking-info-percentiles", "bind",
	}
	for _, test := range []struct {
		conf string
		args []string
	}{
		{conf: "save 900 1\nsave \"\"\nsave 5 6\n"},
		{conf: "save 900 1\nsave 60 2\n", args: []string{"--save", "5", "6"}},
		{conf: "save 900 1\n", args: []string{"--save", ""}},
		{conf: "save 900 1\n", args: []string{"--save", "--timeout", "3"}},
		{conf: "", args: []string{"--timeout", "3", "--save"}},
		{conf: "save \"900 1\"\nHZ 5000\n", args: []string{"--timeout 7", "--SHUTDOWN-on-sigint", "save now"}},
		{conf: "requirepass \"a\\x41 \\n\\q\"\nrequirepass '\\'\\n'\n proc-title-template a\"b c\"\n# x\n\n\t\r\n"},
		{conf: "requirepass \"--x\"\ntimeout 3", args: []string{"--requirepass", "--y", "--maxmemory", "1Gb"}},
		{conf: "client-output-buffer-limit normal 1 2 3\nclient-output-buffer-limit replica 1k 2kb 3\n"},
		{conf: "bind \"1.2.3.4   -::1\"\nlatency-tracking-info-percentiles 50 1.50\nlua-replicate-commands no\n"},
	} {
		path := filepath.Join(t.TempDir(), "redis.conf")
		if err := os.WriteFile(path, []byte(test.conf), 0o600); err != nil {
			t.Fatal(err)
		}
		args := append([]string{path}, test.args...)
		c := New()
		if err := c.Load(args, nil); err != nil {
			t.Errorf("%q %q: %v", test.conf, test.args, err)
			continue
		}
		redis := startRedis(t, args...)
		redis.do("AUTH", c.RequirePass.Get())
		for _, name := range watched {
			if want, got := redis.config(name), c.byName[name].cell.text(); got != want {
				t.Errorf("%q %q: %s is %q, want %q", test.conf, test.args, name, got, want)
			}
		}
	}
}
