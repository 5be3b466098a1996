package script

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	seedFlag  = flag.Uint64("seed", 0, "of the generated scripts; 0: a new one")
	countFlag = flag.Int("scripts", 3000, "how many scripts to generate")
)

// TestGenerated compares random scripts with the real server. A failure prints
// the script; put it into testdata.
func TestGenerated(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", seed)
	n := *countFlag
	if testing.Short() {
		n /= 10
	}
	p := newPair(t)
	g := &generator{rand.New(rand.NewPCG(seed, 1))}
	failed := 0
	for range n {
		if !p.compare(g.script(), nil, nil) {
			if failed++; failed > 20 {
				t.Fatal("too many")
			}
		}
	}
}

// generator writes scripts that are short, always end, and often fail.
type generator struct{ r *rand.Rand }

func pick[T any](g *generator, list ...T) T { return list[g.r.IntN(len(list))] }

func (g *generator) script() string {
	return pick(g, g.arithmetic, g.calls, g.calls, g.tables, g.patterns, g.formats, g.json, g.messagePack, g.structs,
		g.control, g.numbers)()
}

func (g *generator) number() string {
	return pick(g, "0", "1", "-1", "2", "3.7", "-2.5", "10", "1e15", "1e14", "-1e15", "2^53", "2^31", "2^63", "1/0", "-1/0",
		"0.1", "1e100", "1e-7", "123456789.125", "0x10", strconv.Itoa(g.r.IntN(2000)-1000),
		fmt.Sprintf("%.*g", 1+g.r.IntN(17), g.r.NormFloat64()*1000))
}

func (g *generator) text() string {
	return pick(g, `""`, `"a"`, `"abc"`, `"10"`, `" 5 "`, `"0x1f"`, `"1e3"`, `"hello world"`, `"a\0b"`, `"-7.25"`, `"é"`,
		`"%d"`, `"inf"`, `"nan"`, `"1e"`, `"key=val, k2=v2"`, `("xy"):rep(`+strconv.Itoa(g.r.IntN(60))+`)`)
}

func (g *generator) value() string {
	switch g.r.IntN(12) {
	case 0:
		return "nil"
	case 1:
		return pick(g, "true", "false")
	case 2:
		return pick(g, "{}", "{1,2,3}", "{a=1}", "{{}}", "cjson.null")
	case 3, 4, 5, 6:
		return g.text()
	}
	return g.number()
}

// shown wraps an expression list so that every result is seen, NaN's sign
// included, and an error is the result.
func shown(list string) string {
	return `local function show(v) if type(v)=="table" then local r={} for i=1,#v do r[i]=show and tostring(v[i]) end ` +
		`return "{"..table.concat(r,",").."}" end if type(v)=="number" then return string.format("%.14g",v) end ` +
		`return tostring(v) end local r={pcall(function() return ` + list + ` end)} local out={} ` +
		`for i=1,select('#',unpack(r,1,8)) do out[i]=show(r[i]) end return out`
}

func (g *generator) arithmetic() string {
	op := pick(g, "+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or")
	a, b := g.value(), g.value()
	if g.r.IntN(3) == 0 {
		a = fmt.Sprintf("(%s %s %s)", g.value(), pick(g, "+", "..", "*", "%", "-"), g.value())
	}
	if g.r.IntN(2) == 0 {
		return fmt.Sprintf("local a,b=%s,%s return tostring(a %s b)", a, b, op)
	}
	return shown(fmt.Sprintf("%s%s %s %s", pick(g, "", "-", "not ", "#"), a, op, b))
}

func (g *generator) args(n int) string {
	list := make([]string, g.r.IntN(n+1))
	for i := range list {
		list[i] = g.value()
	}
	return strings.Join(list, ",")
}

func (g *generator) calls() string {
	f := pick(g, "string.sub", "string.byte", "string.find", "string.reverse", "string.upper", "string.len",
		"string.char", "string.format", "tostring", "tonumber", "select", "type", "math.floor", "math.ceil", "math.abs",
		"math.max", "math.min", "math.fmod", "math.modf", "math.sqrt", "math.ldexp", "math.frexp", "unpack", "rawget",
		"rawequal", "next", "table.concat", "table.getn", "table.maxn", "bit.band", "bit.bor", "bit.lshift", "bit.tohex",
		"bit.rol", "bit.tobit", "bit.bswap", "redis.sha1hex", "redis.error_reply", "redis.status_reply", "cjson.encode",
		"setmetatable", "getmetatable", "assert", "error", "math.pow", "string.gsub", "string.match")
	if g.r.IntN(2) == 0 && f != "error" { // a table that says nothing, thrown, crashes Redis
		return "return " + f + "(" + g.args(4) + ")"
	}
	return shown(f + "(" + g.args(4) + ")")
}

