package encoding

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Inner is a packed inner node.
type Inner []byte

// Child is what an inner node knows of a node below it.
type Child struct {
	Node      uint64
	Entries   uint64 // in all leaves below it
	Separator []byte
}

const childBytes = 20

// Count is the number of children.
func (n Inner) Count() int { return NodeCount(n) }

// Height is how far the node is above the leaves, 1 at least.
func (n Inner) Height() int { return NodeHeight(n) }

// rowAt is where in the node lies what it knows of child i, but the separator.
func rowAt(i int) int { return nodeHeader + i*childBytes }

func (n Inner) row(i int) []byte { return n[rowAt(i):] }

// Node is the id of child i.
func (n Inner) Node(i int) uint64 { return binary.LittleEndian.Uint64(n.row(i)) }

// Entries is how many entries lie below child i.
func (n Inner) Entries(i int) uint64 { return binary.LittleEndian.Uint64(n.row(i)[8:]) }

// EntriesAt is where in the node that number lies, 64 bits little-endian.
func EntriesAt(i int) int { return rowAt(i) + 8 }

// Separator is the bound between the keys below child i-1 and child i.
func (n Inner) Separator(i int) []byte {
	body := n[rowAt(n.Count()):]
	start, end := n.separatorStart(i), n.separatorEnd(i)
	return body[start:end:end]
}

func (n Inner) separatorEnd(i int) int { return int(binary.LittleEndian.Uint32(n.row(i)[16:])) }

func (n Inner) separatorStart(i int) int {
	if i == 0 {
		return 0
	}
	return n.separatorEnd(i - 1)
}

// Child reads what the node knows of child i.
func (n Inner) Child(i int) Child { return Child{n.Node(i), n.Entries(i), n.Separator(i)} }

// Sum is how many entries lie below the node.
func (n Inner) Sum() (sum uint64) {
	for i := range n.Count() {
		sum += n.Entries(i)
	}
	return sum
}

// Seek finds the child below which a key belongs.
func (n Inner) Seek(key []byte) int {
	low, high := 1, n.Count() // the first child is right if no separator is
	rows, body := n[nodeHeader:], n[nodeHeader+high*childBytes:]
	want := prefix(key)
	for low < high {
		mid := int(uint(low+high) / 2)
		start := int(binary.LittleEndian.Uint32(rows[mid*childBytes-4:]))
		end := int(binary.LittleEndian.Uint32(rows[mid*childBytes+childBytes-4:]))
		have := prefixWithin(body, start, end)
		if have < want || have == want && bytes.Compare(body[start:end], key) <= 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low - 1
}

// prefixWithin is the prefix of the bytes from start to end, with one look if
// others follow them.
func prefixWithin(b []byte, start, end int) uint64 {
	if n := end - start; n > 0 && n < 8 && start+8 <= len(b) {
		return binary.BigEndian.Uint64(b[start:]) & (^uint64(0) << (64 - 8*n))
	}
	return prefix(b[start:end])
}

// Before is how many entries lie below the children before child i.
func (n Inner) Before(i int) (sum uint64) {
	for j := range i {
		sum += n.Entries(j)
	}
	return sum
}

// At finds the child below which the entry at an index lies, and how many
// entries lie below the children before it. The index behind the last entry
// belongs to the last child.
func (n Inner) At(index uint64) (i int, before uint64) {
	last := n.Count() - 1
	for i = 0; i < last; i++ {
		e := n.Entries(i)
		if index < before+e {
			return i, before
		}
		before += e
	}
	return last, before
}

// InnerBytes is the length of an inner node of so many children.
func InnerBytes(children, separatorBytes int) int {
	return nodeHeader + children*childBytes + separatorBytes
}

// AppendInner builds an inner node.
func AppendInner(dst []byte, height int, children []Child) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	putNodeHeader(dst[start:], height, len(children))
	end := 0
	for _, c := range children {
		end += len(c.Separator)
		dst = appendRow(dst, c, end)
	}
	for _, c := range children {
		dst = append(dst, c.Separator...)
	}
	return dst
}

// A Patch is a part of a node, from an offset on, and what takes its place.
type Patch struct {
	At, Was int
	Is      []byte
}

// Divided is what changes if child i gives way to two, of which the first keeps
// its separator. It is built on dst.
func (n Inner) Divided(dst []byte, i int, left, right Child) Patch {
	more, end := len(right.Separator), n.separatorEnd(i)
	p := Patch{At: rowAt(i), Was: childBytes}
	dst = appendRow(dst, left, end)
	dst = appendRow(dst, right, end+more)
	if more != 0 {
		p.Was = n.upTo(i, end)
		dst = n.appendRows(dst, i+1, more)
		dst = append(dst, n.separators(end)...)
		dst = append(dst, right.Separator...)
	}
	p.Is = dst
	return p
}

// Without is what changes if child i goes, with its separator. It is built on
// dst.
func (n Inner) Without(dst []byte, i int) Patch {
	start, end := n.separatorStart(i), n.separatorEnd(i)
	p := Patch{At: rowAt(i), Was: childBytes}
	if start != end {
		p.Was = n.upTo(i, end)
		dst = n.appendRows(dst, i+1, start-end)
		dst = append(dst, n.separators(start)...)
	}
	p.Is = dst
	return p
}

// upTo is how many bytes lie from row i to the end of a separator.
func (n Inner) upTo(i, separatorEnd int) int { return (n.Count()-i)*childBytes + separatorEnd }

func appendRow(dst []byte, c Child, separatorEnd int) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, c.Node)
	dst = binary.LittleEndian.AppendUint64(dst, c.Entries)
	return binary.LittleEndian.AppendUint32(dst, uint32(separatorEnd))
}

// appendRows appends the rows from i on, whose separators move.
func (n Inner) appendRows(dst []byte, i, by int) []byte {
	from := len(dst)
	dst = append(dst, n[rowAt(i):rowAt(n.Count())]...)
	for at := from + childBytes - 4; at < len(dst); at += childBytes {
		binary.LittleEndian.PutUint32(dst[at:], binary.LittleEndian.Uint32(dst[at:])+uint32(by))
	}
	return dst
}

// separators are the bytes of the separators up to an end.
func (n Inner) separators(end int) []byte {
	from := rowAt(n.Count())
	return n[from : from+end]
}

// Separator is the shortest key that is greater than left and not greater than
// right, which is the greater one of the two. It aliases right.
func Separator(left, right []byte) []byte {
	n := min(len(left), len(right))
	for i := range n {
		if left[i] != right[i] {
			return right[:i+1]
		}
	}
	return right[:min(n+1, len(right))]
}

func checkInner(n []byte) error {
	in := Inner(n)
	body := len(n) - nodeHeader - in.Count()*childBytes
	if in.Count() == 0 || body < 0 {
		return fmt.Errorf("%w: an inner node of %d bytes with %d children", errNode, len(n), in.Count())
	}
	end := 0
	for i := range in.Count() {
		if e := in.separatorEnd(i); e < end || e > body {
			return fmt.Errorf("%w: separator %d of an inner node ends at %d of %d", errNode, i, e, body)
		} else {
			end = e
		}
	}
	if end != body {
		return fmt.Errorf("%w: an inner node has %d bytes behind its separators", errNode, body-end)
	}
	return nil
}
