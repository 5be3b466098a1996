package script

import (
	"testing"

	"github.com/cairndb/cairn/encoding/resp"
)

// constant answers every command with the same.
type constantCaller struct{ reply []byte }

func (c *constantCaller) Call([][]byte, int) ([]byte, error)      { return c.reply, nil }
func (c *constantCaller) SetReplication(Replication)              {}
func (c *constantCaller) Allowed([][]byte) (allowed, exists bool) { return true, true }
func (c *constantCaller) Log(int, string)                         {}

func benchmark(b *testing.B, body, reply string) {
	s, err := Compile([]byte(body))
	if err != nil {
		b.Fatal(err)
	}
	pool := Pool{MaxBytes: 64 << 20}
	w := resp.Writer{Proto: 2}
	r := &Run{Caller: &constantCaller{[]byte(reply)}, Keys: [][]byte{[]byte("key:000001")}, Args: [][]byte{[]byte("100")},
		Reply: &w, Name: s.SHA, Interrupt: func() error { return nil }}
	b.ReportAllocs()
	for b.Loop() {
		w.Buf = w.Buf[:0]
		if err := pool.Eval(s, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReturn(b *testing.B) { benchmark(b, `return 1`, "") }

func BenchmarkIncr(b *testing.B) { benchmark(b, `return redis.call('incr',KEYS[1])`, ":7\r\n") }

func BenchmarkGetAndSet(b *testing.B) {
	benchmark(b, `local v=redis.call('get',KEYS[1]) if v==ARGV[1] then return redis.call('set',KEYS[1],v) end return 0`,
		"$3\r\n100\r\n")
}

// BenchmarkRateLimit is a sliding window, as many libraries have it.
func BenchmarkRateLimit(b *testing.B) {
	benchmark(b, `local key, limit = KEYS[1], tonumber(ARGV[1])
		local n = tonumber(redis.call('incr', key))
		if n == 1 then redis.call('expire', key, 60) end
		if n > limit then return {0, n - limit} end
		return {1, limit - n}`, ":7\r\n")
}
