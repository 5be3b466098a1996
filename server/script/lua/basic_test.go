package lua

import "testing"

func TestBasic(t *testing.T) {
	r := NewRuntime(64 << 20)
	r.OpenLibs()
	for _, src := range []string{`return 1+2`, `local t={} for i=1,10 do t[i]=i*i end return table.concat(t,",")`,
		`local function fib(n) if n<2 then return n end return fib(n-1)+fib(n-2) end return fib(20)`,
		`return pcall(function() local x; x.y=1 end)`, `return ("x"):rep(3)`, `return string.format("%5.1f|%d|%q",1.25,3.7,"a\nb\0")`,
		`local co=coroutine.wrap(function(a) local b=coroutine.yield(a+1) return b*2 end) return co(1)..","..co(10)`,
		`local s=0 for k,v in pairs({a=1,b=2,3}) do s=s+v end return s`,
		`return (string.gsub("hello world","o","0"))`, `local f = function(...) return select('#',...) end return f(1,nil,nil)`,
		`local t=setmetatable({},{__index=function(t,k) return k.."!" end}) return t.foo`,
		`return #"abc" .. 1 .. 2`,
	} {
		p, err := Compile(src, "@user_script")
		if err != nil {
			t.Fatal(src, err)
		}
		m := r.Main
		m.Push(r.Load(p).Value())
		ok := m.pcall(m.top-1, Nil)
		for i := 0; i < m.top; i++ {
			t.Log(ok, describeOr(m, m.stack[i]))
		}
		m.top = 0
	}
}

func describeOr(t *Thread, v Value) string { s, _ := t.toString(v).AsString(); return s }
