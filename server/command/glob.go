package command

// matchName matches a command's name against a glob pattern as Redis does when
// letters compare in any case: * and ?, [ab], [^ab] and [a-z], backslash to
// quote. An unfinished class ends with the pattern. The time is at most
// proportional to the product of the lengths: after a failure only the last *
// is tried again, one byte longer.
func matchName(glob []byte, name string) bool {
	var star []byte // what follows the last *, nil before there was one
	retry := 0      // where in name star is tried next
	i := 0
	for i < len(name) || len(glob) > 0 {
		if len(glob) > 0 && glob[0] == '*' {
			glob = glob[1:]
			star, retry = glob, i
			continue
		}
		if i < len(name) {
			if rest, ok := matchByte(glob, name[i]); ok {
				glob, i = rest, i+1
				continue
			}
		}
		if star == nil || retry >= len(name) {
			return false
		}
		retry++
		glob, i = star, retry
	}
	return true
}

// matchByte matches c against the first element of glob, which is not a star,
// and returns what follows that element.
func matchByte(glob []byte, c byte) (rest []byte, ok bool) {
	if len(glob) == 0 {
		return nil, false
	}
	switch glob[0] {
	case '?':
		return glob[1:], true
	case '[':
		return matchClass(glob[1:], c)
	case '\\':
		if len(glob) > 1 {
			glob = glob[1:]
		}
	}
	return glob[1:], lower(glob[0]) == lower(c)
}

// matchClass matches c against a class whose opening bracket has been read.
func matchClass(glob []byte, c byte) (rest []byte, ok bool) {
	negate := len(glob) > 0 && glob[0] == '^'
	if negate {
		glob = glob[1:]
	}
	found := false
	for len(glob) > 0 && glob[0] != ']' {
		var hit bool
		glob, hit = matchClassItem(glob, c)
		found = found || hit
	}
	if len(glob) > 0 {
		glob = glob[1:]
	}
	return glob, found != negate
}

// matchClassItem matches c against a range, a quoted byte or a byte. A quoted
// one is taken exactly as it is written, capital or small.
func matchClassItem(glob []byte, c byte) (rest []byte, ok bool) {
	if len(glob) >= 2 && glob[0] == '\\' {
		return glob[2:], glob[1] == c
	}
	if len(glob) >= 3 && glob[1] == '-' {
		from, to := min(glob[0], glob[2]), max(glob[0], glob[2])
		return glob[3:], lower(from) <= lower(c) && lower(c) <= lower(to)
	}
	return glob[1:], lower(glob[0]) == lower(c)
}
