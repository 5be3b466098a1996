-- lines
x = = 1
return "abc
return 'abc
return [[abc
return [==[abc]]
--[[ abc
if x then
if x
while true do
for
for i
for i=
for i=1
for i=1,2
for i=1,2 do
for i,j in
for i,j = 1
for 1=1,2 do end
function
function f
function f(
function f(a
function f(a,
function f(a,) end
function f(...,a) end
function f(1) end
function f.1() end
function f:g.h() end
local
local 1
local x =
local function
local x.y = 1
local x y
return 1 2
return return
return 1,
break
while true do break x() end
if true then break end
x
x y
x.
x:
x:y
x.y
x[1
x[1]
x[
x(
x(1
x(1,
x(1,)
(x
(x)
(x) = 1
(x).y
x() = 1
x().y
"x" = 1
1 = 1
x, y
x, 1 = 1, 2
x, y() = 1, 2
{}
{1}
return {
return {1
return {1,
return {x=
return {[1
return {[1]
return {[1]=
return {1 2}
return {x=1 y=2}
return function
return function(
return function() 
return 1 +
return 1 + * 2
return +1
return not
return #
return -
return 0x
return 0xg
return 1e
return 1e+
return 1..2
return 1.2.3
return 12abc
return 3x
return 1__2
return "\300"
return "\999"
return "\xag"
return a b
end
do end end
else
until
do
repeat
repeat until
repeat x() until
then
and
or
= 1
== 1
~ 1
~= 1
@
$
!
`
\
#
return @
x = @
x = 5 @
x = "a" $
return [=x
return [==
return [=
return ...
function f() return ... end
return function() return ... end
return x.1
return x.end
return x:end()
return x:y
x:y z
x'a' = 1
goto x
::x::
local function f() return 1 print() end
return f(
[[nested [[ long]]
return [[nested [[ long]]
a = [[x]] [[y]]
x = }
x = )
x = ]
)
]
}
if x then else elseif
if x then else else
if then
while do
for i in do
x = function end
x = function() return end
x = y z = 1
x = y; z
return "tab	" 	"x"
local a, = 1
local a, b, = 1
a, = 1
a.b.c
a.b:c.d()
a.b:c
f{1,2
f{1}{2
f"x
return f"x"y
x = - 
x = 1 ..
x = 1 == 
x = 1 <
x = not
return nil.x
return 1.x
return "x".y
return {}.x
return {}[1]
return function() end()
return (function() end)()
local x <close> = 1
x += 1
x++
x != 1
return x ? 1 : 2
return a and
return a or
return (a
return (a,b)
return ()
f(x) = 1
f(x), y = 1
local function x.y() end
