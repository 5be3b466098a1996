-- lines
return {math.floor(1.5)..'',math.floor(-1.5)..'',math.ceil(1.2)..'',math.ceil(-1.2)..'',math.abs(-3)..'',math.sqrt(16)..'',math.sqrt(2)..''}
return {math.max(1,5,3),math.min(4,2,8),math.max(1)..'',math.huge..'',-math.huge..'',math.pi..''}
return {math.fmod(7,3)..'',math.fmod(-7,3)..'',math.mod(5,3)..'',math.modf(3.7)..'',select(2,math.modf(3.7))..'',select(2,math.modf(-3.7))..'',math.modf(-3.7)..''}
return {math.modf(1/0)..'',select(2,math.modf(1/0))..'',math.modf(0/0)..'',select(2,math.modf(-1/0))..'',math.modf(-0)..''}
return {math.exp(1)..'',math.log(10)..'',math.log10(1000)..'',math.pow(2,8)..'',math.log(0)..'',math.log(-1)..'',math.exp(1000)..'',math.log10(0)..'',math.log10(-1)..''}
return {math.sin(1)..'',math.cos(1)..'',math.tan(1)..'',math.asin(1)..'',math.acos(0)..'',math.atan(1)..'',math.atan2(1,2)..'',math.sinh(1)..'',math.cosh(1)..'',math.tanh(1)..''}
return {math.asin(2)..'',math.acos(2)..'',math.sqrt(-1)..'',math.fmod(1,0)..'',math.fmod(1/0,1)..'',math.sin(1/0)..'',math.cos(1/0)..'',math.tan(1/0)..'',math.pow(-8,1/3)..''}
return {math.deg(math.pi)..'',math.rad(180)..'',math.deg(1)..'',math.rad(1)..''}
return {math.frexp(8)..'',select(2,math.frexp(8))..'',math.frexp(0)..'',math.frexp(-3.5)..'',math.ldexp(0.5,4)..'',math.ldexp(1,-2)..'',math.ldexp(1,2000)..''}
math.randomseed(9) return {math.random()..'',math.random()..'',math.random()..''}
math.randomseed(3) local t={} for i=1,50 do t[i]=math.random(100) end return t
math.randomseed(3) local t={} for i=1,50 do t[i]=math.random(-10,10) end return t
math.randomseed(42) local t={} for i=1,20 do t[i]=math.random(1000000) end return t
math.randomseed(-1) return {math.random()..'',math.random(5)}
math.randomseed(2^31) return {math.random()..'',math.random(5)}
math.randomseed(0) return {math.random()..'',math.random(5)}
math.randomseed("7") return {math.random()..'',math.random(5)}
math.randomseed(1) return {math.random(1),math.random(2^31-1),math.random(1,1)}
return {math.floor("3.7"),math.max("10",9)}
return {math.floor(1e300)..'',math.floor(-0.0)..'',math.ceil(-0.5)..''}
return {math.floor(2^53+0.5)..'',math.abs(-0)..''}
return {1e308*10 ..'',-1e308*10 ..'',1e-320 ..'',5e-324 ..''}
return {0.1+0.2==0.3,0.1*3 ..'',1e16+1 ..'',1/3*3 ..''}
return {("%.17g"):format(math.exp(1)),("%.17g"):format(math.sin(0.5)),("%.17g"):format(math.cos(0.5)),("%.17g"):format(math.log(2)),("%.17g"):format(2^0.5),("%.17g"):format(math.pow(1.1,10))}
return {("%.17g"):format(math.tan(0.7)),("%.17g"):format(math.atan(0.3)),("%.14g"):format(math.sinh(0.4)),("%.17g"):format(math.log10(7)),("%.17g"):format(10^-5),("%.17g"):format(3^20)}
local s=0 for i=1,100 do s=s+math.sin(i)*math.sqrt(i)/math.log(i+1) end return ("%.10g"):format(s)
return {bit.band(12,10),bit.bor(12,10),bit.bxor(12,10),bit.bnot(0),bit.lshift(1,4),bit.rshift(256,4),bit.arshift(-256,4),bit.rol(0x12345678,8),bit.ror(0x12345678,8),bit.bswap(0x12345678)}
return {bit.tobit(0xffffffff),bit.tobit(2^32+5),bit.tobit(-1),bit.tobit(1.5),bit.tobit(2.5),bit.tobit(-1.5),bit.tobit(1e15),bit.tobit(2^53)}
return {bit.tohex(255),bit.tohex(255,4),bit.tohex(255,-4),bit.tohex(-1),bit.tohex(1,0),bit.tohex(0x12345678,2),bit.tohex(1,100),bit.tohex(0xabc,-8)}
return {bit.band(1,2,3),bit.bor(1,2,4,8),bit.bxor(1,1,1),bit.band(0xffffffff)}
return {bit.lshift(1,32),bit.lshift(1,33),bit.rshift(-1,1),bit.arshift(-1,40),bit.lshift(1,-1)}
return {bit.band("12","10")}
return bit.band()
return bit.band("x")
return bit.band(1,{})
return bit.bnot(nil)
return bit.tohex()
return bit.lshift(1)
return bit.tobit(0/0)
return bit.tobit(1/0)
local a,b=2^63,-2.5 return tostring(a ^ b)
local out={} for i=1,40 do out[i]=string.format("%.17g", (i*0.37)^(i-20.3)) end return out
local out={} for i=1,40 do out[i]=string.format("%.17g", math.pow(1e5/i, i/7-3)) end return out
return tostring(-(10 % -2.5) - 1/0)
return {tostring(-(0) + 0), tostring(1/(-(0)*1)), tostring(1/(0*-(0))), tostring(-(0)/0), tostring(0/(-(0)))}
local x=1/0 return {tostring(-(0)-x/0), tostring(0*x-(-(0)))}
local n=0/0 local p=-n return {tostring(n^2^31), tostring(p^2^31), tostring(n^3), tostring(p^3), tostring(2^n), tostring(2^p), tostring(n^0), tostring(1^n), tostring(n^p), tostring(p^n), tostring(n^0.5), tostring(p^-0.5)}
local n=0/0 local p=-n local out={} for _,f in ipairs({"sin","cos","tan","log","log10","exp","sqrt","floor","ceil","abs","asin","acos","atan","sinh","cosh","tanh"}) do out[#out+1]=f..tostring(math[f](n))..tostring(math[f](p)) end return out
return tostring(-0 and 0)
return {tostring(-0 or 0), tostring(true and -0), tostring(0), tostring("a" and 1/-0), tostring(nil and -0)}
return {tostring(false and 1), tostring(true and false), tostring(1 and nil or 3), tostring("" and 2)}
