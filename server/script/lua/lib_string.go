package lua

import "strings"

var stringLib map[string]Native

func init() {
	stringLib = map[string]Native{
		"byte": stringByte, "char": stringChar, "dump": stringDump, "find": stringFind, "format": stringFormat,
		"gfind": stringGmatch, "gmatch": stringGmatch, "gsub": stringGsub, "len": stringLen, "lower": stringLower,
		"match": stringMatch, "rep": stringRep, "reverse": stringReverse, "sub": stringSub, "upper": stringUpper,
	}
}

// position counts from the end if it is negative.
func position(i, length int) int {
	if i < 0 {
		i += length + 1
	}
	return max(i, 0)
}

func stringLen(t *Thread) int { return t.Return(Int(len(t.CheckString(1)))) }

func stringSub(t *Thread) int {
	s := t.CheckString(1)
	from := max(position(t.CheckInt(2), len(s)), 1)
	to := min(position(t.OptInt(3, -1), len(s)), len(s))
	if from > to {
		return t.Return(t.rt.String(""))
	}
	return t.Return(t.rt.String(s[from-1 : to]))
}

func stringByte(t *Thread) int {
	s := t.CheckString(1)
	from := position(t.OptInt(2, 1), len(s))
	to := min(position(t.OptInt(3, from), len(s)), len(s))
	from = max(from, 1)
	if from > to {
		return 0
	}
	if !t.checkRoom(to - from + 1) {
		t.Errorf("stack overflow (string slice too long)")
	}
	for i := from; i <= to; i++ {
		t.Push(Int(int(s[i-1])))
	}
	return to - from + 1
}

func stringChar(t *Thread) int {
	n := t.NArgs()
	b := make([]byte, n)
	for i := range b {
		c := t.CheckInt32(i + 1)
		if c < 0 || c > 255 {
			t.ArgError(i+1, "invalid value")
		}
		b[i] = byte(c)
	}
	return t.Return(t.rt.adopt(b))
}

// stringDump refuses: compiled code in Lua's own format would be of no use
// where only text can be loaded.
func stringDump(t *Thread) int {
	t.CheckFunction(1)
	t.Errorf("unable to dump given function")
	return 0
}

func stringLower(t *Thread) int { return t.mapBytes('A', 'Z') }

func stringUpper(t *Thread) int { return t.mapBytes('a', 'z') }

// mapBytes changes the case of the letters between two. Bytes above 127 are no
// letters.
func (t *Thread) mapBytes(from, to byte) int {
	s := t.CheckString(1)
	t.rt.reserve(len(s))
	t.rt.spend(len(s) / 16)
	b := []byte(s)
	for i, c := range b {
		if c >= from && c <= to {
			b[i] = c ^ 0x20
		}
	}
	return t.Return(t.rt.adopt(b))
}

func stringRep(t *Thread) int {
	s := t.CheckString(1)
	n := max(t.CheckInt32(2), 0)
	if len(s) > 0 && n > t.rt.MaxBytes/len(s) {
		t.throwBare("not enough memory")
	}
	t.rt.reserve(len(s) * n)
	return t.Return(t.rt.String(strings.Repeat(s, n)))
}

func stringReverse(t *Thread) int {
	s := t.CheckString(1)
	t.rt.reserve(len(s))
	b := make([]byte, len(s))
	for i := range b {
		b[i] = s[len(s)-1-i]
	}
	return t.Return(t.rt.adopt(b))
}

// specials are the bytes that make a pattern more than a plain text.
const specials = "^$*+?.([%-"

func stringFind(t *Thread) int  { return t.search(true) }
func stringMatch(t *Thread) int { return t.search(false) }

func (t *Thread) search(find bool) int {
	s, p := t.CheckString(1), t.CheckString(2)
	init := position(t.OptInt(3, 1), len(s)) - 1
	init = min(max(init, 0), len(s))
	if find && (t.Arg(4).Truthy() || !strings.ContainsAny(untilZero(p), specials)) {
		t.rt.spend((len(s) - init) / 64)
		i := strings.Index(s[init:], p)
		if i < 0 {
			return t.Return(Nil)
		}
		return t.Return(Int(init+i+1), Int(init+i+len(p)))
	}
	m := newMatcher(t, s, p)
	anchored := m.anchor()
	for ; ; init++ {
		if end, ok := m.match(init); ok {
			if find {
				t.Push(Int(init + 1))
				t.Push(Int(end))
				return m.pushCaptures(-1, 0) + 2
			}
			return m.pushCaptures(init, end)
		}
		if init >= len(s) || anchored {
			return t.Return(Nil)
		}
	}
}

func untilZero(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

func stringGmatch(t *Thread) int {
	s, p := t.CheckString(1), t.CheckString(2)
	at := 0
	fn := t.rt.NewFunction(func(t *Thread) int {
		m := newMatcher(t, s, p)
		for ; at <= len(s); at++ {
			end, ok := m.match(at)
			if !ok {
				continue
			}
			start := at
			at = end
			if end == start {
				at++
			}
			return m.pushCaptures(start, end)
		}
		return 0
	})
	fn.upvals = []*upvalue{closedOver(t.Arg(1)), closedOver(t.Arg(2))}
	return t.Return(fn.Value())
}

func stringGsub(t *Thread) int {
	s, p := t.CheckString(1), t.CheckString(2)
	most := len(s) + 1
	if !t.Arg(4).IsNil() {
		most = t.CheckInt32(4)
	}
	switch t.Arg(3).Kind() {
	case KindNumber, KindString, KindTable, KindFunction:
	default:
		t.ArgError(3, "string/function/table expected")
	}
	m := newMatcher(t, s, p)
	anchored := m.anchor()
	var b buffer
	b.begin(t)
	at, n := 0, 0
	for n < most {
		end, ok := m.match(at)
		if ok {
			n++
			m.replace(&b, t.Arg(3), at, end)
		}
		switch {
		case ok && end > at:
			at = end
		case at < len(s):
			b.text(s[at : at+1])
			at++
		default:
			most = n
		}
		if anchored {
			break
		}
	}
	b.text(s[at:])
	b.push()
	t.Push(Int(n))
	return 2
}
