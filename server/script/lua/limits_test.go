package lua

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// run runs a text in a new runtime and returns what it returned, or the error.
func run(t *testing.T, r *Runtime, text string) (string, error) {
	t.Helper()
	p, err := Compile(text, "@test")
	if err != nil {
		return "", err
	}
	v, ok, err := r.Run(r.Load(p), Nil)
	if err != nil {
		return "", err
	}
	s, _ := r.Main.toString(v).AsString()
	if !ok {
		return "", errors.New(s)
	}
	return s, nil
}

func newTestRuntime(maxBytes int) *Runtime {
	r := NewRuntime(maxBytes)
	r.OpenLibs()
	return r
}

// hogs are scripts that would take all memory.
var hogs = []string{
	`local t={} for i=1,1e9 do t[i]={i} end`,
	`local t={} for i=1,1e9 do t[i]="x"..i end`,
	`local t={} for i=1,1e9 do t["k"..i]=i end`,
	`local s="x" while true do s=s..s end`,
	`local s="x" while true do s=s.."0123456789"..s end`,
	`return ("x"):rep(2^31-1)`,
	`return ("x"):rep(1e6):rep(1e6)`,
	`local t={} for i=1,2000 do t[i]=("x"):rep(1e6) end`,
	`return ("x"):rep(1e6):gsub("x",("y"):rep(1e6))`,
	`local t={} for i=1,1e5 do t[i]=("x"):rep(1e4) end return #table.concat(t)`,
	`local t={} for i=1,1e9 do t[i]=function() return t end end`,
	`local t={} for i=1,1e9 do t[i]=coroutine.create(function() end) end`,
	`local function f(a,...) local x={...} return f(a,x,...) end return f(1)`,
	`local co co=function(n) return coroutine.wrap(function() co(n+1) end)() end co(1)`,
	`return string.format("%q",("\0"):rep(50e6))`,
	`local s=("x"):rep(8e6) local t={} for i=1,1e9 do t[i]=s:upper() end`,
	`local t={} for i=1,1e9 do t=setmetatable({},{__index=t}) end`,
	`return loadstring(("x=1 "):rep(1e7))`,
}

func TestMemoryIsBounded(t *testing.T) {
	for _, text := range hogs {
		t.Log(text)
		r := newTestRuntime(64 << 20)
		start := time.Now()
		_, err := run(t, r, text)
		if err == nil {
			t.Errorf("%s: no error", text)
			continue
		}
		if msg := err.Error(); !strings.Contains(msg, "not enough memory") && !strings.Contains(msg, "overflow") {
			t.Errorf("%s: %v", text, err)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: took %v", text, took)
		}
		if got, err := run(t, r, `return 1+1`); got != "2" {
			t.Errorf("after %s: %q, %v", text, got, err)
		}
		if live := r.LiveBytes(); live > 1<<20 {
			t.Errorf("after %s: %d bytes are alive", text, live)
		}
	}
}

