-- lines
return 1
return nil
return true
return false
return "str"
return 3.7
return -3.7
return 1e15
return 1e300
return {1,2,3}
return {1,nil,3}
return {nil,2}
return {}
return {a=1}
return {{{{}}}}
return {1,{2,{3}},"x",true,false,2.5}
return ...
return select('#',...)
return #{1,nil,3}
return #{nil,nil,3}
return #{1,2,3,nil}
return #{1,2,3,nil,5}
return #{n=1}
return #{1,2,nil,4,nil}
return #{nil}
local t={} t[3]=1 t[2]=1 t[1]=1 return #t
local t={} t[1]=1 t[2]=1 t[4]=1 return #t
local t={1,2,3,4} t[2]=nil t[4]=nil return #t
local t={} for i=1,100 do t[i]=i end for i=50,100 do t[i]=nil end return #t
local t={} for i=1,10 do t[i*2]=i end return #t
local t={10,20,30} t[#t+1]=40 t[#t+1]=50 return #t
return "010"+0
return "0x10"+0
return " 10 "+0
return "1e2"*"2"
return 10 .. 20
return 1 .. ""
return 0.1 .. ""
return (0.1+0.2)..""
return 1/3 ..""
return 100/3 ..""
return 1e15 ..""
return 123456789012345 ..""
return 99999999999999 ..""
return 100000000000000 ..""
return 2^53 ..""
return -2^53 ..""
return 2^63 ..""
return 1e100 ..""
return 1e-5 ..""
return 0.0001 ..""
return 0.00001234 ..""
return (1/0)..""
return (-1/0)..""
return (0/0)..""
return -(0/0)..""
return tostring(-0)
return tostring(0*-1)
local z=0 return tostring(-z)
return 5%3 ..""
return -5%3 ..""
return 5%-3 ..""
return -5%-3 ..""
return 5.5%2 ..""
return 5%0 ..""
return 1e300%7 ..""
return math.huge%2 ..""
return 2%math.huge ..""
return -2%math.huge ..""
return 2^10 ..""
return 2^0.5 ..""
return 2^-1 ..""
return (-2)^0.5 ..""
return (-8)^(1/3) ..""
return 10^15 ..""
return 10^-3 ..""
return 2^3^2 ..""
return -2^2 ..""
return not nil
return not 0
return 1 and 2
return nil and 2
return false or "x"
return nil or false
return 1 or error("no")
return nil and error("no")
return 1==1.0
return "1"==1
return "a"=="a"
return {}=={}
return "a"<"b"
return "a"<"B"
return "a"<="a"
return ""<"a"
return "a\0b"<"a\0c"
return "Z"<"a"
return 1<2
return 2<=2
return 1~=2
return 0==-0
return 0/0==0/0
return 0x10
return 0xff ..""
return 0xffffffffffffffff ..""
return 1e2
return .5 ..""
return 5. ..""
return 3e-2 ..""
return 0x.8 ..""
return 0x1p4 ..""
return [[long]]
return [==[long ]] x]==]
return [[
first newline dropped]]
return "a\nb\tc\\d\"e\'f\065\0x\z"
return 'single "quoted"'
return "esc\a\b\f\v"
return "\1\12\123"
return #"\0\0"
local a,b,c = 1,2 return {a,b,tostring(c)}
local a,b = (function() return 1,2,3 end)() return {a,b}
local a,b = ((function() return 1,2,3 end)()) return {a,tostring(b)}
local t = {(function() return 1,2,3 end)()} return #t
local t = {(function() return 1,2,3 end)(),10} return #t
local t = {10,(function() return 1,2,3 end)()} return #t
local i=1 local t={} i,t[i]=i+1,20 return {i,t[1],tostring(t[2])}
local a,b=1,2 a,b=b,a return {a,b}
local t={1,2} t[1],t[2]=t[2],t[1] return t
local a={} local i=3 i,a[i],i=4,5,6 return {i,a[3]}
local s=0 for i=1,10 do s=s+i end return s
local s=0 for i=10,1,-3 do s=s+i end return s
local s="" for i=0.1,0.5,0.1 do s=s..i.."," end return s
local s=0 for i=1,0 do s=s+1 end return s
local s=0 for i=3,1 do s=1 end return s
local s=0 for i="1","3" do s=s+i end return s
local n=0 for i=1,math.huge do n=n+1 if i>5 then break end end return n
local s=0 local i=0 while i<10 do i=i+1 if i%2==0 then s=s+i end end return s
local i=0 repeat local j=i i=i+1 until j>=5 return i
local fns={} for i=1,3 do fns[i]=function() i=i+1 return i end end return {fns[1](),fns[1](),fns[2]()}
local fns={} local i=0 repeat local j=i fns[#fns+1]=function() return j end i=i+1 until j>=2 return {fns[1](),fns[2](),fns[3]()}
local fns={} local i=0 while i<3 do i=i+1 local j=i fns[i]=function() j=j+1 return j end if i==2 then break end end return {fns[1](),fns[2](),fns[1]()}
local function f(...) local a,b=... return {a,b,select('#',...)} end return f(1,2,3)
local function f(...) return ... end return {f(1,nil,3)}
local function f(...) local t={...} return #t end return f(1,2,3)
local function f(...) return arg.n end return f(1,2,3)
local function f(...) return arg[2] end return f(1,2,3)
local function f(...) return arg end return tostring(f(1,2,3) ~= nil)
local function f(...) local x=... return tostring(arg) end return f(1,2,3)
local function f(a,...) return a,arg.n,arg[1] end return {f(1,2,3)}
local function f(a,b) return tostring(a)..tostring(b) end return f(1)..f(1,2,3)
local t={x=1} function t.f(a) return a end function t:g(a) return self.x+a end return {t.f(2),t:g(3)}
local t={a={b={}}} function t.a.b.c(x) return x end function t.a.b:d() return self==t.a.b end return {t.a.b.c(7),t.a.b:d()}
local function fact(n) if n<=1 then return 1 else return n*fact(n-1) end end return fact(20) ..""
local function loop(n) if n==0 then return "done" end return loop(n-1) end return loop(100000)
do local x=1 do local x=2 end return x end
local x=1 local x=x+1 return x
local x=1 local function f() return x end x=2 return f()
if nil then return 1 elseif 0 then return 2 else return 3 end
if false then return 1 end return "end"
local a <const> = 1
goto = 1
local goto=1 return goto
return 1 // 2
return 1 & 2
return ~1
return "a" "b"
local t = setmetatable({},{__call=function(self,a,b) return a+b end}) return t(1,2)
local t = setmetatable({},{__index={x=5}}) return t.x
local t = setmetatable({},{__index=function(_,k) return k*2 end}) return t[21]
local log={} local t=setmetatable({},{__newindex=function(t,k,v) rawset(t,k,v*2) end}) t.a=5 return t.a
local t={} setmetatable(t,{__newindex=log}) return "ok"
local mt={__eq=function() return true end} local a,b=setmetatable({},mt),setmetatable({},mt) return a==b
local a,b=setmetatable({},{__eq=function() return true end}),setmetatable({},{__eq=function() return true end}) return a==b
local mt={__lt=function(a,b) return a.v<b.v end} local a,b=setmetatable({v=1},mt),setmetatable({v=2},mt) return {a<b,b<a,a<=b,a>b}
local mt={__le=function(a,b) return a.v<=b.v end} local a,b=setmetatable({v=1},mt),setmetatable({v=1},mt) return {a<=b,a>=b}
local mt={__concat=function(a,b) return "C" end} local a=setmetatable({},mt) return {a.."x","x"..a,1 ..a,a..a,"a".."b"..a.."c"}
local mt={__add=function(a,b) return "add" end,__sub=function() return "sub" end,__mul=function() return "mul" end,__div=function() return "div" end,__mod=function() return "mod" end,__pow=function() return "pow" end,__unm=function() return "unm" end} local a=setmetatable({},mt) return {a+1,1-a,a*a,a/2,a%2,2^a,-a}
local mt={__len=function() return 42 end} return #setmetatable({1,2},mt)
local mt={__tostring=function() return "T!" end} return tostring(setmetatable({},mt))
local mt={__tostring=function() return 5 end} return type(tostring(setmetatable({},mt)))
local mt={__tostring=function() return nil end} return tostring(setmetatable({},mt)) == nil
local t=setmetatable({},{__index=function() return nil end}) return t.x
local s="" for w in ("a b c"):gmatch("%a") do s=s..w end return s
local t={5,6,7} local s=0 for i,v in ipairs(t) do s=s+i*v end return s
local t={5,nil,7} local s=0 for i,v in ipairs(t) do s=s+i*v end return s
local function it(s,i) if i<s then return i+1,i*2 end end local r={} for i,v in it,3,0 do r[#r+1]=v end return r
local t=setmetatable({},{__call=function(self,s,i) if i<3 then return i+1 end end}) local n=0 for i in t,nil,0 do n=n+i end return n
return type(nil)..type(1)..type("")..type({})..type(print==nil)..type(type)..type(coroutine.create(function() end))..type(cjson.null)
return tostring(nil)..tostring(true)..tostring(12.50)..tostring("s")
return tostring({}):match("^table: 0x") ~= nil
return tostring(type):match("^function: ") ~= nil
return tostring(cjson.null)
return {tonumber("10"),tonumber("0x1F"),tonumber("  5  "),tonumber("5x") == nil,tonumber("") == nil,tonumber("1e1"),tonumber(nil) == nil}
return {tonumber("10",2),tonumber("ff",16),tonumber("zz",36),tonumber("8",8)==nil,tonumber("-ff",16)..""}
return {tonumber("7fffffffffffffff",16)..""}
return {tonumber("1 2") == nil,tonumber("1_0")==nil,tonumber("0b1")==nil,tonumber("inf")..'',tonumber("nan")..'',tonumber("infinity")..'',tonumber("-inf")..''}
return {tonumber("0x")==nil,tonumber("0xg")==nil,tonumber(".")==nil,tonumber("1.")..'',tonumber(".5")..'',tonumber("1e")==nil,tonumber("1e+")==nil,tonumber("- 1")==nil,tonumber("--1")==nil,tonumber("+1")..''}
return {select(-1,1,2,3),select(2,"a","b","c")}
return {select('#'),select('#',nil),select('#',1,2)}
return {unpack({1,2,3})}
return {unpack({1,2,3},2)}
return {unpack({1,2,3},2,3)}
return {unpack({1,2,3},-1,1)}
return select('#',unpack({},1,3))
return {next({})==nil,next({5})}
return {rawequal("a","a"),rawequal({}, {}),rawlen==nil}
return rawget({1,2},2)
return rawset({},1,2)[1]
local t={} t[1.5]=1 t[2^53]=2 t[-1]=3 t[true]=4 return {t[1.5],t[2^53],t[-1],t[true]}
local t={} t["1"]="s" t[1]="n" return {t["1"],t[1]}
local t={} t[0]=1 t[-0]=2 return t[0]
local co=coroutine.create(function(a,b) local c=coroutine.yield(a+b) local d,e=coroutine.yield(c*2) return d+e end) local r={} r[1]=select(2,coroutine.resume(co,1,2)) r[2]=select(2,coroutine.resume(co,10)) r[3]=select(2,coroutine.resume(co,3,4)) r[4]=tostring(coroutine.resume(co)) r[5]=coroutine.status(co) return r
local co=coroutine.wrap(function() for i=1,3 do coroutine.yield(i) end end) return {co(),co(),co(),tostring(co())}
local co co=coroutine.create(function() return coroutine.status(co) end) return {coroutine.status(co),select(2,coroutine.resume(co)),coroutine.status(co)}
local co=coroutine.create(function() return {pcall(coroutine.yield,1)} end) local ok,v=coroutine.resume(co) return {tostring(ok),type(v),unpack(v)}
local co=coroutine.create(function() local t=setmetatable({},{__index=function(t,k) return coroutine.yield(k) end}) return t.foo end) return {coroutine.resume(co)}
local co=coroutine.create(function() for k in coroutine.yield do end end) return {coroutine.resume(co)}
local co=coroutine.create(function() table.sort({3,2,1},function(a,b) coroutine.yield() end) end) return {coroutine.resume(co)}
local co=coroutine.create(function() coroutine.yield() end) coroutine.resume(co) coroutine.resume(co) return {coroutine.resume(co)}
local co co=coroutine.create(function() return coroutine.resume(co) end) return {coroutine.resume(co)}
local co=coroutine.wrap(function() return coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end) end) local inner=co() return {inner(),inner()}
local co=coroutine.create(function(...) return select('#',...) end) return {coroutine.resume(co,nil,nil,nil)}
local co=coroutine.wrap(function() local x=redis.call('set','cok','cov') coroutine.yield(x) return redis.call('get','cok') end) local a=co() return {a.ok,co()}
local function gen(n) return coroutine.wrap(function() for i=1,n do coroutine.yield(i) end end) end local s=0 for i in gen(100) do s=s+i end return s
local r={} for i=1,3 do local co=coroutine.create(function() coroutine.yield(i) error("e"..i) end) coroutine.resume(co) r[i]=select(2,coroutine.resume(co)) end return r
local t={} for i=1,300 do t[i]="x" end return #table.concat(t)
return ((("a"):rep(10)):upper()):lower()
local a="x" for i=1,10 do a=a..a end return #a
return #("x"):rep(1000000)
local function f() return 1,2,3 end return {f(),f()}
local function f() return 1,2,3 end local t={f(),[10]=5,f()} return #t
return {[1]=1,2}
return {2,[1]=1}
return {1,2,[2]=9,3}
local x = 5; ; return x
local x = 5; return x;
return
do return end
local t = {1,2,3,} return #t
local t = {1;2;3;} return #t
local f = function() end return f()
return (1)
return ((((1))))
return - - 1
return not not nil
return #"abc" + 1
return 2 * 3 + 4 % 3 - 1 / 2
return "a" .. 1 + 2 .. "b"
return 1 < 2 == true
return -"2" + 0
return "5" * 2
return "10" / "4" .. ''
return 7 % "4"
return "2" ^ 2
