-- lines
local t={3,1,2} table.sort(t) return t
local t={3,1,2} table.sort(t,function(a,b) return a>b end) return t
local t={"b","a","C"} table.sort(t) return t
local t={} for i=1,100 do t[i]=(i*37)%101 end table.sort(t) return t
local t={} for i=1,50 do t[i]={k=i%5,i=i} end table.sort(t,function(a,b) return a.k<b.k end) local r={} for i=1,50 do r[i]=t[i].i end return r
local t={} for i=1,20 do t[i]=i%3 end local log={} table.sort(t,function(a,b) log[#log+1]=a..","..b return a<b end) return log
local t={5,4,3,2,1} table.sort(t,function(a,b) return true end) return t
local t={1,2,3,4} table.sort(t,function(a,b) return false end) return t
math.randomseed(5) local t={} for i=1,30 do t[i]=math.random(10) end table.sort(t,function(a,b) return a<=b end) return t
return {table.concat({1,2,3}),table.concat({1,2,3},","),table.concat({"a"},","),table.concat({},","),table.concat({1,2,3},",",2),table.concat({1,2,3},",",2,2),table.concat({1,2,3},",",3,2)}
return table.concat({1.5,2,"x"},"-")
local t={} table.insert(t,1) table.insert(t,1,0) table.insert(t,#t+1,2) return t
local t={1,2,3} table.insert(t,2,9) return t
local t={1,2,3} table.insert(t,10,9) return {#t,tostring(t[10])}
local t={1,2,3} table.insert(t,0,9) return {#t,t[0]==9 and "0" or "x",t[1]}
local t={1,2,3} table.insert(t,-1,9) return {#t,tostring(t[-1]),t[1]}
local t={1,2,3} return {table.remove(t),#t,table.remove(t,1),#t,table.remove(t,5)==nil,#t}
local t={} return tostring(table.remove(t))
local t={} return select('#',table.remove(t))
local t={1,2,3} return select('#',table.remove(t,0))
local t={1,2,3} table.remove(t,2) return t
return {table.getn({1,2,3}),table.maxn({1,2,[10]=3}),table.maxn({}),table.maxn({[2.5]=1})}
local r={} table.foreach({a=1},function(k,v) r[#r+1]=k..v end) table.foreachi({5,6},function(i,v) r[#r+1]=i..v end) return r
return table.foreach({1,2,3},function(k,v) if v==2 then return "found" end end)
return table.foreachi({1,2,3},function(k,v) if v==2 then return k end end)
local t={} for i=1,40 do t["k"..i]=i end local r={} for k,v in pairs(t) do r[#r+1]=k end return r
local t={a=1,b=2,c=3,d=4,e=5,f=6} local r={} for k,v in pairs(t) do r[#r+1]=k end return r
local t={1,2,3,x=1,y=2,[10]=3} local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local t={} for i=1,20 do t[i*3]=i end local r={} for k,v in pairs(t) do r[#r+1]=k end return r
local t={} for i=20,1,-1 do t[i]=i end local r={} for k,v in pairs(t) do r[#r+1]=k end return r
local t={} for i=1,10 do t[i+0.5]=i end local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local t={} for i=-10,10 do t[i]=i end local r={} for k,v in pairs(t) do r[#r+1]=k end return r
local t={} for i=1,20 do t[2^i]=i end local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local t={[true]=1,[false]=2,x=3} local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local t={} for i=1,30 do t["key:"..i]=i end for i=1,30,2 do t["key:"..i]=nil end for i=31,40 do t["key:"..i]=i end local r={} for k,v in pairs(t) do r[#r+1]=k end return r
local t={} for i=1,100 do t[i]=i end for i=1,90 do t[i]=nil end t.x=1 t[200]=5 local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return {#t,unpack(r)}
local t={a=1,b=2,c=3} for k,v in pairs(t) do t[k]=nil end return next(t)==nil
local t={a=1,b=2,c=3} for k,v in pairs(t) do t[k]=v*2 end return {t.a,t.b,t.c}
local t={} t.name="n" t.age=1 t.city="c" t.zip="z" t.country="x" local r={} for k,v in pairs(t) do r[#r+1]=k end return r
local t={id=1,name="x",tags={"a","b"},nested={x=1,y={z=2}}} return cjson.encode(t)
return cjson.encode({a=1,b="two",c={1,2,3},d={e=true,f=false},g=cjson.null})
local t={} for i=1,30 do t["field"..i]=i end return cjson.encode(t)
local t=cjson.decode('{"z":1,"y":2,"x":3,"w":{"b":1,"a":2}}') return cjson.encode(t)
local t={} for i=1,50 do t["user:"..(i*7919)]=i end return cjson.encode(t)
local t={"x",nil,"y",n=3} local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local t={nil,nil,3} local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local t={[1]="a",[2]="b",[3]="c"} local r={} for k,v in pairs(t) do r[#r+1]=k end return {#t,unpack(r)}
local t={[3]="a",[2]="b",[1]="c"} local r={} for k,v in pairs(t) do r[#r+1]=k end return {#t,unpack(r)}
local t={} t[1]=1 t[2]=2 t[3]=3 t[4]=4 t[5]=5 t[7]=7 t[8]=8 local r={} for k,v in pairs(t) do r[#r+1]=k end return {#t,unpack(r)}
local t={1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,x=1} t[21]=1 t[22]=2 local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local t={} for i=1,17 do t[#t+1]=i end t.a=1 t.b=2 t[18]=18 local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return r
local function f() return 1,2,3,4,5 end local t={f(),f(),x=1,f()} local r={} for k,v in pairs(t) do r[#r+1]=tostring(k) end return {#t,unpack(r)}
local t={} for i=1,1000 do t[i]=i end for i=1000,500,-1 do t[i]=nil end return #t
local t={} for i=1,10 do t[i]=i end t[5]=nil return #t
local t={} for i=1,8 do t[i]=i end t[8]=nil t[4]=nil return #t
local t={n=0} t[1]=nil return #t
local t={} t[100]=1 return #t
local t={} t[1]=1 t[3]=3 return #t
local t={} t[2]=2 t[1]=1 t[4]=4 t[3]=3 return #t
local t={1,2,3} t[#t]=nil return #t
local t={} for i=1,5 do table.insert(t,i) end for i=1,3 do table.remove(t,1) end return {#t,unpack(t)}
local s=0 local t={} for i=1,2000 do t[(i*7)%1009]=i end for k,v in pairs(t) do s=(s*31+k)%1000003 end return s
local s=0 local t={} for i=1,2000 do t["s"..((i*7)%1009)]=i end for k,v in pairs(t) do s=(s*31+v)%1000003 end return s
local s=0 local t={} for i=1,500 do t[i/3]=i end for k,v in pairs(t) do s=(s*31+v)%1000003 end return s
local s=0 local t={} for i=1,500 do t[i]=i t["x"..i]=i t[-i]=i end for i=1,500,3 do t[i]=nil t["x"..i]=nil end for i=501,700 do t[i]=i end for k,v in pairs(t) do s=(s*31+v)%1000003 end return s
