package random

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// values fill the placeholders of the grammar; the order of the list is of no meaning.
var values = []struct {
	name string
	make func(r *rand.Rand) string
}{
	{"$key", func(r *rand.Rand) string { return pick(r, "k1", "k2", "k3", "k4", "k5", `""`, `"\x00\xff\r\n"`) }},
	{"$hll", func(r *rand.Rand) string { return pick(r, "h1", "h2", "h3") }},
	{"$elem", func(r *rand.Rand) string { return strconv.Itoa(r.IntN(1000)) }},
	{"$hash", func(r *rand.Rand) string { return pick(r, "hash1", "hash2", "hash3") }},
	{"$field", field},
	{"$fvalue", fieldValue},
	{"$packed", func(r *rand.Rand) string { return pick(r, "packed1", "packed2") }},
	{"$letter", func(r *rand.Rand) string { return string(rune('a' + r.IntN(10))) }},
	{"$set", func(r *rand.Rand) string { return pick(r, "set1", "set2", "set3", "set4") }},
	{"$member", member},
	{"$whole", func(r *rand.Rand) string { return pick(r, "ints1", "ints2", "ints3") }},
	{"$stream", func(r *rand.Rand) string { return pick(r, "stream1", "stream2") }},
	{"$group", func(r *rand.Rand) string { return pick(r, "g1", "g2") }},
	{"$consumer", func(r *rand.Rand) string { return pick(r, "c1", "c2", "c3") }},
	{"$id", streamID},
	{"$list", func(r *rand.Rand) string { return pick(r, "l1", "l2", "l3") }},
	{"$item", item},
	{"$end", func(r *rand.Rand) string { return pick(r, "LEFT", "RIGHT") }},
	{"$few", func(r *rand.Rand) string { return strconv.Itoa(r.IntN(5) - 2) }},
	{"$value", value},
	{"$int", integer},
	{"$float", func(r *rand.Rand) string { return pick(r, "0.1", "-0.5", "1e5", "3", "-2.25", "100.125", "1e17") }},
	{"$small", func(r *rand.Rand) string { return strconv.Itoa(r.IntN(20)) }},
	{"$offset", func(r *rand.Rand) string { return strconv.Itoa(offset(r)) }},
	{"$index", index},
	{"$bit", func(r *rand.Rand) string { return strconv.Itoa(offset(r)*8 + r.IntN(8)) }},
	{"$01", func(r *rand.Rand) string { return pick(r, "0", "1") }},
	{"$unit", func(r *rand.Rand) string { return pick(r, "BYTE", "BIT") }},
	{"$type", bitType},
	{"$db", func(r *rand.Rand) string { return strconv.Itoa(r.IntN(3)) }},
	{"$sec", func(r *rand.Rand) string { return strconv.Itoa(farFutureSec + r.IntN(5)) }},
	{"$ms", milliseconds},
	{"$future", future},
	{"$zset", func(r *rand.Rand) string { return pick(r, "z1", "z2", "z3") }},
	{"$lexbound", lexBound},
	{"$lex", func(r *rand.Rand) string { return pick(r, "x1", "x2") }},
	{"$zmember", scoredMember},
	{"$score", score},
	{"$bound", func(r *rand.Rand) string { return pick(r, "", "", "(") + score(r) }},
	{"$rank", func(r *rand.Rand) string { return strconv.Itoa(r.IntN(300) - 100) }},
	{"$cond", func(r *rand.Rand) string { return pick(r, "NX", "XX", "GT", "LT") }},
	{"$geo", func(r *rand.Rand) string { return pick(r, "g1", "g2") }},
	{"$degree", func(r *rand.Rand) string { return fmt.Sprintf("%.6f", r.Float64()*170-85) }},
	{"$km", func(r *rand.Rand) string { return fmt.Sprintf("%.3f", r.ExpFloat64()*3000) }},
}

// farFutureSec is the first second of the year 2100.
const farFutureSec = 4102444800

// boundaries are the sizes around which a string is stored differently: chunks of 16 KiB, chunked from 64 KiB on.
var boundaries = []int{16 << 10, 32 << 10, 64 << 10, 128 << 10}

// fill replaces the placeholders in a word.
func fill(r *rand.Rand, word string) string {
	for _, v := range values {
		for strings.Contains(word, v.name) {
			word = strings.Replace(word, v.name, v.make(r), 1)
		}
	}
	return word
}

func pick(r *rand.Rand, choices ...string) string { return choices[r.IntN(len(choices))] }

// value is mostly short, so that numbers and small strings meet often, and sometimes as long as a boundary.
func value(r *rand.Rand) string {
	switch n := r.IntN(20); {
	case n < 8:
		return integer(r)
	case n < 12:
		return pick(r, "abc", `""`, `"a b"`, "1.5", "00", `"\x00\x01\xfe\xff"`)
	case n < 16:
		return fmt.Sprintf("{rnd:%d:%d}", r.IntN(100), r.IntN(1000))
	default:
		return fmt.Sprintf("{rnd:%d:%d}", nearBoundary(r), r.IntN(1000))
	}
}

