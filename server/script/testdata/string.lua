-- lines
return {("hello"):sub(2,3),("hello"):sub(-3),("hello"):sub(2),("hello"):sub(0),("hello"):sub(10),("hello"):sub(-100,2),("hello"):sub(3,2),("hello"):sub(2,-2)}
return {("hello"):byte(),("hello"):byte(-1),("hello"):byte(2,4),("hello"):byte(10)}
return {("hello"):byte(1,-1)}
return {string.char(72,105),string.char(),string.char(0,255)}
return {("abc"):rep(3),("abc"):rep(0),("abc"):rep(-1),("x"):rep(2.9)}
return {("aBc1é"):upper(),("ABC1É"):lower(),("abc"):reverse(),(""):reverse(),#"abc",("abc"):len()}
return {("hello world"):find("wor"),("hello"):find("l"),("hello"):find("xyz"),("hello"):find(""),("hello"):find("",10),("hello"):find("",6)}
return {("hello"):find("l",4),("hello"):find("l",-2),("hello"):find("l",-100),("hello"):find("l",100)}
return {("a.b"):find(".",1,true),("a.b"):find("%."),("a+b"):find("+",1,true),("a\0b"):find("b"),("a\0b"):find("\0",1,true),("a\0b"):find("%z")}
return {("hello"):find("(l)(l)"),("hello"):find("()ll()")}
return {("hello"):match("l+"),("hello"):match("(h)(.)"),("hello"):match("x"),("key=val"):match("(%w+)=(%w+)")}
return {("  trim  "):match("^%s*(.-)%s*$")}
return {("2024-01-02"):match("(%d+)-(%d+)-(%d+)")}
return {("hello"):match("^h"),("hello"):match("^e"),("hello"):match("o$"),("hello"):match("l$"),("a^b"):match("a^b"),("a$b"):match("a$b")}
return {("f(a(b)c)d"):match("%b()"),("x"):match("%b()"),("((("):match("%b()")}
return {("THE (quick) fox"):find("%f[%a]%a+%f[%A]"),("THE (quick) fox"):gsub("%f[%a]%a+","X")}
return {("abcabc"):match("(abc)%1"),("abcabd"):match("(abc)%1")}
return {("aaa"):match("a-"),("aaa"):match("a-$"),("aaab"):match("a-b"),("aaa"):match("a?"),("b"):match("a?b"),("ab"):match("a?b")}
return {("abc"):match("[a-c]+"),("abc"):match("[^a]+"),("a-c"):match("[a%-c]+"),("]"):match("[]]"),("^"):match("[%^]"),("a]"):match("[^]]"),("-"):match("[a-]"),("b"):match("[a-]")}
return {("x1_y"):match("[%w_]+"),("x1 y"):match("[%a%d]+"),("\t\n"):match("%s+"),("!?"):match("%p+"),("aB"):match("%l"),("aB"):match("%u"),("0xfF"):match("%x+"),("\1"):match("%c")}
return {("x1_y"):match("%W"),("ab 1"):match("%A"),("ab1"):match("%D+"),("aB"):match("%L"),("aB"):match("%U"),("a "):match("%S+"),("a!"):match("%P+"),("zg"):match("%X"),("\1a"):match("%C")}
return {("abc"):match(".",2),("abc"):match(".",-1),("abc"):match("()",2),("abc"):match("^b",2)}
return {("hello"):gsub("l","L")}
return {("hello"):gsub("l","L",1)}
return {("hello"):gsub("l","L",0)}
return {("hello"):gsub("","-")}
return {("hello"):gsub("x*","-")}
return {("hello world"):gsub("o","%0%0")}
return {("hello"):gsub("(l)(l)","%2%1")}
return {("hello"):gsub("l","%%")}
return {("hello"):gsub("l","%1")}
return {("hello"):gsub("l",{l="1"})}
return {("hello"):gsub("l",{l=false})}
return {("hello"):gsub("(h)(e)",{h="H"})}
return {("hello"):gsub("l",function(c) return c:upper() end)}
return {("hello"):gsub("l",function(c) return nil end)}
return {("hello"):gsub("l",function(c) return false end)}
return {("hello"):gsub("l",function(c) return 5.5 end)}
return {("hello"):gsub("(l)(.)",function(a,b) return b..a end)}
return {("hello"):gsub("()",function(p) return p end)}
return {("hello"):gsub("^h","H")}
return {("hhh"):gsub("^h","H")}
return {("abc"):gsub("%w","%0,")}
return {("abc"):gsub(".",{a=1,b=2.5})}
return {("a,b,,c"):gsub(",",";")}
return {("$name is $age"):gsub("%$(%w+)",{name="Bob",age=42})}
return {("abc"):gsub("b",12)}
return {("abc"):gsub("b","x%")}
return {("abc"):gsub("b","%a")}
return {(12):rep(2)}
return {("12")+1,("%d"):format(3)}
local t={} for k,v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do t[#t+1]=k t[#t+1]=v end return t
local t={} for w in ("one two  three"):gmatch("%S+") do t[#t+1]=w end return t
local t={} for w in ("abc"):gmatch("") do t[#t+1]=w end return t
local t={} for p in ("abc"):gmatch("()") do t[#t+1]=p end return t
local t={} for w in ("abc"):gmatch("^a") do t[#t+1]=w end return t
local t={} for w in string.gfind("a1b2","%d") do t[#t+1]=w end return t
return ("%d %5d %-5d| %05d %+d % d %x %X %#x %o %#o %u %c %i"):format(1,2,3,4,5,6,255,255,255,8,8,9,65,10)
return ("%f %.2f %10.3f %-10.1f| %e %.3e %g %G %.3g %#g %10g"):format(1,2.345,3.14159,2.5,12345.678,0.00012,1e20,1e-10,1234.5,1,5)
return ("%s %10s %-10s| %.2s %5.1s"):format("a","b","c","defg","hij")
return ("%q"):format('a "quoted" \\ \n \r \0 \t x')
return ("%5s%%"):format(50)
return ("%s %s"):format(1,1.5)
return ("%d"):format(3.99)
return ("%d"):format(-3.99)
return ("%d"):format("10")
return ("%d"):format(2^53)
return ("%d"):format(1e20)
return ("%x"):format(-1)
return ("%u"):format(-1)
return ("%x"):format(2^63)
return ("%x"):format(2^64)
return ("%o"):format(-8)
return ("%c%c%c"):format(72,0,105)
return ("%5c|%-5c|"):format(65,66)
return ("%c"):format(300)
return ("%s"):format("a\0b")
return ("%s"):format(("x"):rep(99).."\0y")
return #("%s"):format(("x"):rep(100).."\0y")
return ("%.3s"):format("a\0bcd")
return ("%.20f"):format(0.1)
return ("%.14g %.15g %.16g %.17g"):format(0.1,0.1,0.1,0.1)
return ("%.0f %.0f %.0f %.0f"):format(0.5,1.5,2.5,-0.5)
return ("%.0e %#.0f %#.0e"):format(12345,3,3)
return ("%g %g %g %g"):format(100000,1000000,1e15,123456789)
return ("%g %g %g"):format(0.0001,0.00001,-0)
return ("%f %e %g"):format(1/0,-1/0,0/0)
return ("%5.1f|%-8.3f|%08.2f|%+.1f"):format(1/0,-1/0,0/0,1/0)
return ("%E %G"):format(1/0,0/0)
return ("%08d %08d %+08d % 08d"):format(5,-5,5,5)
return ("%.5d %8.5d %-8.5d| %08.5d %.0d|%.0d"):format(5,5,5,5,0,1)
return ("%#x %#X %#o %#.3x %#8x %-#8x|"):format(0,255,0,5,5,5)
return ("%08x %8.3x %.8x"):format(255,255,255)
return ("%99d"):format(1)
return ("%.99f"):format(1/3)
return ("%s"):format()
return ("%s"):format(nil)
return ("%s"):format({})
return ("%s"):format(true)
return ("%d"):format(true)
return ("%5%"):format()
return ("%"):format()
return ("abc%"):format()
return ("%p"):format({})
return ("%a"):format(1)
return ("%F"):format(1)
return ("%ld"):format(1)
return ("%123d"):format(1)
return ("%1.123d"):format(1)
return ("%-----d"):format(1)
return ("%------d"):format(1)
return ("%0 +-#d"):format(1)
return ("no args"):format(1,2,3)
return #("x"):rep(1e6,",")
return ("x"):rep("3")
return ("a".."b"..1 ..2.5)..("c")
local s="" for i=1,100 do s=s..i end return s
return ("äöü"):upper()
return ("\200\255"):byte(1,-1)
return "a\0b" == "a\0b", #"a\0b"
return ("a\0b"):upper()
return ("abc"):find("b",nil,true)
return ("abc"):find("b",1,nil)
return ("a"):find("[]")
return ("a"):find("[^")
return ("a"):find("[a-")
return ("a"):find("[%")
return ("a"):find("[%a")
return ("a"):find("%f[a")
return ("a"):find("(()")
return ("a"):find("a)")
return ("a"):gsub("(","x")
return ("a"):gsub(")","x")
return ("a"):gsub("%","x")
return ("a\0c"):gsub("%z","Z")
return ("abc"):gsub("b\0c","X")
return ("aXb"):gsub("[A-Z]","_")
return {string.find("abc [x] abc","[x]",1,true)}
return {string.find("a\nb","a.b")}
return {string.find(("a"):rep(50),("a?"):rep(20)..("a"):rep(20))}
return {string.match("  x = 10 ; y=20","(%w+)%s*=%s*(%d+)")}
return {string.match("[[x]]","%[%[(.-)%]%]")}
return {string.gsub("abc","(a)(b)(c)","%3%2%1%0")}
return {string.gsub("hello","(l)","<%1>",1)}
return {string.gsub("abc def","%f[%w]%w",string.upper)}
return {string.match("0123456789","((((((((((.))))))))))")}
return {string.match("abc",("()"):rep(32))}
return {string.match("abc",("()"):rep(33))}
return {string.find("abc","()%1")}
return {string.find("THE (quick) fox",".()%1",-3)}
return {string.match("aa","(a)()%1%2")}
return {string.gsub("abab","(a)b%1","x")}
