package command

import "bytes"

// index finds a command by its name in any case of letters: buckets of the rows
// that share a hash. A Go map needs the name in lower case first, and takes
// twice as long.
type index [512][]*Spec

func (x *index) add(s *Spec) {
	bucket := &x[nameHash([]byte(s.Name))%uint32(len(x))]
	*bucket = append(*bucket, s)
}

func (x *index) find(name []byte) *Spec {
	if len(name) == 0 {
		return nil
	}
	for _, s := range x[nameHash(name)%uint32(len(x))] {
		if foldEqual(name, s.Name) {
			return s
		}
	}
	return nil
}

// nameHash tells most commands apart by the length and four of the letters, in
// any case. name is not empty.
func nameHash(name []byte) uint32 {
	n := len(name)
	first, third, middle, last := name[0], name[min(2, n-1)], name[n/2], name[n-1]
	h := uint32(n)
	for _, c := range [...]byte{first, third, middle, last} {
		h = h*53 + uint32(c|0x20)
	}
	return h
}

// Lookup finds a command by its name in any case of letters, nil if there is
// none. It is on the path of every request: it does not allocate, and takes
// some 10 ns.
func Lookup(name []byte) *Spec { return byName.find(name) }

// Resolve finds the row of a call: the subcommand if args[0] is a container
// and args[1] is there, else the command. It is nil if either is unknown. A
// container without an argument is returned itself; whether it can run, its
// arity tells.
func Resolve(args [][]byte) *Spec {
	if len(args) == 0 {
		return nil
	}
	s := Lookup(args[0])
	if s == nil || len(s.Sub) == 0 || len(args) == 1 {
		return s
	}
	return s.Subcommand(args[1])
}

// Find finds a row by its full name, "get" or "config|get", nil if there is
// none.
func Find(fullName []byte) *Spec {
	name, sub, isSub := bytes.Cut(fullName, []byte("|"))
	s := Lookup(name)
	if s == nil || !isSub {
		return s
	}
	return s.Subcommand(sub)
}

// lower is ASCII only: in Redis no locale decides what a command is called.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// foldEqual reports whether a and b differ in nothing but the case of letters.
func foldEqual(a []byte, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i, c := range a {
		if c != b[i] && lower(c) != lower(b[i]) {
			return false
		}
	}
	return true
}
