package replication

import (
	"fmt"
	"strconv"
	"strings"
)

// differences names some keys that two nodes do not hold alike, for a test that has failed.
func differences(a, b *node) string {
	var out strings.Builder
	for db := range 16 {
		for _, n := range []*node{a, b} {
			if _, err := n.ask("SELECT", strconv.Itoa(db)); err != nil {
				return err.Error()
			}
		}
		for _, key := range keysOf(a, b) {
			x, y := look(a, key), look(b, key)
			if x != y && out.Len() < 4000 {
				fmt.Fprintf(&out, "database %d, key %q:\n  %.400s\n  %.400s\n", db, key, x, y)
			}
		}
	}
	for _, n := range []*node{a, b} {
		_, _ = n.ask("SELECT", "0")
	}
	return out.String()
}

func keysOf(nodes ...*node) (keys []string) {
	seen := map[string]bool{}
	for _, n := range nodes {
		r, err := n.ask("KEYS", "*")
		if err != nil {
			return keys
		}
		for _, e := range r.Elems {
			if !seen[e.Text] {
				seen[e.Text] = true
				keys = append(keys, e.Text)
			}
		}
	}
	return keys
}

// look says what a key holds.
func look(n *node, key string) string {
	var b strings.Builder
	for _, args := range [][]string{{"TYPE", key}, {"DEBUG", "DIGEST-VALUE", key}, {"PEXPIRETIME", key}} {
		r, err := n.ask(args...)
		if err != nil {
			return err.Error()
		}
		fmt.Fprintf(&b, "%s ", r)
	}
	return b.String()
}
