package encoding

// Match reports whether all of s matches a glob-style pattern as in KEYS, SCAN
// MATCH and PSUBSCRIBE (Redis's stringmatchlen):
//
//   - any bytes, also none
//     ?        one byte
//     [ab0-9]  one of these; [^ab] any other; \ escapes inside
//     \x       x itself
//
// nocase ignores the case of ASCII letters, except for escaped ones inside a
// class. The corners are Redis's as well: a class without its end ends with
// the pattern; ranges compare bytes as signed and may be given either way
// round; and an empty s matches only the empty pattern, not even "*" (KEYS and
// SCAN treat the pattern "*" apart).
//
// Only the last * met is ever retried: a longer match of an earlier one would
// leave the rest of the pattern less of s to match in. So the cost is at most
// len(pattern) * len(s), whatever the pattern.
func Match(pattern, s []byte, nocase bool) bool {
	if len(s) == 0 {
		return len(pattern) == 0
	}
	p, i := 0, 0
	star, from := -1, 0 // the pattern after the last *, and where in s it is being tried
	for {
		if p < len(pattern) && pattern[p] == '*' {
			p = skipStars(pattern, p)
			if p == len(pattern) {
				return true
			}
			star, from = p, i
		}
		next, ok := matchOne(pattern, p, s[i], nocase)
		if ok {
			p, i = next, i+1
			if i < len(s) {
				continue
			}
			if skipStars(pattern, p) == len(pattern) {
				return true
			}
		}
		from++
		if star < 0 || from >= len(s) {
			return false
		}
		p, i = star, from
	}
}

func skipStars(pattern []byte, p int) int {
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p
}

// matchOne matches c against the element of the pattern at p, which is not a
// *, and returns where the next begins.
func matchOne(pattern []byte, p int, c byte, nocase bool) (next int, ok bool) {
	if p == len(pattern) {
		return p, false
	}
	switch pattern[p] {
	case '?':
		return p + 1, true
	case '[':
		return matchClass(pattern, p+1, c, nocase)
	case '\\':
		if p+1 < len(pattern) {
			p++
		}
	}
	return p + 1, sameByte(pattern[p], c, nocase)
}

// matchClass matches c against the class whose first byte after the bracket is
// at p.
func matchClass(pattern []byte, p int, c byte, nocase bool) (next int, ok bool) {
	not := p < len(pattern) && pattern[p] == '^'
	if not {
		p++
	}
	found := false
	for ; p < len(pattern) && pattern[p] != ']'; p++ {
		switch left := len(pattern) - p; {
		case left >= 2 && pattern[p] == '\\':
			p++
			found = found || pattern[p] == c
		case left >= 3 && pattern[p+1] == '-':
			found = found || inRange(c, pattern[p], pattern[p+2], nocase)
			p += 2
		default:
			found = found || sameByte(pattern[p], c, nocase)
		}
	}
	return min(p+1, len(pattern)), found != not
}

// inRange compares as signed because that is what a char is where Redis
// usually runs.
func inRange(c, from, to byte, nocase bool) bool {
	if int8(from) > int8(to) {
		from, to = to, from
	}
	if nocase {
		c, from, to = lowerByte(c), lowerByte(from), lowerByte(to)
	}
	return int8(c) >= int8(from) && int8(c) <= int8(to)
}

func sameByte(a, b byte, nocase bool) bool {
	return a == b || nocase && lowerByte(a) == lowerByte(b)
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
