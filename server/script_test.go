package server

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
)

func (r *running) scriptsRun(n int32) {
	r.t.Helper()
	r.until(func() bool { return r.scripts.runs.count.Load() == n })
}

func (c *conn) receiveReply() resp.Value {
	c.t.Helper()
	v, err := resp.ReadValue(c.br)
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// text is a reply's text, or number.
func (c *conn) text(v resp.Value) string {
	if v.Kind == resp.KindInt {
		return strconv.FormatInt(v.Int, 10)
	}
	return string(v.Str)
}

// gives is want for any kind of reply.
func (c *conn) gives(text, line string) {
	c.t.Helper()
	if got := c.text(c.do(line)); got != text {
		c.t.Errorf("%s: %q, want %q", line, got, text)
	}
}

// TestLongScriptHoldsUpNobodyElse: who does not need the keys of a script that
// runs long is served meanwhile.
func TestLongScriptHoldsUpNobodyElse(t *testing.T) {
	r := serve(t, t.TempDir())
	a, b := r.dial(), r.dial()
	a.gives("OK", "SET other 1")
	b.send(`EVAL "while true do end" 1 mine`)
	r.scriptsRun(1)
	a.gives("PONG", "PING")
	a.gives("1", "GET other")
	a.gives("2", "INCR other")
	c := r.dial()
	c.send("GET mine") // has to wait
	time.Sleep(20 * time.Millisecond)
	a.gives("OK", "SCRIPT KILL")
	if v := b.text(b.receiveReply()); !strings.HasPrefix(v, "ERR Script killed by user") {
		t.Errorf("the script's client got %q", v)
	}
	c.receive("null")
	r.scriptsRun(0)
}

// TestLongScriptInExecHoldsUpNobodyElse: EXEC takes the keys that its scripts
// declare, not all.
func TestLongScriptInExecHoldsUpNobodyElse(t *testing.T) {
	r := serve(t, t.TempDir())
	a, b := r.dial(), r.dial()
	mine := persistence.Keys{Names: [][]byte{[]byte("mine")}}
	for range 10 { // on a busy machine EXEC may have ended before anybody looks
		b.gives("OK", "MULTI")
		b.gives("QUEUED", `EVAL "local n=0 for i=1,5000000 do n=n+1 end return redis.call('incr',KEYS[1])" 1 mine`)
		b.send("EXEC")
		for start := time.Now(); !r.store.Held(mine) && time.Since(start) < 100*time.Millisecond; {
			time.Sleep(time.Millisecond)
		}
		a.do("INCR other")
		held := r.store.Held(mine)
		b.receiveReply()
		if held {
			return
		}
	}
	t.Error("INCR of another key has always had to wait for EXEC")
}

// TestUnkillableScript: one that has written can't be killed, but the server
// can, and nothing of the script stays.
func TestUnkillableScript(t *testing.T) {
	dir := t.TempDir()
	r := serve(t, dir, "--busy-reply-threshold", "20")
	a, b := r.dial(), r.dial()
	b.send(`EVAL "redis.call('set',KEYS[1],'v') while true do end" 1 k`)
	r.until(func() bool { return r.scripts.runs.busy.Load() != nil })
	const busy = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
	a.gives(busy, "PING")
	a.gives(busy, "SHUTDOWN")
	if v := a.text(a.do("SCRIPT KILL")); !strings.HasPrefix(v, "UNKILLABLE ") {
		t.Errorf("SCRIPT KILL: %q", v)
	}
	a.send("SHUTDOWN NOSAVE")
	r.wait()
	r = serve(t, dir)
	r.dial().gives("", "GET k")
}

// TestStopWithARunningScript: the end of the server does not wait for one that
// has no end.
func TestStopWithARunningScript(t *testing.T) {
	r := serve(t, t.TempDir())
	r.dial().send(`EVAL "redis.call('set','a',1) while true do end" 0`)
	r.scriptsRun(1)
	start := time.Now()
	r.Stop()
	r.wait()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestScriptsAreAtomic: scripts of many clients move money between accounts
// that they do not declare, while others sum up.
func TestScriptsAreAtomic(t *testing.T) {
	r := serve(t, t.TempDir(), "--appendfsync", "no")
	const accounts, moves = 8, 200
	c := r.dial()
	for i := range accounts {
		c.gives("OK", "SET account"+strconv.Itoa(i)+" 1000")
	}
	var clients sync.WaitGroup
	for n := range 4 {
		conn := r.dial()
		clients.Go(func() {
			for i := range moves {
				from, to := strconv.Itoa((i+n)%accounts), strconv.Itoa((i*3+n*5+1)%accounts)
				conn.do(`EVAL "redis.call('decrby','account'..ARGV[1],7) ` +
					`redis.call('incrby','account'..ARGV[2],7)" 0 ` + from + " " + to)
			}
		})
	}
	sum := `EVAL "local s=0 for i=0,7 do s=s+redis.call('get','account'..i) end return s" 0`
	for range 100 {
		c.gives("8000", sum)
		c.gives("8000", strings.Replace(sum, "EVAL", "EVAL_RO", 1))
	}
	clients.Wait()
	c.gives("8000", sum)
}

// TestScriptWakesBlockedClients: keys that scripts push wake who waits, after
// the whole script.
func TestScriptWakesBlockedClients(t *testing.T) {
	r := serve(t, t.TempDir())
	a, b := r.dial(), r.dial()
	b.send("BLPOP q 0")
	r.waiting(1)
	a.gives("3", `EVAL "redis.call('rpush',KEYS[1],'x') redis.call('lpush',KEYS[1],'y') `+
		`return redis.call('rpush',KEYS[1],'z')" 1 q`)
	b.receive(`*["q" "y"]`)
	b.send("BLPOP p 0")
	r.waiting(1)
	a.gives("", `EVAL "redis.call('rpush',KEYS[1],'x') redis.call('del',KEYS[1])" 1 p`)
	a.gives("1", "RPUSH p late")
	b.receive(`*["p" "late"]`)
}

// TestScriptOnTheLoopIsCheap: a quick script allocates nothing.
func TestScriptOnTheLoopIsCheap(t *testing.T) {
	usual := loopBudget
	loopBudget = time.Hour // else a busy machine makes it take long
	defer func() { loopBudget = usual }()
	checkAllocations(t, [][]string{
		{"eval", "return redis.call('incr',KEYS[1])", "1", "n"},
		{"eval", "return redis.call('exists',KEYS[1],KEYS[2])", "2", "n", "m"},
	})
}

// TestSlowScriptRunsOnceOnTheLoop: what took long begins off the loop the next
// time.
func TestSlowScriptRunsOnceOnTheLoop(t *testing.T) {
	r := serve(t, t.TempDir())
	c := r.dial()
	const script = `EVAL "local n=0 for i=1,3000000 do n=n+1 end return n" 0`
	c.gives("3000000", script)
	known, err := r.scripts.cache.take([]byte("local n=0 for i=1,3000000 do n=n+1 end return n"), false)
	if err != nil || !known.slow.Load() {
		t.Error("the script is not known as slow", err)
	}
	c.gives("3000000", script)
}

// TestScriptSelectsForItselfOnly: an attempt on the loop leaves no database behind
// for the one off it.
func TestScriptSelectsForItselfOnly(t *testing.T) {
	r := serve(t, t.TempDir())
	c := r.dial()
	c.gives("OK", `EVAL "redis.call('select',3) local n=0 for i=1,3000000 do n=n+1 end return redis.call('set','k',n)" 0`)
	c.gives("OK", "SET k here")
	c.gives("OK", `EVAL "return redis.call('set','other','here too')" 0`)
	c.gives("here", "GET k")
	c.gives("here too", "GET other")
	c.gives("OK", "SELECT 3")
	c.gives("3000000", "GET k")
}

func TestScriptCacheIsBounded(t *testing.T) {
	var cache scriptCache
	kept, err := cache.take([]byte("return 'kept'"), true)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("-", 1<<20)
	for i := range 100 {
		if _, err := cache.take([]byte("return "+strconv.Itoa(i)+" "+text), false); err != nil {
			t.Fatal(err)
		}
	}
	if n, bytes := cache.size(); bytes > maxScriptBytes || n < 20 || n > 70 {
		t.Errorf("%d scripts of %d bytes", n, bytes)
	}
	if cache.find([]byte(kept.SHA)) == nil {
		t.Error("what SCRIPT LOAD brought is gone")
	}
}

// TestFunctionVariablesLast: a library's variables live as long as the library.
func TestFunctionVariablesLast(t *testing.T) {
	r := serve(t, t.TempDir())
	c := r.dial()
	const load = `FUNCTION LOAD REPLACE "#!lua name=l\nlocal n=0 redis.register_function('count',function() n=n+1 return n end)"`
	c.gives("l", load)
	for i := range 3 {
		c.gives(strconv.Itoa(i+1), "FCALL count 0")
	}
	c.gives("m", `FUNCTION LOAD "#!lua name=m\nredis.register_function('other',function() return 0 end)"`)
	c.gives("4", "FCALL count 0")
	c.gives("l", load)
	c.gives("1", "FCALL count 0")
}
