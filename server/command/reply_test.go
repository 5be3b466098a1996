package command

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// node is a parsed reply. It keeps the type byte, so that equal nodes were
// equal bytes.
type node struct {
	kind byte
	text string // as on the wire; of an aggregate its count
	kids []node // of a map, key and value in turn
}

func readNode(r *bufio.Reader) (node, error) {
	line, err := r.ReadString('\n')
	if err != nil || len(line) < 3 {
		return node{}, fmt.Errorf("reply line %q: %v", line, err)
	}
	n := node{kind: line[0], text: line[1 : len(line)-2]}
	count, _ := strconv.Atoi(n.text)
	switch n.kind {
	case '$':
		if count >= 0 {
			raw := make([]byte, count+2)
			_, err = io.ReadFull(r, raw)
			n.text = string(raw[:count])
		} else {
			n.kind, n.text = '_', ""
		}
	case '%':
		count *= 2
		fallthrough
	case '*', '~':
		for range count {
			kid, err := readNode(r)
			if err != nil {
				return node{}, err
			}
			n.kids = append(n.kids, kid)
		}
	}
	return n, err
}

func equal(a, b node) bool {
	return a.kind == b.kind && a.text == b.text && slices.EqualFunc(a.kids, b.kids, equal)
}

// String is one line a leaf, for messages.
func (n node) String() string {
	var b strings.Builder
	n.print(&b, "")
	return b.String()
}

func (n node) print(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%c%s\n", indent, n.kind, n.text)
	for _, kid := range n.kids {
		kid.print(b, indent+"  ")
	}
}

// dropAndSort removes the entries of subcommands that are meant to differ and
// puts the others in order, as the real server keeps them in none. An entry is
// so many nodes wide; name finds its name.
func (n *node) dropAndSort(width int, name func(entry []node) string) {
	var entries [][]node
	for entry := range slices.Chunk(n.kids, width) {
		if id := name(entry); !missing[id] && !newer[id] {
			entries = append(entries, entry)
		}
	}
	slices.SortFunc(entries, func(a, b []node) int { return strings.Compare(name(a), name(b)) })
	n.kids = slices.Concat(entries...)
	n.text = strconv.Itoa(len(entries))
	if n.kind == '*' {
		n.text = strconv.Itoa(len(n.kids))
	}
}

// wire is a ReplyWriter that produces bytes.
type wire struct {
	bytes.Buffer
	proto int
}

func (w *wire) Status(s string)     { fmt.Fprintf(w, "+%s\r\n", s) }
func (w *wire) Error(s string)      { fmt.Fprintf(w, "-%s\r\n", s) }
func (w *wire) Int(n int64)         { fmt.Fprintf(w, ":%d\r\n", n) }
func (w *wire) BulkString(s string) { fmt.Fprintf(w, "$%d\r\n%s\r\n", len(s), s) }
func (w *wire) Array(n int)         { fmt.Fprintf(w, "*%d\r\n", n) }

func (w *wire) Map(n int) {
	if w.proto == 2 {
		w.Array(2 * n)
		return
	}
	fmt.Fprintf(w, "%%%d\r\n", n)
}

func (w *wire) Set(n int) {
	if w.proto == 2 {
		w.Array(n)
		return
	}
	fmt.Fprintf(w, "~%d\r\n", n)
}

func (w *wire) Null() {
	if w.proto == 2 {
		w.WriteString("$-1\r\n")
		return
	}
	w.WriteString("_\r\n")
}

// rendered is what fn writes, parsed. That it is one whole reply and nothing
// after it is checked too.
func rendered(t *testing.T, proto int, fn func(*wire)) node {
	t.Helper()
	w := &wire{proto: proto}
	fn(w)
	r := bufio.NewReader(&w.Buffer)
	n, err := readNode(r)
	if err != nil {
		t.Fatalf("broken reply: %v", err)
	}
	if rest, _ := io.ReadAll(r); len(rest) > 0 {
		t.Fatalf("after the reply: %q", rest)
	}
	return n
}