// tables changes a table at random and shows its order and length.
func (g *generator) tables() string {
	var b strings.Builder
	b.WriteString("local t=" + pick(g, "{}", "{1,2,3}", "{a=1,b=2}", "{1,2,nil,4}", "{n=1,10,20}", "{{},{}}") + " ")
	for range g.r.IntN(40) {
		key := strconv.Itoa(g.r.IntN(20) - 2)
		switch g.r.IntN(5) {
		case 0:
			key = fmt.Sprintf("%q", "k"+strconv.Itoa(g.r.IntN(30)))
		case 1:
			key = pick(g, "1.5", "-1", "2^40", "true", "false", "0.1", "1e10")
		}
		switch g.r.IntN(8) {
		case 0:
			fmt.Fprintf(&b, "t[%s]=nil ", key)
		case 1:
			fmt.Fprintf(&b, "table.insert(t,%d) ", g.r.IntN(100))
		case 2:
			fmt.Fprintf(&b, "table.remove(t,%s) ", pick(g, "1", "2", "#t"))
		case 3:
			fmt.Fprintf(&b, "for i=%d,%d do t[i]=i end ", g.r.IntN(5), g.r.IntN(40))
		default:
			fmt.Fprintf(&b, "t[%s]=%d ", key, g.r.IntN(1000))
		}
	}
	b.WriteString(`local r={#t} for k,v in pairs(t) do r[#r+1]=tostring(k)..":"..type(v) end return r`)
	return b.String()
}

func (g *generator) pattern() string {
	var b strings.Builder
	for range 1 + g.r.IntN(5) {
		b.WriteString(pick(g, "a", "b", ".", "%a", "%d", "%s", "%w", "[a-z]", "[^a]", "[%d_]", "(", ")", "()", "%1", "%b()",
			"%f[%w]", "^", "$", "%", "[", "]", "x", " ", "=", "%%", "%p", "-", "%W", "[]]", "[^]]", "(%w+)", "(.-)"))
		b.WriteString(pick(g, "", "", "", "*", "+", "-", "?"))
	}
	return strconv.Quote(b.String())
}

func (g *generator) patterns() string {
	s := pick(g, `"hello world"`, `"key = value"`, `"(a(b)c)"`, `"abcabc"`, `"a1b22c333"`, `"  x  "`, `""`, `"THE (quick) fox"`,
		`"aaaaab"`, `"x=1, y=2"`, `"a\0b"`)
	p := g.pattern()
	switch g.r.IntN(4) {
	case 0:
		return shown(fmt.Sprintf("string.find(%s,%s,%d)", s, p, g.r.IntN(8)-3))
	case 1:
		return shown(fmt.Sprintf("string.match(%s,%s)", s, p))
	case 2:
		with := pick(g, `"<%0>"`, `"%1"`, `"%%"`, `{a="A"}`, "string.upper", "function() end", `"x"`, `"%2"`)
		return shown(fmt.Sprintf("string.gsub(%s,%s,%s)", s, p, with))
	}
	return fmt.Sprintf("local r={} for a,b in string.gmatch(%s,%s) do r[#r+1]=tostring(a)..tostring(b) "+
		"if #r>50 then break end end return r", s, p)
}

func (g *generator) formats() string {
	var f strings.Builder
	n := 1 + g.r.IntN(3)
	list := make([]string, n)
	for i := range list {
		f.WriteString("%" + pick(g, "", "", "-", "+", " ", "#", "0", "-0", "+#") + pick(g, "", "", "5", "10", "20") +
			pick(g, "", "", ".0", ".3", ".10", "."))
		f.WriteString(pick(g, "d", "i", "u", "o", "x", "X", "c", "e", "E", "f", "g", "G", "s", "q", "%", "z"))
		list[i] = pick(g, g.number, g.number, g.text, g.value)()
	}
	return shown(fmt.Sprintf("string.format(%q,%s)", f.String(), strings.Join(list, ",")))
}

func (g *generator) bytes(n int) string {
	var b strings.Builder
	b.WriteByte('"')
	for range g.r.IntN(n) {
		fmt.Fprintf(&b, `\%03d`, g.r.IntN(256))
	}
	b.WriteByte('"')
	return b.String()
}

