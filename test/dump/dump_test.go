package dump

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

var seed = flag.Uint64("seed", 1, "of the random values")

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// side is one of the two servers.
type side struct {
	t      *testing.T
	server *proc.Server
	conn   *client.Conn
}

func dial(t *testing.T, s *proc.Server) *side {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &side{t: t, server: s, conn: c}
}

func (s *side) do(args ...string) client.Reply {
	s.t.Helper()
	reply, err := s.conn.Do(args...)
	if err != nil {
		s.t.Fatal(err)
	}
	if reply.IsError() {
		s.t.Fatalf("%s: %.200q: %s", s.server.Name, args, reply)
	}
	return reply
}

// has tells whether the server knows a command.
func (s *side) has(command string) bool {
	return s.do("COMMAND", "INFO", command).Elems[0].IsAggregate()
}

func (s *side) digest(key string) string {
	s.t.Helper()
	return s.do("DEBUG", "DIGEST-VALUE", key).Elems[0].Text
}

// values make a key of about n elements, by the command that they need.
var values = map[string]func(r *rand.Rand, key string, n int) [][]string{
	"SET": func(r *rand.Rand, key string, n int) [][]string {
		return [][]string{{"SET", key, strings.Repeat(text(r), 1+r.IntN(10*n))}}
	},
	"RPUSH": func(r *rand.Rand, key string, n int) (commands [][]string) {
		for range n {
			commands = append(commands, []string{"RPUSH", key, text(r), text(r)})
		}
		return commands
	},
	"SADD": func(r *rand.Rand, key string, n int) (commands [][]string) {
		numbers := r.IntN(2) == 0
		for range n {
			member := text(r)
			if numbers {
				member = number(r)
			}
			commands = append(commands, []string{"SADD", key, member})
		}
		return commands
	},
	"HSET": func(r *rand.Rand, key string, n int) (commands [][]string) {
		for range n {
			commands = append(commands, []string{"HSET", key, text(r), text(r)})
		}
		return commands
	},
	"ZADD": func(r *rand.Rand, key string, n int) (commands [][]string) {
		scores := []string{"1", "-inf", "inf", "2.5", "1e300", "0"}
		for range n {
			score := scores[r.IntN(len(scores))]
			if r.IntN(2) == 0 {
				score = strconv.FormatFloat(r.NormFloat64()*100, 'g', 17, 64)
			}
			commands = append(commands, []string{"ZADD", key, score, text(r)})
		}
		return commands
	},
	"XADD": stream,
}

func stream(r *rand.Rand, key string, n int) (commands [][]string) {
	for i := range n {
		commands = append(commands, []string{"XADD", key, fmt.Sprintf("%d-%d", 1000+i/3, 1+i%3), "name", text(r), text(r), "x"})
	}
	commands = append(commands, []string{"XDEL", key, "1000-1", "1001-2"})
	for g := range r.IntN(3) {
		group := "group" + strconv.Itoa(g)
		commands = append(commands, []string{"XGROUP", "CREATE", key, group, "0"},
			[]string{"XGROUP", "CREATECONSUMER", key, group, "idle"})
		for range 3 {
			commands = append(commands, []string{"XREADGROUP", "GROUP", group, "c" + strconv.Itoa(r.IntN(3)),
				"COUNT", strconv.Itoa(1 + r.IntN(20)), "STREAMS", key, ">"})
		}
		commands = append(commands, []string{"XACK", key, group, "1000-2", "1001-1"})
	}
	return commands
}

func number(r *rand.Rand) string { return strconv.FormatInt(int64(r.Uint64())>>r.IntN(64), 10) }

func text(r *rand.Rand) string {
	switch r.IntN(6) {
	case 0:
		return number(r)
	case 1:
		return strings.Repeat(string(rune('a'+r.IntN(26))), r.IntN(100))
	case 2:
		b := make([]byte, r.IntN(100))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return string(b)
	}
	return "text" + strconv.Itoa(r.IntN(10_000))
}

var sizes = []int{1, 5, 50, 200, 1000}

func TestPayloadsAreUnderstoodByBoth(t *testing.T) {
	redis := dial(t, proc.StartRedis(t, "--sanitize-dump-payload", "yes"))
	cairn := dial(t, proc.StartCairn(t))
	kept := map[string]string{} // keys of Cairn and what it says of them
	for command, value := range values {
		t.Run(command, func(t *testing.T) {
			if !cairn.has(command) {
				t.Skip("the subject has no such command yet")
			}
			r := rand.New(rand.NewPCG(*seed, uint64(len(command))))
			for round := range 3 {
				for _, n := range sizes {
					key := fmt.Sprint(command, n, round)
					for _, words := range value(r, key, n) {
						redis.do(words...)
						cairn.do(words...)
					}
					carry(t, redis, cairn, key)
					carry(t, cairn, redis, key)
					kept[key] = cairn.describe(key)
				}
			}
		})
	}
	for _, again := range []func() error{cairn.server.Crash, cairn.server.Restart} {
		if err := again(); err != nil {
			t.Fatal(err)
		}
		cairn = dial(t, cairn.server)
		for key, want := range kept {
			if got := cairn.describe(key); got != want {
				t.Fatalf("after a restart, %s is\n%s\nnot\n%s", key, got, want)
			}
		}
	}
}

// carry dumps a key on one side and restores it on the other.
func carry(t *testing.T, from, to *side, key string) {
	t.Helper()
	payload := from.do("DUMP", key).Text
	to.do("RESTORE", key, "0", payload, "REPLACE")
	if a, b := from.describe(key), to.describe(key); a != b {
		t.Fatalf("%s says\n%.5000s\nand %s\n%.5000s", from.server.Name, a, to.server.Name, b)
	}
}

// describe is all that a server says of a key: of a stream, its groups too, which the digest leaves out.
func (s *side) describe(key string) string {
	s.t.Helper()
	said := s.digest(key) + " " + s.do("OBJECT", "ENCODING", key).Text
	if s.do("TYPE", key).Text == "stream" {
		said += s.do("XINFO", "STREAM", key, "FULL", "COUNT", "0").String()
	}
	return said
}