// TestMemoryIsGivenBack allocates far more than the bound, little at a time.
func TestMemoryIsGivenBack(t *testing.T) {
	r := newTestRuntime(32 << 20)
	for _, text := range []string{
		`local n=0 for i=1,2e6 do local t={i,tostring(i)} n=n+#t end return n`,
		`local s for i=1,3000 do s=("x"):rep(1e5)..i end return 1`,
		`local t={} for i=1,2e6 do t[i%1000]={} end return 1`,
		`for i=1,1e5 do local co=coroutine.wrap(function() coroutine.yield(1) end) co() end return 1`,
	} {
		if _, err := run(t, r, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// endless are scripts that never end by themselves.
var endless = []string{
	`local function f(...) return f(1,...) end return f()`,
	`while true do end`,
	`repeat until false`,
	`for i=1,math.huge do end`,
	`local function f() return f() end f()`,
	`while true do pcall(error,"x") end`,
	`while true do pcall(function() while true do end end) end`,
	`local co=coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end`,
	`local function f() while true do end end pcall(pcall,pcall,f)`,
	`xpcall(function() while true do end end,function() while true do end end)`,
	`return ("a"):rep(40):find(("a?"):rep(40)..("a"):rep(40))`,
	`return ("a"):rep(200):find(("a*"):rep(30).."b")`,
	`local t={} for i=1,200 do t[i]=i end while true do table.sort(t,function(a,b) return a>b end) end`,
	`for i in function() return 1 end do end`,
	`setmetatable({},{__index=function(t,k) while true do end end}).x=nil ` +
		`local _=setmetatable({},{__index=function() while true do end end}).y`,
	`while true do local s=("x"):rep(1000):gsub("x","y") end`,
	`while true do local t={} for k in pairs({1,2,3}) do t[k]=k end end`,
	`load(function() return " " end)`,
	`while true do loadstring("return 1") end`,
}

var errStop = errors.New("stop")

func TestEverythingCanBeStopped(t *testing.T) {
	for _, text := range endless {
		t.Log(text)
		r := newTestRuntime(64 << 20)
		start := time.Now()
		r.Interrupt = func() error {
			if time.Since(start) > 20*time.Millisecond {
				return errStop
			}
			return nil
		}
		if _, err := run(t, r, text); !errors.Is(err, errStop) && !strings.Contains(err.Error(), "not enough memory") {
			t.Errorf("%s: %v", text, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", text, took)
		}
		r.Interrupt = nil
		if got, err := run(t, r, `return "fine"`); got != "fine" {
			t.Errorf("after %s: %q, %v", text, got, err)
		}
	}
}

// TestInterruptIsAskedOften: a loop that is to hold an event loop for a short
// time only must hear about the time.
func TestInterruptIsAskedOften(t *testing.T) {
	r := newTestRuntime(64 << 20)
	last, worst := time.Now(), time.Duration(0)
	r.Interrupt = func() error {
		worst = max(worst, time.Since(last))
		last = time.Now()
		return nil
	}
	text := `local s=0 for i=1,3e6 do s=s+i%7 end ` +
		`local t={} for i=1,2e5 do t[i]=tostring(i) end table.sort(t) return #table.concat(t)`
	if _, err := run(t, r, text); err != nil {
		t.Fatal(err)
	}
	t.Logf("longest time without a question: %v", worst)
	if worst > time.Second {
		t.Errorf("longest time without a question: %v", worst)
	}
}

func TestDepthIsBounded(t *testing.T) {
	r := newTestRuntime(64 << 20)
	for _, text := range []string{
		`return ` + strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000),
		`return ` + strings.Repeat("{", 1000) + strings.Repeat("}", 1000),
		`return ` + strings.Repeat("- ", 1001) + "1",
		`return ` + strings.Repeat("not ", 1000) + "1",
		strings.Repeat("do ", 1000) + strings.Repeat("end ", 1000),
		`return 1` + strings.Repeat(" ..1", 1000),
		`return 2` + strings.Repeat("^1", 1000),
		`return ` + strings.Repeat("function() return ", 1000) + "1" + strings.Repeat(" end", 1000),
		`local a ` + strings.Repeat("a,", 1000) + `a = 1`,
		`return x` + strings.Repeat(".y", 200_000),
		`return 1` + strings.Repeat("+x", 200_000),
	} {
		if _, err := run(t, r, text); err == nil || !strings.Contains(err.Error(), "chunk has too many syntax levels") {
			t.Errorf("%.40s: %v", text, err)
		}
	}
	if got, err := run(t, r, `local x=1 return 1`+strings.Repeat("+x", 50_000)); got != "50001" {
		t.Error(got, err)
	}
}

func FuzzCompile(f *testing.F) {
	for _, text := range append(hogs, endless...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := newTestRuntime(16 << 20)
		asked := 0
		r.Interrupt = func() error {
			if asked++; asked > 20 {
				return errStop
			}
			return nil
		}
		_, _ = run(t, r, text)
		if got, err := run(t, r, `return 1+1`); got != "2" && !errors.Is(err, errStop) {
			t.Fatal(got, err)
		}
	})
}
