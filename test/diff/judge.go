package diff

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/test/client"
)

// judge tells whether the two sides have given what counts as the same reply.
type judge func(oracle, subject client.Reply) bool

func sameBytes(oracle, subject client.Reply) bool { return bytes.Equal(oracle.Raw, subject.Raw) }

// view judges by what is left of a reply when it is seen through f.
func view(f func(client.Value) string) func(string) (judge, error) {
	j := func(oracle, subject client.Reply) bool { return f(oracle.Value) == f(subject.Value) }
	return func(string) (judge, error) { return j, nil }
}

// sorted shows a value with its elements sorted at every depth. Pairs of a map stay together.
func sorted(v client.Value) string {
	if !v.IsAggregate() {
		return fmt.Sprintf("%c%t%q", v.Kind, v.Null, v.Text)
	}
	step := 1
	if v.Kind == '%' {
		step = 2
	}
	var parts []string
	for pair := range slices.Chunk(v.Elems, step) {
		part := ""
		for _, e := range pair {
			part += sorted(e)
		}
		parts = append(parts, part)
	}
	slices.Sort(parts)
	return fmt.Sprintf("%c%t%q", v.Kind, v.Null, parts)
}

// shape shows the types, the lengths of aggregates, the keys of maps and the codes of errors.
func shape(v client.Value) string {
	switch {
	case v.IsError():
		return "-" + v.ErrorCode()
	case !v.IsAggregate() || v.Null:
		return fmt.Sprintf("%c%t", v.Kind, v.Null)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%c%d[", v.Kind, len(v.Elems))
	for i, e := range v.Elems {
		if v.Kind == '%' && i%2 == 0 {
			b.WriteString(sorted(e))
		} else {
			b.WriteString(shape(e))
		}
	}
	return b.String() + "]"
}

// fieldNames shows the names in a text of name=value words (CLIENT LIST) or name:value lines (INFO), each once, sorted.
// Anything else is shown by its shape.
func fieldNames(v client.Value) string {
	text := v.Text
	switch v.Kind {
	case '$':
	case '=':
		text = strings.TrimPrefix(text, "txt:")
	default:
		return shape(v)
	}
	names := map[string]bool{}
	for _, word := range strings.Fields(text) {
		if end := strings.IndexAny(word, "=:"); end > 0 {
			names[word[:end]] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), " ")
}

var number = regexp.MustCompile("[0-9]+")

// withoutNumbers shows a value with every number in its texts left out.
func withoutNumbers(v client.Value) string {
	return number.ReplaceAllString(strings.Join(strings.Fields(shown(v)), " "), "#")
}

// shown is all that there is to a value.
func shown(v client.Value) string {
	text := fmt.Sprintf("%c %t %q", v.Kind, v.Null, v.Text)
	for _, e := range v.Elems {
		text += " " + shown(e)
	}
	return text
}

// hasFields judges that both texts have all the fields.
func hasFields(names []string) judge {
	return func(oracle, subject client.Reply) bool {
		for _, v := range []client.Value{oracle.Value, subject.Value} {
			found := strings.Fields(fieldNames(v))
			for _, name := range names {
				if !slices.Contains(found, name) {
					return false
				}
			}
		}
		return true
	}
}

// approx judges by shape, and lets integers differ by the tolerance, also those that travel as strings.
func approx(tolerance int64) judge {
	var near func(a, b client.Value) bool
	near = func(a, b client.Value) bool {
		if shape(a) != shape(b) {
			return false
		}
		for i := range a.Elems {
			if !near(a.Elems[i], b.Elems[i]) {
				return false
			}
		}
		x, errX := strconv.ParseInt(a.Text, 10, 64)
		y, errY := strconv.ParseInt(b.Text, 10, 64)
		if errX != nil || errY != nil {
			return a.Text == b.Text
		}
		return max(x-y, y-x) <= tolerance
	}
	return func(oracle, subject client.Reply) bool { return near(oracle.Value, subject.Value) }
}