// field is one of some hundreds, so that hashes get large, and seldom longer than
// a listpack takes.
func field(r *rand.Rand) string {
	switch r.IntN(200) {
	case 0:
		return fmt.Sprintf("{rnd:%d:%d}", 60+r.IntN(10), r.IntN(5))
	case 1:
		return pick(r, `""`, `"\x00\r\n"`, "{bytes}")
	}
	return "f" + strconv.Itoa(r.IntN(700))
}

// fieldValue is short, seldom as long as a listpack takes or a node.
func fieldValue(r *rand.Rand) string {
	switch r.IntN(100) {
	case 0:
		return fmt.Sprintf("{rnd:%d:%d}", 60+r.IntN(10), r.IntN(100))
	case 1:
		return fmt.Sprintf("{rnd:%d:%d}", r.IntN(5000), r.IntN(100))
	}
	return integer(r)
}

// streamID is mostly one that a stream may have, as long as its entries get the least IDs.
func streamID(r *rand.Rand) string {
	switch r.IntN(20) {
	case 0:
		return "0"
	case 1:
		return fmt.Sprintf("2-%d", r.IntN(10))
	}
	return fmt.Sprintf("1-%d", r.IntN(1<<(1+r.IntN(8))))
}

// item is one of few, so that equal ones meet in a list, and seldom as large as a
// node or larger.
func item(r *rand.Rand) string {
	switch n := r.IntN(100); {
	case n == 0:
		return fmt.Sprintf("{rnd:%d:%d}", nearBoundary(r), r.IntN(3))
	case n < 6:
		return fmt.Sprintf("{rnd:%d:%d}", 700*r.IntN(6), r.IntN(3))
	case n < 10:
		return pick(r, `""`, `"\x00\r\n"`, "01", "1.5", "{bytes}")
	}
	return strconv.Itoa(r.IntN(30))
}

// member is an integer or a word.
func member(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return field(r)
	}
	return strconv.Itoa(r.IntN(1000) - 300)
}

func integer(r *rand.Rand) string {
	if r.IntN(10) == 0 {
		return pick(r, "9223372036854775807", "-9223372036854775808", "9223372036854775806", "10000")
	}
	return strconv.Itoa(r.IntN(200) - 100)
}

// offset is a place in a string: near its beginning or near a boundary.
func offset(r *rand.Rand) int {
	if r.IntN(2) == 0 {
		return r.IntN(50)
	}
	return nearBoundary(r)
}

func nearBoundary(r *rand.Rand) int { return boundaries[r.IntN(len(boundaries))] - 3 + r.IntN(7) }

// index is an offset that may count from the end.
func index(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return strconv.Itoa(-1 - offset(r))
	}
	return strconv.Itoa(offset(r))
}

func bitType(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return fmt.Sprintf("u%d", 1+r.IntN(63))
	}
	return fmt.Sprintf("i%d", 1+r.IntN(64))
}

// milliseconds is a time in the far future and seldom in the past.
func milliseconds(r *rand.Rand) string {
	if r.IntN(10) == 0 {
		return "1"
	}
	return future(r)
}

// future is for SET, which keeps a key that has expired already until somebody looks at it or the server's own cycle
// comes by: with a time in the past, DEBUG DIGEST would depend on the clock.
func future(r *rand.Rand) string { return strconv.Itoa(farFutureSec*1000 + r.IntN(3000)) }

// scoredMember is one of some more than a listpack may have, seldom one that is too long for it.
func scoredMember(r *rand.Rand) string {
	switch r.IntN(100) {
	case 0:
		return fmt.Sprintf("{rnd:%d:%d}", 60+r.IntN(10), r.IntN(5))
	case 1:
		return fmt.Sprintf("{rnd:3000:%d}", r.IntN(5))
	}
	return "m" + strconv.Itoa(r.IntN(250))
}

// score is mostly one that others have too. None is so small that strtod says
// ERANGE: redis-server does not forget that, and fails the next SORT.
func score(r *rand.Rand) string {
	switch r.IntN(12) {
	case 0:
		return pick(r, "inf", "-inf", "-0", "1e17", "-1e300", "0x1p-3", "1e-300")
	case 1:
		return strconv.FormatFloat(r.NormFloat64()*100, 'g', -1, 64)
	}
	return strconv.Itoa(r.IntN(100) - 50)
}

func lexBound(r *rand.Rand) string {
	if r.IntN(4) == 0 {
		return pick(r, "-", "+")
	}
	return pick(r, "[", "(") + "m" + strconv.Itoa(r.IntN(250))
}
