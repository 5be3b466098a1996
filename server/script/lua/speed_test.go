package lua

import (
	"testing"
	"time"
)

func TestSpeed(t *testing.T) {
	for _, src := range []string{
		`local s=0 for i=1,10000000 do s=s+i%7 end return s`,
		`local t={} for i=1,1000000 do t[i]=i*2 end local s=0 for i=1,#t do s=s+t[i] end return s`,
		`local t={} for i=1,200000 do t["k"..i]=i end local n=0 for k,v in pairs(t) do n=n+v end return n`,
		`for i=1,300000 do local t={a=1,b=2,c=3} end return 1`,
		`local t={} for i=1,200000 do t.x=i t.x=nil t["q"..(i%10)]=i t["q"..(i%10)]=nil end return 1`,
		`local function fib(n) if n<2 then return n end return fib(n-1)+fib(n-2) end return fib(27)`,
		`local t={} for i=1,100000 do t[i]=math.random(1000000) end table.sort(t) return t[1]`,
		`local s=string.rep("abc def ",10000) local n=0 for w in string.gmatch(s,"%a+") do n=n+1 end return n`,
	} {
		r := NewRuntime(512 << 20)
		r.OpenLibs()
		p, err := Compile(src, "@user_script")
		if err != nil {
			t.Fatal(src, err)
		}
		m := r.Main
		m.Push(r.Load(p).Value())
		st := time.Now()
		ok := m.pcall(m.top-1, Nil)
		t.Log(time.Since(st), ok, describeOr(m, m.stack[0]), src)
	}
}
