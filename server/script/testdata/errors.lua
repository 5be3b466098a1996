-- lines
local x; x.y=1
local x; return x.y
local x; return x.y.z
local x={} return x.y.z
local x={} x.y.z=1
local x={a={}} return x.a.b.c
local x={} return x[1][2]
local x={} local k='k' return x[k].z
local x={} x[nil]=1
local x={} x[0/0]=1
return x
x=1
return x.y
x.y=1
local a; a()
local a={} a.b()
local a={} a:b()
local a={b=1} a.b()
local a={b=1} a:b()
foo()
string.foo()
string.foo.bar()
return 1+{}
return {}+1
return 1+nil
local a,b return a+b
local a,b=1 return a+b
local a={} return a.x+1
local a={} return 1+a.x
local a={} return a.x.."s"
local a={} return "s"..a.x
local a={} return "s"..a.x.."t"
local a return "s"..a
local a return a.."s"
return nil.."x"
return {}.."x"
return "x"..{}
return true.."x"
return "a"+1
return "a"*"b"
return -{}
return -"x"
return -"2"
local a return -a
local a={} return -a.b
return #5
return #nil
local a return #a
local a={} return #a.b
return {}<1
return 1<"2"
return {}<{}
return nil<nil
return true<false
return "a"<1
return function() end < function() end
return 1<=nil
return 1>nil
return 1>=nil
return nil>1
for i="a",1 do end
for i=1,"b" do end
for i=1,2,"c" do end
for i=1,{} do end
for i in 5 do end
for i in nil do end
for k,v in next,5 do end
for k,v in pairs(nil) do end
for k,v in ipairs() do end
local t=setmetatable({},{__index=function(t,k) return k.x.y end}) return t.foo
local t=setmetatable({},{__index=function(t,k) error("idx "..k) end}) return t.foo
local t=setmetatable({},{__newindex=function(t,k,v) error("nidx "..k) end}) t.foo=1
local t={} t.x.y()
local t={} t.x:y()
local function f() error("in f") end f()
local function f() error("in f",2) end f()
local function f() error("in f",3) end f()
local function f() error("in f",0) end f()
error("top",2)
error("top",1)
error("top",0)
error()
error(nil)
error(12)
error(12.5,0)
error(true)
error({err="CODE text"})
error({err="oneword"})
error(setmetatable({},{__index=function(t,k) return "from meta" end}))
assert(false)
assert(nil,"msg")
assert(false,12)
assert()
return assert(1,2,3)
return {pcall(error,"x")}
return {pcall(error)}
return {pcall(error,{err="table"})}
return {pcall(error,{err="table"},2)}
return {pcall(error,{code=1})}
return {pcall(function() error("a") end)}
return {pcall(function() local x; x() end)}
return {pcall(string.rep)}
return {pcall(string.rep,"x","y")}
return {pcall(setmetatable,1)}
return {pcall()}
return {xpcall(function() error("a") end, function(e) return "H:"..e end)}
return {xpcall(function() error({1}) end, function(e) return type(e) end)}
return {xpcall(function() return 1,2,3 end, function(e) return "H" end)}
return {xpcall(function() error("a") end, function(e) error("b") end)}
return {xpcall(function() error("a") end, 5)}
return {xpcall(function() end)}
return {pcall(pcall)}
return {pcall(pcall,error,"e")}
local function f() return 1+f() end return f()
local function f() return f() + 1 end return {pcall(f)}
local function f() return pcall(f) end return f()
local t={} setmetatable(t,{__index=t}) return t.x
local t={} setmetatable(t,{__newindex=t}) t.x=1
local t=setmetatable({},{__index=function(t,k) return t[k] end}) return t.x
local t=setmetatable({},{__add=function(a,b) return a+b end}) return t+1
string.rep()
string.rep("x")
string.rep({},1)
("x"):rep()
("x"):rep({})
("x"):bad()
string.sub()
string.byte("a",{})
string.char(256)
string.char(-1)
string.char("x")
string.format("%d","x")
string.format("%d")
string.format("%y",1)
string.format("%",1)
string.format("%10.123f",1)
string.format("%-+ #0-+d",1)
string.find("a")
string.find()
string.find("a","[a")
string.find("a","%")
string.find("a","(a")
string.find("a","a)")
string.find("a","%1")
string.find("a","(a)%2")
string.gsub("a","a")
string.gsub("a","a",true)
string.gsub("a","a","%2")
string.gsub("a","(a)","%2")
string.gsub("a","a",function() return {} end)
string.gsub("a","a",{a=true})
string.gsub("a","a",{a={}})
string.gmatch("a")
string.gmatch()
string.find("aaa","%b")
string.find("aaa","%bx")
string.find("aaa","%f")
string.find("aaa","%fa")
table.concat()
table.concat(1)
table.concat({{}})
table.concat({1,{},3})
table.concat({1,2},",",1,5)
table.insert()
table.insert({})
table.insert({},1,2,3)
table.insert(nil,1)
table.insert({},"x",1)
table.remove()
table.sort()
table.sort({1,"x"})
table.sort({{},{}})
table.sort({3,2,1},1)
table.sort({1,2,3,4,5,6,7,8,9,10},function(a,b) return true end)
table.setn({},1)
table.foreach()
table.foreach({})
table.foreachi({},1)
table.getn()
table.maxn()
unpack()
unpack(1)
unpack({},1,1e8)
unpack({},1,8001)
select()
select(0)
select(-1)
select(-5,1,2)
select("x")
tonumber()
tonumber("1",1)
tonumber("1",37)
tonumber({},10)
tonumber({},16)
tostring()
type()
next()
next({},"x")
next({},1)
rawget()
rawget({})
rawset({},1)
rawset({},nil,1)
rawequal(1)
setmetatable()
setmetatable({})
setmetatable({},1)
setmetatable(1,{})
getmetatable()
setmetatable(setmetatable({},{__metatable=1}),{})
return getmetatable(setmetatable({},{__metatable="locked"}))
loadstring()
loadstring({})
return {loadstring("x=")}
return {loadstring("x=","=name")}
return {loadstring("x=","@name")}
return {loadstring("local x = ; and more text than sixty characters to show how it is cut off here")}
return {loadstring("x\ny=")}
return loadstring("return 1+1")()
loadstring("error('in chunk')")()
loadstring("error('in chunk')","@chunk")()
loadstring("local a\n\nerror('in chunk')","=chunk")()
return {load(function() return nil end)}
return {load(function() return {} end)}
load(1)
local n=0 return load(function() n=n+1 return ({"return ","1","+2"})[n] end)()
collectgarbage("bad")
return collectgarbage("collect")
return type(collectgarbage("count"))
return collectgarbage("stop")
math.floor()
math.floor("x")
math.floor({})
math.max()
math.min()
math.random(0)
math.random(2,1)
math.random(1,2,3)
math.random("x")
math.pow(1)
math.ldexp(1)
math.fmod(1)
math.randomseed()
coroutine.create()
coroutine.create(1)
coroutine.create(print)
coroutine.create(string.rep)
coroutine.resume()
coroutine.resume(1)
coroutine.wrap()
coroutine.status()
coroutine.yield()
return coroutine.running()
return coroutine.wrap(function() error("w") end)()
return {coroutine.resume(coroutine.create(function() error("x") end))}
return {coroutine.resume(coroutine.create(function() local x; x.y=1 end))}
rawset(_G,"a",1)
_G.a=1
_G.string=nil
string.x=1
redis.x=1
cjson.x=1
getmetatable("").__index=nil
getmetatable("").x=1
setmetatable(_G,{})
setmetatable(string,{})
getmetatable(_G).__index=nil
table.insert(_G,1)
table.insert(string,1)
table.sort(_G)
KEYS=1
ARGV={}
return rawget(_G,"KEYS")[1]
return _G.KEYS[2]
return _G.nope
return _G[1]
return _G[{}]
return rawget(_G,"nope")
return os.clock()
return os
return io
return debug
return print
return require
return module
return package
return dofile
return loadfile
return newproxy
return getfenv
return setfenv
return string.dump
return type(gcinfo())
return _VERSION
return type(_G)
local t={} t[1]=1 return t[1] .. nil
local a = {} ; a.b.c.d = 1
local a = {b={}} ; a.b.c.d = 1
local s = "x" return s.y.z
local s = "x" s.y = 1
return ("x").y.z
return (1).x
return (nil).x
return (true)()
return ("x")()
return (function() end)().x
local function f() end return f().x
local function f() end return f()()
local function f() end return f()+1
local t = {} return (t.a or t.b).c
local t = {} return (t.a and t.b).c
local a, b return (a or b).c
return (nope1 or nope2).c
local t = {} local function f() return t.x.y end return f()
local t local function f() return t.x end return f()
local t local function f() t.x = 1 end f()
local t local function f() t() end f()
local t local function f() return t + 1 end return f()
local t local function f() return t .. "x" end return f()
local t local function f() return #t end return f()
local a = {1,2,3} return a[1][2][3]
local a = {} a[1][2] = 3
local i = 1 local a = {} a[i].x = 3
return math.floor(nil)
return ("%d"):format({})
return tostring(nil) .. tostring()
return cjson.encode(nil) .. nil
assert(nil,"a\0b")
return tostring(select(2,pcall(assert,false,"a\0b")))
