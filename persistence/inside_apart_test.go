package persistence

import "testing"

// What commands do that stand apart comes to the log as if each had come alone:
// several effects of one stay together, those of different ones do not.
func TestEffectsApart(t *testing.T) {
	word := func(w string) [][]byte { return [][]byte{[]byte(w)} }
	one := func(w string) string { return "*1\r\n$1\r\n" + w + "\r\n" }
	together := func(s string) string { return string(multi) + s + string(exec) }
	for _, c := range []struct {
		name, want string
		units      [][]string // a word is an effect; one with a digit is of that database
	}{
		{"single", one("a") + one("b"), [][]string{{"a"}, {"b"}}},
		{"none between", one("a") + one("b"), [][]string{{"a"}, nil, {"b"}}},
		{"several first", together(one("a")+one("b")) + one("c"), [][]string{{"a", "b"}, {"c"}}},
		{"several last", one("a") + together(one("b")+one("c")), [][]string{{"a"}, {"b", "c"}}},
		{"other database", string(appendSelect(nil, 0)) + one("a") + string(appendSelect(nil, 1)) + one("1") + string(appendSelect(nil, 0)) + one("b"),
			[][]string{{"a"}, {"1"}, {"b"}}},
	} {
		var e effects
		for _, unit := range c.units {
			e.apart()
			for _, w := range unit {
				database := 0
				if w == "1" {
					database = 1
				}
				e.add(database, word(w), nil)
			}
		}
		if got := string(e.parted()); got != c.want {
			t.Errorf("%s: %q, should be %q", c.name, got, c.want)
		}
	}
}
