-- lines
return cjson.encode({1,2,3})
return cjson.encode({})
return cjson.encode({{}})
return cjson.encode("str")
return cjson.encode("a\"b\\c/d\b\f\n\r\t\1\127é")
return cjson.encode(1)
return cjson.encode(1.5)
return cjson.encode(1e15)
return cjson.encode(123456789012345)
return cjson.encode(0.1)
return cjson.encode(1/3)
return cjson.encode(-0)
return cjson.encode(true)
return cjson.encode(nil)
return cjson.encode(cjson.null)
return cjson.encode({1,nil,3})
return cjson.encode({1,2,[5]=5})
return cjson.encode({[1]=1,[20]=2})
return cjson.encode({[1]=1,[100]=2})
return cjson.encode({[0]=1})
return cjson.encode({[-1]=1})
return cjson.encode({[1.5]=1})
return cjson.encode({[1]=1,x=2})
return cjson.encode({["1"]=1})
return cjson.encode({[true]=1})
return cjson.encode({[{}]=1})
return cjson.encode(function() end)
return cjson.encode({function() end})
return cjson.encode(coroutine.create(function() end))
return cjson.encode(1/0)
return cjson.encode(0/0)
return cjson.encode({1/0})
return cjson.encode()
return cjson.encode(1,2)
return cjson.decode('[1,2,3]')
return cjson.decode('{"a":1}').a
return cjson.decode('"str"')
return cjson.decode('"\\u0041\\u00e9\\u20ac\\ud83d\\ude00"')
return cjson.decode('"\\ud83d"')
return cjson.decode('"\\ud83dx"')
return cjson.decode('"\\ud83d\\u0041"')
return cjson.decode('"\\ude00"')
return cjson.decode('"\\u00g1"')
return cjson.decode('"\\u00"')
return cjson.decode('"\\u0000"')
return cjson.decode('"\\x"')
return cjson.decode('"abc')
return cjson.decode('"a\nb"')
return cjson.decode('')
return cjson.decode(' ')
return cjson.decode('[')
return cjson.decode('[1')
return cjson.decode('[1,')
return cjson.decode('[1,]')
return cjson.decode('[,1]')
return cjson.decode('[1 2]')
return cjson.decode('{')
return cjson.decode('{"a"')
return cjson.decode('{"a":')
return cjson.decode('{"a":1')
return cjson.decode('{"a":1,')
return cjson.decode('{"a":1,}')
return cjson.decode('{a:1}')
return cjson.decode('{1:1}')
return cjson.decode('{"a" 1}')
return cjson.decode('{"a":1 "b":2}')
return cjson.decode(']')
return cjson.decode('}')
return cjson.decode(',')
return cjson.decode(':')
return cjson.decode('[1]x')
return cjson.decode('1 2')
return cjson.decode('nul')
return cjson.decode('nulll')
return cjson.decode('tru')
return cjson.decode('truex')
return cjson.decode('True')
return cjson.decode("'a'")
return cjson.decode('1')
return cjson.decode('-1')
return cjson.decode('1.5')..''
return cjson.decode('1e3')..''
return cjson.decode('1E+3')..''
return cjson.decode('0x10')..''
return cjson.decode('010')..''
return cjson.decode('+5')..''
return cjson.decode('-')
return cjson.decode('-x')
return cjson.decode('.5')
return cjson.decode('5.')..''
return cjson.decode('inf')..''
return cjson.decode('-inf')..''
return cjson.decode('Infinity')..''
return cjson.decode('nan')..''
return cjson.decode('NaN')..''
return cjson.decode('1e999')..''
return cjson.decode('[1.0,2.50,1e2]')
return cjson.decode('12345678901234567890')..''
return cjson.decode('{"a":null}').a == cjson.null
return cjson.decode('[null,1,null]')
return #cjson.decode('[null,1,null]')
return cjson.decode('{"a":{"b":[1,{"c":2}]}}').a.b[2].c
return cjson.decode('{"a":1,"a":2}').a
return cjson.decode(' \t\r\n[ 1 , 2 ] ')
return cjson.decode('[1]\0x')
return cjson.decode('\0\0')
return cjson.decode('1\0')
return cjson.decode('[true,false,null]')
return cjson.decode()
return cjson.decode(nil)
return cjson.decode({})
return cjson.decode(5)
return cjson.decode('[]','x')
return cjson.decode(string.rep('[',1000)..string.rep(']',1000)) ~= nil
return cjson.decode(string.rep('[',1001))
return cjson.decode(string.rep('{"a":',1001))
local t={} for i=1,999 do t={t} end return #cjson.encode(t)
local t={} for i=1,1000 do t={t} end return #cjson.encode(t)
local t={} for i=1,1001 do t={a=t} end return #cjson.encode(t)
local t={} t[1]=t return cjson.encode(t)
cjson.encode_max_depth(5) return cjson.encode({{{{{{}}}}}})
cjson.decode_max_depth(3) return cjson.decode('[[[[]]]]')
cjson.encode_max_depth(100000) local t={} for i=1,9000 do t={t} end return #cjson.encode(t)
cjson.encode_max_depth(100000) local t={} for i=1,7990 do t={t} end return #cjson.encode(t)
cjson.decode_max_depth(100000) return cjson.decode(string.rep('[',9000))
cjson.decode_max_depth(100000) return cjson.decode(string.rep('{"a":',5000))
return {cjson.encode_sparse_array(true)}
return {cjson.encode_sparse_array(true,3,20)}
return cjson.encode_sparse_array("x")
return cjson.encode_sparse_array(true,-1)
return cjson.encode_sparse_array(true,1,2,3)
cjson.encode_sparse_array(true) return cjson.encode({[1]=1,[100]=2})
cjson.encode_sparse_array(false,0) return #cjson.encode({[1]=1,[100]=2})
cjson.encode_sparse_array(false,2,3) return cjson.encode({[1]=1,[5]=2})
cjson.encode_number_precision(3) return cjson.encode({1/3,123456})
return cjson.encode_number_precision(0)
return cjson.encode_number_precision(15)
return {cjson.encode_number_precision()}
cjson.encode_invalid_numbers(true) return cjson.encode({1/0,-1/0,0/0})
cjson.encode_invalid_numbers("null") return cjson.encode({1/0,0/0})
cjson.encode_invalid_numbers("on") return cjson.encode({1/0})
return cjson.encode_invalid_numbers("null")
return cjson.encode_invalid_numbers("bad")
cjson.decode_invalid_numbers(false) return cjson.decode('0x10')
cjson.decode_invalid_numbers(false) return cjson.decode('nan')
cjson.decode_invalid_numbers(false) return cjson.decode('01')
cjson.decode_invalid_numbers(false) return cjson.decode('-inf')
cjson.decode_invalid_numbers(false) return cjson.decode('+1')
cjson.decode_invalid_numbers(false) return cjson.decode('-0')
return {cjson.encode_keep_buffer(false),cjson.encode_keep_buffer()}
return cjson.encode_keep_buffer("maybe")
return cjson._VERSION..cjson._NAME
local c=cjson.new() c.encode_number_precision(3) return {c.encode(1/3),cjson.encode(1/3)}
return type(cjson.new().null)
return cmsgpack.pack(1,-1,127,128,255,256,65535,65536,2^32-1,2^32,2^53,-32,-33,-128,-129,-32768,-32769,-2^31,-2^31-1,-2^53)
return cmsgpack.pack(1.5,0.1,1/0,-1/0,1e300,2^63,-2^63,2^64,-0)
return cmsgpack.pack(0/0)
return cmsgpack.pack("","a",("x"):rep(31),("x"):rep(32),("x"):rep(255),("x"):rep(256))
return #cmsgpack.pack(("x"):rep(65535))
return cmsgpack.pack(("x"):rep(65536)):sub(1,6)
return cmsgpack.pack(true,false,nil)
return cmsgpack.pack(nil)
return cmsgpack.pack()
return cmsgpack.pack({})
return cmsgpack.pack({1,2,3})
return cmsgpack.pack({1,nil,3})
return cmsgpack.pack({a=1})
return cmsgpack.pack({1,2,a=3})
return cmsgpack.pack({[1]=1,[3]=3})
return cmsgpack.pack({[1.5]=1})
return cmsgpack.pack({[0]=1})
return cmsgpack.pack({[true]=false})
return cmsgpack.pack({{},{{}},{a={b={}}}})
return cmsgpack.pack(function() end)
return cmsgpack.pack(cjson.null)
return cmsgpack.pack(coroutine.create(function() end))
local t={} for i=1,15 do t[i]=i end return cmsgpack.pack(t)
local t={} for i=1,16 do t[i]=i end return cmsgpack.pack(t)
local t={} for i=1,16 do t["k"..i]=i end return cmsgpack.pack(t)
local t={} for i=1,70000 do t[i]=1 end return cmsgpack.pack(t):sub(1,8)
local t={} for i=1,20 do t={t} end return cmsgpack.pack(t)
local t={} t[1]=t return cmsgpack.pack(t)
local t={} for i=1,14 do t={t,a=1} end return cmsgpack.pack(t)
return {cmsgpack.unpack(cmsgpack.pack(1,-1,127,128,65536,2^32,-200,-40000,"x",{1,2},true))}
return {cmsgpack.unpack("\203?\240\0\0\0\0\0\0")}
return cmsgpack.unpack("\202?\192\0\0")..''
return cmsgpack.unpack("\202\64\72\245\195")..''
return cmsgpack.unpack("")
return {cmsgpack.unpack("")}
return cmsgpack.unpack("\193")
return cmsgpack.unpack("\196\1a")
return cmsgpack.unpack("\161")
return cmsgpack.unpack("\162a")
return cmsgpack.unpack("\146\1")
return cmsgpack.unpack("\129\1")
return cmsgpack.unpack("\129")
return cmsgpack.unpack("\129\192\1")
return cmsgpack.unpack("\129\203\127\248\0\0\0\0\0\0\1")
return cmsgpack.unpack("\220\0")
return cmsgpack.unpack("\221\255\255\255\255")
return cmsgpack.unpack("\219\255\255\255\255abc")
return cmsgpack.unpack("\204")
return cmsgpack.unpack("\205\1")
return {cmsgpack.unpack("\204\200\205\1\0\206\255\255\255\255\208\128\209\128\0\210\128\0\0\0")}
return {cmsgpack.unpack("\207\255\255\255\255\255\255\255\255")..'',cmsgpack.unpack("\211\255\255\255\255\255\255\255\255")..'',cmsgpack.unpack("\211\128\0\0\0\0\0\0\0")..''}
return {cmsgpack.unpack("\224\255\127\0")}
return {cmsgpack.unpack("\217\1a\218\0\1b\219\0\0\0\1c")}
return {cmsgpack.unpack("\192\195\194")}
return cmsgpack.unpack("\222\0\1\161a\1").a
return cmsgpack.unpack("\223\0\0\0\1\161a\1").a
return {cmsgpack.unpack_one("\1\2\3")}
return {cmsgpack.unpack_one("\1\2\3",1)}
return {cmsgpack.unpack_one("\1\2\3",2)}
return {cmsgpack.unpack_one("\1\2\3",3)}
return {cmsgpack.unpack_one("\1\2\3",4)}
return {cmsgpack.unpack_one("\1\2\3",-1)}
return {cmsgpack.unpack_limit("\1\2\3",2)}
return {cmsgpack.unpack_limit("\1\2\3",2,1)}
return {cmsgpack.unpack_limit("\1\2\3",0)}
return {cmsgpack.unpack_limit("\1\2\3",0,1)}
return {cmsgpack.unpack_limit("\1\2\3",-1)}
return {cmsgpack.unpack_limit("\1\2\3",10)}
return {cmsgpack.unpack_limit("\1\2\3")}
return cmsgpack.unpack()
return cmsgpack.unpack({})
return cmsgpack.unpack(5)
return {cmsgpack.unpack(("\145"):rep(5000).."\1")}
return #{cmsgpack.unpack(("\1"):rep(7000))}
return {cmsgpack.unpack(("\1"):rep(9000))}
return cmsgpack._VERSION..cmsgpack._NAME..cmsgpack._COPYRIGHT..cmsgpack._DESCRIPTION
return struct.pack(">I4",258)
return struct.pack("<I4",258)
return struct.pack("I4h",1,-1)
return struct.pack("bBhHlLT",-1,255,-2,65535,-3,4,5)
return struct.pack("i1i2i4i8",1,2,3,4)
return struct.pack("i3",-2)
return struct.pack("i16",-2)
return struct.pack("I32",2)
return struct.pack("i33",1)
return struct.pack("i0",1)
return struct.pack("f",1.5)
return struct.pack(">d",1.5)
return struct.pack("c3","abcdef")
return struct.pack("c0","abcdef")
return struct.pack("c10","abc")
return struct.pack("s","abc")
return struct.pack("xx")
return struct.pack("!4bi4",1,2)
return struct.pack("!8bd",1,2)
return struct.pack("!bi8",1,2)
return struct.pack("!3b",1)
return struct.pack("!0b",1)
return struct.pack("> I2 < I2",1,1)
return struct.pack("z",1)
return struct.pack("5",1)
return struct.pack("I4")
return struct.pack("I4","x")
return struct.pack("I4",{})
return struct.pack("s",nil)
return struct.pack()
return struct.pack("B",300)
return struct.pack("b",-300)
return struct.pack("B",-1)
return struct.pack("L",2^64)
return struct.pack("L",2^63)
return struct.pack("l",-2^63)
return struct.pack("I4",1.9)
return struct.pack("i4",-1.9)
return struct.pack("f",1/0)
return struct.pack("d",0/0)
return struct.pack("i2147483648",1)
return struct.pack("c99999999999","x")
return {struct.unpack(">I4",struct.pack(">I4",258))}
return {struct.unpack("bBhH",struct.pack("bBhH",-1,255,-2,65535))}
return {struct.unpack("f",struct.pack("f",1.5))}
return {struct.unpack("<d",struct.pack("<d",0.1))[1]}
return {struct.unpack("c3s",struct.pack("c3s","abc","def"))}
return {struct.unpack("bc0",struct.pack("bc0",3,"abc"))}
return {struct.unpack("I4","abc")}
return {struct.unpack("I4","abcd",2)}
return {struct.unpack("I4","xabcd",2)}
return {struct.unpack("I1","a",0)}
return {struct.unpack("I1","a",-1)}
return {struct.unpack("I1","a",2)}
return {struct.unpack("I1","a",100)}
return {struct.unpack("s","abc")}
return {struct.unpack("s","abc\0def")}
return {struct.unpack("c0","abc")}
return {struct.unpack("bc0","\10abc")}
return {struct.unpack("fc0",struct.pack("f",2).."abc")}
return {struct.unpack("i3",struct.pack("i3",-2))}
return {struct.unpack("I16",struct.pack("I16",5))}
return {struct.unpack("i8",struct.pack("i8",-5))}
return {struct.unpack("L",struct.pack("l",-1))[1]}
return {struct.unpack("L",struct.pack("l",-1))}
return {struct.unpack("!4bi4",struct.pack("!4bi4",1,2))}
return {struct.unpack("z","a")}
return {struct.unpack("x","a")}
return {struct.unpack("","a")}
return struct.unpack()
return struct.unpack("b")
return {struct.size("bhi4d"),struct.size("!8bd"),struct.size("c10"),struct.size("xx"),struct.size("")}
return struct.size("s")
return struct.size("c0")
return struct.size("z")
return struct.size("%")
return struct.size("i99")
return struct.size()