func (g *generator) json() string {
	if g.r.IntN(3) == 0 {
		return "return cjson.encode(" + g.nested(3) + ")"
	}
	text := []byte(pick(g, `{"a":1,"b":[1,2.5,"x"],"c":null,"d":true}`, `[1,[2,[3]],{"k":"v\u00e9\n"}]`, `"\ud83d\ude00 text"`,
		`-12.5e3`, `[ true , false , null ]`, `{"":{}}`, `[0x1F,inf,-nan,1e999]`))
	for range g.r.IntN(3) {
		i := g.r.IntN(len(text))
		switch g.r.IntN(3) {
		case 0:
			text[i] = pick(g, []byte("{}[],:\"\\0123abcntfu \x00-+.eE")...)
		case 1:
			text = text[:i]
		default:
			text = append(text[:i], text[i+1:]...)
		}
		if len(text) == 0 {
			break
		}
	}
	return shown(fmt.Sprintf("cjson.encode(cjson.decode(%s))", luaQuote(string(text))))
}

func luaQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		fmt.Fprintf(&b, `\%03d`, s[i])
	}
	b.WriteByte('"')
	return b.String()
}

func (g *generator) nested(depth int) string {
	if depth == 0 || g.r.IntN(3) == 0 {
		return g.value()
	}
	items := make([]string, g.r.IntN(5))
	for i := range items {
		items[i] = pick(g, "", "", "k"+strconv.Itoa(g.r.IntN(9))+"=", "["+strconv.Itoa(g.r.IntN(9))+"]=") + g.nested(depth-1)
	}
	return "{" + strings.Join(items, ",") + "}"
}

func (g *generator) messagePack() string {
	switch g.r.IntN(3) {
	case 0:
		return "return cmsgpack.pack(" + g.nested(3) + ")"
	case 1:
		return shown("cmsgpack.unpack(" + g.bytes(12) + ")")
	}
	return shown(fmt.Sprintf("cmsgpack.%s(%s,%d,%d)", pick(g, "unpack_one", "unpack_limit"), g.bytes(10), g.r.IntN(5)-1,
		g.r.IntN(4)))
}

func (g *generator) structs() string {
	var f strings.Builder
	for range 1 + g.r.IntN(4) {
		f.WriteString(pick(g, "b", "B", "h", "H", "l", "L", "T", "i", "I", "i1", "I2", "i3", "I8", "i16", "f", "d", "c2", "c0",
			"s", "x", "<", ">", "!", "!4", "!8", " ", "z", "i40"))
	}
	if g.r.IntN(2) == 0 {
		return fmt.Sprintf("return struct.pack(%q,%s)", f.String(), g.args(4)+pick(g, "1", `"abc"`, "-1"))
	}
	return shown(fmt.Sprintf("struct.unpack(%q,%s)", f.String(), g.bytes(24)))
}

// control exercises statements and scopes.
func (g *generator) control() string {
	var b strings.Builder
	b.WriteString("local x,y,z,n=1,2,{},0 ")
	for range 1 + g.r.IntN(5) {
		b.WriteString(pick(g, "for i=1,5 do n=n+i if i==3 then break end end ", "while n<20 do n=n+3 end ",
			"repeat local q=n n=n+1 until q>5 ", "x,y=y,x ", "z[x],z[y]=y,x ",
			"local function f(a,...) return select('#',...),a end n=n+f(x,y) ",
			"for i=3,1,-1 do z[#z+1]=function() return i+n end end ", "for k,v in pairs({5,6,a=7}) do n=n+v end ",
			"if n>10 then x=n elseif n>5 then y=n else n=n+1 end ", "do local n=5 z.n=n end ", "x=(x or y) and n ",
			"z.s=(z.s or '')..tostring(n) ", "n=#z+(z.n or 0) ", "x=y==2 and x or n ",
			"local a,b,c=(function() return 1,2,3 end)() n=n+a+b+c "))
	}
	b.WriteString("local s={} for i,v in ipairs(z) do s[#s+1]=type(v)=='function' and v() or tostring(v) end " +
		"return {tostring(x),tostring(y),n,tostring(z.s),tostring(z.n),#z,table.concat(s,',')}")
	return b.String()
}

func (g *generator) numbers() string {
	n := g.number()
	return pick(g, "return "+n, "return tostring("+n+")", "return {"+n+"}", "return {double="+n+"}",
		"redis.call('set','gk',"+n+") return redis.call('get','gk')", "return cjson.encode({"+n+"})",
		"return cmsgpack.pack("+n+")", "return {tonumber(tostring("+n+"))=="+n+"}", "return redis.call('incrbyfloat','gf',"+n+")")
}
