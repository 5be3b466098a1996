package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// files is a tree of configuration files for the loader to read.
type files map[string]string

func (f files) read(path string) (string, error) {
	text, ok := f[path]
	if !ok {
		return "", &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return text, nil
}

func (f files) glob(pattern string) ([]string, error) {
	var paths []string
	for path := range f {
		if ok, err := filepath.Match(pattern, path); err != nil {
			return nil, err
		} else if ok {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths, nil
}

// load loads args, with f as the file system and the file "-" as standard input.
func (f files) load(args ...string) (*Config, error) {
	c := New()
	l := loader{c: c, readFile: f.read, glob: f.glob}
	return c, l.load(args, strings.NewReader(f["-"]))
}

// texts returns the values of names as CONFIG GET shows them.
func (c *Config) texts(names ...string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = c.byName[name].cell.text()
	}
	return strings.Join(list, "|")
}

func TestSourcesInOrder(t *testing.T) {
	f := files{
		"a.conf":        "timeout 1\ninclude conf.d/*.conf\nhz 11\ninclude none*\nslave-read-only no\nrename-command A \"\"\n",
		"conf.d/1.conf": "timeout 2\nhz 9\nrename-command B C",
		"conf.d/2.conf": "TIMEOUT 3\r\n  # comment\n\ntcp-keepalive\t4",
		"-":             "databases 5\ntimeout 6\n",
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "0|10|300|16|6379"},
		{[]string{"a.conf"}, "3|11|4|16|6379"},
		{[]string{"-"}, "6|10|300|5|6379"},
		{[]string{"a.conf", "--port", "7000", "-"}, "6|11|4|5|7000"},
		{[]string{"-", "--port", "7000", "--timeout", "8", "--Databases 9"}, "8|10|300|9|7000"},
		{[]string{"--logfile", "-", "--timeout", "7"}, "7|10|300|16|6379"},
	} {
		c, err := f.load(test.args...)
		if got := c.texts("timeout", "hz", "tcp-keepalive", "databases", "port"); err != nil || got != test.want {
			t.Errorf("%q: got %s, %v, want %s", test.args, got, err, test.want)
		}
	}
}

func TestRenames(t *testing.T) {
	f := files{"a": "rename-command CONFIG secret\ninclude b\n", "b": "\nrename-command FLUSHALL \"\"\n"}
	c, err := f.load("a", "--rename-command", "KEYS", "k")
	want := []Rename{{"CONFIG", "secret", "a:1"}, {"FLUSHALL", "", "b:2"}, {"KEYS", "k", "command line"}}
	if got := c.Renames(); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestLoadErrors(t *testing.T) {
	deep := files{}
	for i := range 20 {
		deep[fmt.Sprint("d", i)] = fmt.Sprint("include d", i+1)
	}
	const unknown = "Bad directive or wrong number of arguments"
	for _, test := range []struct {
		conf string
		args []string
		want string
	}{
		{"# x\n\n  port  abc\n", nil, "f:3: 'port abc': argument couldn't be parsed into an integer"},
		{"port 1 2", nil, "f:1: 'port 1 2': wrong number of arguments"},
		{"PORT", nil, "f:1: 'port': wrong number of arguments"},
		{"unixsocketperm 999", nil, "f:1: 'unixsocketperm 999': argument couldn't be parsed as an octal number"},
		{"unixsocketperm 7777", nil, "f:1: 'unixsocketperm 7777': argument must be between 0 and 777 inclusive"},
		{"maxmemory mb", nil, "f:1: 'maxmemory mb': argument must be a memory value"},
		{"maxmemory 9000000000gb", nil, "f:1: 'maxmemory 9000000000gb': argument must be a memory value"},
		{"save 5 6 \"\"", nil, `f:1: 'save 5 6 \"\"': Invalid save parameters`},
		{"save 5 'x y", nil, "f:1: 'save': Unbalanced quotes in configuration line"},
		{"timeout \"5\"6", nil, "f:1: 'timeout': Unbalanced quotes in configuration line"},
		{"appendfilename \"\"", nil, `f:1: 'appendfilename \"\"': appendfilename can't be empty`},
		{"dir \"\"", nil, `f:1: 'dir \"\"': dir can't be empty`},
		{"requirepass a secret", nil, "f:1: 'requirepass': wrong number of arguments"},
		{"requirepass \"a secret", nil, "f:1: 'requirepass': Unbalanced quotes in configuration line"},
		{"passwort secret", nil, "f:1: 'passwort': " + unknown},
		{"bind-source-addr x", nil, "f:1: 'bind-source-addr': " + unknown + " (replication: not in this version of Cairn)"},
		{"loadmodule x.so", nil, "f:1: 'loadmodule': " + unknown + " (modules: not in this version of Cairn)"},
		{"search.timeout 3", nil, "f:1: 'search.timeout': " + unknown + " (modules: not in this version of Cairn)"},
		{"notify-keyspace-events Exy", nil,
			"f:1: 'notify-keyspace-events Exy': Invalid event class character. Use 'Ag$lshzxeKEtmdn'."},
		{"daemonize yes\nport 1", nil, "f:1: 'daemonize yes': Cairn runs in the foreground; let the service manager put " +
			"it in the background"},
		{"rename-command A", nil, "f:1: 'rename-command': " + unknown},
		{"include", nil, "f:1: 'include': " + unknown},
		{"include gone", nil, "f:1: 'include gone': can't open config file 'gone': file does not exist"},
		{"include [*", nil, "f:1: 'include [*': syntax error in pattern"},
		{"\ninclude bad", nil, "bad:2: 'hz x': argument couldn't be parsed into an integer"},
		{"include d0", nil, "d15:1: 'include d16': files are included more than 16 deep"},
		{"\x1b[31m 1", nil, "f:1: '\\x1b[31m': " + unknown},
		{"", []string{"--port", "x"}, "command line: 'port x': argument couldn't be parsed into an integer"},
		{"", []string{"--port", "--hz", "1"}, "command line: 'port --hz 1': wrong number of arguments"},
		{"", []string{"--port"}, "command line: 'port': wrong number of arguments"},
		{"", []string{"--"}, "command line: '--': a directive is missing after --"},
		{"", []string{"port", "1"}, "command line: 'port': a directive begins with --"},
		{"", []string{"-p", "1"}, "command line: '-p': a directive begins with --"},
		{"", []string{"--nope 1"}, "command line: 'nope': " + unknown},
		{"", []string{"-", "--port", "1"}, "command line: '-': a directive begins with --"},
		{"", []string{"-"}, "stdin:1: 'hz stdin': argument couldn't be parsed into an integer"},
	} {
		f := files{"f": test.conf, "bad": "hz 5\nhz x", "-": "hz stdin"}
		for name, text := range deep {
			f[name] = text
		}
		_, err := f.load(append([]string{"f"}, test.args...)...)
		if err == nil || err.Error() != test.want {
			t.Errorf("%q %q:\n got %v\nwant %s", test.conf, test.args, err, test.want)
		}
	}
	if _, err := (files{}).load("gone"); err == nil || err.Error() != "gone: can't open config file: file does not exist" {
		t.Errorf("no file: %v", err)
	}
}

func TestStockFileLoads(t *testing.T) {
	c := New()
	if err := c.Load([]string{"testdata/stock.conf"}, nil); err != nil {
		t.Fatal(err)
	}
	notice := "testdata/stock.conf:49: 'appendonly no' is read as 'yes': " +
		"Cairn's log is always on; appendfsync says when it is synced"
	if got := c.Notices(); !slices.Equal(got, []string{notice}) {
		t.Errorf("notices %q", got)
	}
	if got := c.texts("save", "appendonly", "appendfsync"); got != "900 1 300 10 60 10000|yes|everysec" {
		t.Error(got)
	}
	for _, ignored := range c.NoEffect() {
		if !ignored.IsDefault {
			t.Errorf("%v: not a default", ignored)
		}
	}
}

// The packaged file says daemonize yes; the packaged service adds the arguments below.
func TestPackagedFileLoads(t *testing.T) {
	const path = "/etc/redis/redis.conf"
	if _, err := os.ReadFile(path); err != nil {
		t.Skip(err)
	}
	c := New()
	if err := c.Load([]string{path, "--supervised", "systemd", "--daemonize", "no"}, nil); err != nil {
		t.Fatal(err)
	}
	if c.File() != path || c.Supervised.Get() != SupervisedSystemd {
		t.Error(c.File(), c.Supervised.Get())
	}
}

func TestNoEffectNamesWhatIsNotHonoured(t *testing.T) {
	c, err := files{"f": "hz 10\nport 1\nmaxmemory-policy allkeys-lru\nslave-read-only no\n"}.load("f", "--io-threads", "4")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range c.NoEffect() {
		got = append(got, fmt.Sprint(i.Name, " ", i.Value, " ", i.Origin, " ", i.IsDefault))
	}
	want := []string{
		"replica-read-only no f:4 false", "maxmemory-policy allkeys-lru f:3 false", "hz 10 f:1 true",
		"io-threads 4 command line false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
