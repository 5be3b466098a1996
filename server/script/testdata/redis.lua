-- lines
return redis.call()
return redis.pcall()
return redis.call({})
return redis.pcall({})
return redis.call("get",{})
return redis.call("get",nil)
return redis.call("get",true)
return redis.call("foo")
return redis.pcall("foo")
return redis.call("get")
return redis.pcall("get")
return redis.call("set","s","v")
return redis.call("get","s")
return redis.call("get","missing")
return redis.call("SET",KEYS[1],ARGV[1])
return redis.call("get",KEYS[1])
return {KEYS,ARGV}
return {#KEYS,#ARGV}
KEYS[3]="x" return #KEYS
setmetatable(KEYS,{__index=function() return "m" end}) return KEYS[9]
return KEYS[9]
return redis.call("set","n",12)
return redis.call("set","n",12.5) and redis.call("get","n")
return redis.call("set","n",1e15) and redis.call("get","n")
return redis.call("set","n",1e16) and redis.call("get","n")
return redis.call("set","n",1e17) and redis.call("get","n")
return redis.call("set","n",123456789012345678) and redis.call("get","n")
return redis.call("set","n",0.1) and redis.call("get","n")
return redis.call("set","n",-0) and redis.call("get","n")
return redis.call("set","n",1/0) and redis.call("get","n")
return redis.call("set","n",-1/0) and redis.call("get","n")
return redis.call("set","n",2^53) and redis.call("get","n")
return redis.call("set","n",3.0) and redis.call("get","n")
return redis.call("set","n",1e100) and redis.call("get","n")
return redis.call("set","n","10") and redis.call("incr","n")
return redis.call("incr","s")
return redis.pcall("incr","s")
return redis.pcall("incr","s").err
local e=redis.pcall("incr","s") local r={} for k,v in pairs(e) do r[#r+1]=k..tostring(v) end return r
return {pcall(redis.call,"incr","s")}
local ok,e=pcall(function() return redis.call("incr","s") end) return e
local ok,e=xpcall(function() return redis.call("incr","s") end,function(e) return e end) local r={} for k,v in pairs(e) do r[#r+1]=k..tostring(v) end return r
local ok,e=pcall(redis.call,"incr","s") error(e)
local e=redis.pcall("incr","s") error(e)
local e=redis.pcall("incr","s") return {e,1}
local e=redis.pcall("incr","s") e.err="CHANGED x" return e
redis.call("incr","s") return 1
local function f() redis.call("incr","s") end f()
local function f() return redis.call("incr","s") end return f()
return redis.call("del","l","h","z","st")
return redis.call("rpush","l",1,2,3)
return redis.call("lrange","l",0,-1)
return redis.call("lpop","missing")
return redis.call("hset","h","f","v","f2","v2")
return redis.call("hgetall","h")
return redis.call("zadd","z",1.5,"a",2,"b")
return redis.call("zrange","z",0,-1,"withscores")
return redis.call("zscore","z","a")
return redis.call("smembers","missing")
return redis.call("sadd","st","x","y")
return redis.call("lrange","s",0,-1)
return redis.call("type","l")
return redis.call("type","l").ok
return redis.call("ping")
return redis.call("ping").ok
return redis.call("echo","x\0y\r\nz")
return type(redis.call("get","missing"))
return tostring(redis.call("get","missing"))
return redis.call("mget","s","missing","s")
redis.setresp(3) return redis.call("hgetall","h").map.f
redis.setresp(3) return redis.call("hgetall","h")
redis.setresp(3) return redis.call("zscore","z","a").double
redis.setresp(3) return redis.call("zscore","z","a")
redis.setresp(3) return redis.call("zrange","z",0,-1,"withscores")
redis.setresp(3) return tostring(redis.call("get","missing"))
redis.setresp(3) return redis.call("get","missing")
redis.setresp(3) return redis.call("mget","s","missing")
redis.setresp(3) return #redis.call("mget","s","missing")
redis.setresp(3) return redis.call("smembers","st").set.x
redis.setresp(3) return true
redis.setresp(3) return false
redis.setresp(3) return {true,false}
redis.setresp(3) return redis.call("debug","protocol","verbatim")
redis.setresp(3) return redis.call("debug","protocol","bignum")
redis.setresp(3) return redis.call("debug","protocol","double")
redis.setresp(3) return redis.call("debug","protocol","null")
redis.setresp(3) return redis.call("debug","protocol","array")
redis.setresp(3) return redis.call("debug","protocol","set")
redis.setresp(3) return redis.call("debug","protocol","map")
redis.setresp(3) return redis.call("debug","protocol","true")
redis.setresp(3) return redis.call("debug","protocol","false")
redis.setresp(3) return redis.call("debug","protocol","attrib")
redis.setresp(3) return redis.call("debug","protocol","verbatim").verbatim_string.format
redis.setresp(3) return redis.call("debug","protocol","bignum").big_number
redis.setresp(2) return redis.call("debug","protocol","map")
redis.setresp(2) return redis.call("debug","protocol","verbatim")
redis.setresp(2) return redis.call("debug","protocol","bignum")
redis.setresp(2) return redis.call("debug","protocol","double")
redis.setresp(2) return redis.call("debug","protocol","true")
redis.setresp(2) return redis.call("debug","protocol","null")
redis.setresp(1)
redis.setresp(4)
redis.setresp()
redis.setresp(2,3)
redis.setresp("3")
redis.setresp("x")
redis.setresp(2.9)
return redis.status_reply("FINE")
return redis.status_reply("a\r\nb")
return redis.status_reply(1)
return redis.status_reply()
return redis.status_reply("a","b")
return redis.status_reply("a\0b")
return redis.error_reply("ERR bad")
return redis.error_reply("bad")
return redis.error_reply("-bad")
return redis.error_reply("-CODE bad\r\n")
return redis.error_reply("MY CODE x")
return redis.error_reply(1)
return redis.error_reply()
return redis.error_reply("a\0b")
return redis.error_reply("")
return redis.error_reply("-")
return redis.error_reply("a\nb c")
return redis.error_reply("x y").err
error(redis.error_reply("CODE msg"))
return {ok="fine"}
return {ok="a\nb"}
return {ok=1}
return {err="CODE bad"}
return {err="bad"}
return {err="a\r\nb"}
return {err=""}
return {err=5}
return {err={}}
return {err="x",ok="y"}
return {ok="y",1,2}
return {double=3.5}
return {double=1e300}
return {double=1/0}
return {double=-1/0}
return {double=0.1}
return {double=100}
return {double="1"}
return {big_number="123"}
return {big_number="12\r\n3"}
return {big_number=12}
return {map={a=1,b={1,2}}}
return {map={}}
return {map={[1]="x"}}
return {map={[true]=false}}
return {map=1}
return {set={a=true,b=true}}
return {set={}}
return {set={1,2,3}}
return {verbatim_string={format="txt",string="hello"}}
return {verbatim_string={format="t",string="hello"}}
return {verbatim_string={format="longer",string="hello"}}
return {verbatim_string={string="hello"}}
return {verbatim_string={format="txt"}}
return {verbatim_string="x"}
return {1,{err="E x"},{ok="fine"},{double=1.5}}
return {1,2,{3,{4,{5}}}}
return cjson.null
return function() end
return coroutine.create(function() end)
return 1,2,3
return 2^31
return 2^53
return 2^63
return -2^63
return 2^64
return 0/0
return 1/0
return -0.5
return 0.999
return "bin\0ary\r\n"
return ""
local t={} t[1]=t return t
local t={} for i=1,7990 do t={t} end return t
local t={} for i=1,7995 do t={t} end return t
local t={} for i=1,2000 do t={map={a=t}} end return t
local t={} for i=1,3000 do t={map={a=t}} end return t
return redis.sha1hex("")
return redis.sha1hex("abc")
return redis.sha1hex("a\0b")
return redis.sha1hex(12)
return redis.sha1hex(1.5)
return redis.sha1hex()
return redis.sha1hex(1,2)
return redis.REDIS_VERSION
return redis.REDIS_VERSION_NUM
return {redis.LOG_DEBUG,redis.LOG_VERBOSE,redis.LOG_NOTICE,redis.LOG_WARNING}
return {redis.REPL_NONE,redis.REPL_AOF,redis.REPL_SLAVE,redis.REPL_REPLICA,redis.REPL_ALL}
return redis.log(redis.LOG_DEBUG,"x")
redis.log(1)
redis.log("x","y")
redis.log(4,"y")
redis.log(-1,"y")
redis.log("1","y")
redis.log(0,"y",5,{},nil)
return redis.replicate_commands()
return redis.breakpoint()
return tostring(redis.breakpoint())
return select('#',redis.debug("x"))
redis.set_repl()
redis.set_repl(1,2)
redis.set_repl(4)
redis.set_repl(-1)
redis.set_repl("x")
return redis.set_repl(redis.REPL_ALL)
return redis.acl_check_cmd("get","x")
return redis.acl_check_cmd("nope")
return redis.acl_check_cmd()
return redis.acl_check_cmd({})
return redis.nope
return redis.nope()
redis.call = 1
rawset(redis,"x",1)
local r={} for k in pairs(redis) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(_G) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(string) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(table) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(math) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(coroutine) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(cjson) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(cmsgpack) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(struct) do r[#r+1]=k end table.sort(r) return r
local r={} for k in pairs(bit) do r[#r+1]=k end table.sort(r) return r
local r={} for k,v in pairs(getmetatable(_G)) do r[#r+1]=k..type(v) end return r
return getmetatable(_G).__index(1)
return getmetatable(_G).__index(1,{})
return getmetatable(_G).__index(1,"x")
return type(__redis__err__handler)
return __redis__err__handler("x").err
local e=__redis__err__handler("x") local r={} for k,v in pairs(e) do r[#r+1]=k..tostring(v) end return r
