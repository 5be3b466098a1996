package encoding

import (
	"bytes"
	"testing"
)

// TestNodeGolden pins the layouts of nodes.
func TestNodeGolden(t *testing.T) {
	leaf := EmptyLeaf()
	leaf = AppendEntry(leaf, []byte("key"), []byte("value"))
	leaf = AppendEntry(leaf, nil, bytes.Repeat([]byte("v"), 200))
	leaf.SetCount(2)
	want := "\x00\x02\x00\x00\x03key\x05value\x00\xc8\x01" + string(bytes.Repeat([]byte("v"), 200))
	if string(leaf) != want {
		t.Errorf("a leaf is %q", leaf)
	}
	inner := AppendInner(nil, 1, []Child{{Node: 7, Entries: 3}, {Node: 9, Entries: 0x1_0000_0001, Separator: []byte("se")}})
	want = "\x01\x02\x00\x00" +
		"\x07\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x09\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00" + "se"
	if string(inner) != want {
		t.Errorf("an inner node is %q", inner)
	}
	for _, n := range [][]byte{leaf, inner} {
		if err := CheckNode(n); err != nil {
			t.Error(err)
		}
	}
}

// TestSeparator: greater than the left key, not greater than the right one, and
// no longer than it has to be.
func TestSeparator(t *testing.T) {
	for _, c := range []struct{ left, right, want string }{
		{"", "a", "a"}, {"a", "ab", "ab"}, {"a", "abc", "ab"}, {"abc", "abd", "abd"}, {"abc", "b", "b"},
		{"abcdef", "abxyz", "abx"}, {"", "", ""},
	} {
		if got := Separator([]byte(c.left), []byte(c.right)); string(got) != c.want {
			t.Errorf("between %q and %q: %q, want %q", c.left, c.right, got, c.want)
		}
	}
}

// FuzzNode: a node that CheckNode lets pass can be read.
func FuzzNode(f *testing.F) {
	leaf := AppendEntry(EmptyLeaf(), []byte("k"), []byte("v"))
	Leaf(leaf).SetCount(1)
	f.Add([]byte(leaf), []byte("k"))
	f.Add(AppendInner(nil, 2, []Child{{Node: 1, Entries: 1}, {Node: 2, Entries: 2, Separator: []byte("m")}}), []byte("n"))
	f.Fuzz(func(t *testing.T, n, key []byte) {
		if CheckNode(n) != nil {
			return
		}
		if NodeHeight(n) > 0 {
			in := Inner(n)
			i := in.Seek(key)
			j, _ := in.At(in.Sum())
			if i >= in.Count() || j >= in.Count() {
				t.Fatalf("children %d and %d of %d", i, j, in.Count())
			}
			return
		}
		l := Leaf(n)
		if i, at, found := l.Seek(key); i > l.Count() || at > len(l) || found && i == l.Count() {
			t.Fatalf("%d at %d of %d, %d bytes", i, at, l.Count(), len(l))
		}
		if at := l.Skip(l.First(), l.Count()); at != len(l) {
			t.Fatalf("the entries end at %d of %d", at, len(l))
		}
	})
}
