package encoding

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestStreamIDNeighbours(t *testing.T) {
	for _, c := range []struct {
		id, next StreamID
		ok       bool
	}{
		{StreamID{0, 0}, StreamID{0, 1}, true},
		{StreamID{7, math.MaxUint64}, StreamID{8, 0}, true},
		{StreamID{math.MaxUint64, 3}, StreamID{math.MaxUint64, 4}, true},
		{MaxStreamID, StreamID{}, false},
	} {
		if next, ok := c.id.Next(); next != c.next || ok != c.ok {
			t.Errorf("after %v: %v, %v", c.id, next, ok)
		}
		if prev, ok := c.next.Prev(); ok != c.ok || ok && prev != c.id {
			t.Errorf("before %v: %v, %v", c.next, prev, ok)
		}
		if c.ok && (c.id.Compare(c.next) >= 0 || c.next.Compare(c.id) <= 0 || c.id.Compare(c.id) != 0) {
			t.Errorf("%v and %v: wrong order", c.id, c.next)
		}
	}
}

func TestStreamIDText(t *testing.T) {
	for id, want := range map[StreamID]string{{}: "0-0", {5, 7}: "5-7", MaxStreamID: "18446744073709551615-18446744073709551615"} {
		if got := string(AppendStreamID(nil, id)); got != want || len(got) > MaxStreamIDText {
			t.Errorf("%v is written %q", id, got)
		}
	}
}

// idTexts makes what may pass for an ID, and often does not.
func idText(r *rand.Rand) string {
	number := func() string {
		switch r.IntN(5) {
		case 0:
			return strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
		case 1:
			return []string{"18446744073709551615", "18446744073709551616", "9223372036854775807", "9223372036854775808",
				"00", "007", "-0", "-1", "+5", " 3", "\t\v4", "5 ", "*", "", "-", "+", "1\x002", "0x1"}[r.IntN(18)]
		case 2:
			return fromAlphabet(r, "0123456789+- *\x00", r.IntN(5))
		}
		return strconv.Itoa(r.IntN(100))
	}
	if r.IntN(4) == 0 {
		return number()
	}
	return number() + "-" + number()
}

// What is an ID, and which one, Redis knows.
func TestParseStreamIDLikeRedis(t *testing.T) {
	o := startOracle(t)
	o.do("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM")
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		text := idText(r)
		strict, ok := ParseStreamID([]byte(text), 0)
		want := redisAnswer(o, []string{"XSETID", "s", text}, "XINFO", "STREAM", "s")
		if got := answer(strict, ok); got != want(7) {
			t.Fatalf("%q: %s, Redis says %s", text, got, want(7))
		}
		bound, ok := ParseStreamBound([]byte(text), 0)
		want = redisAnswer(o, []string{"XGROUP", "SETID", "s", "g", text}, "XINFO", "GROUPS", "s")
		if got := answer(bound, ok); got != want(7) {
			t.Fatalf("%q as a bound: %s, Redis says %s", text, got, want(7))
		}
		compareNewID(t, o, text)
	}
}

// redisAnswer sends a command and returns what a field of a description is after
// it, or that the command failed.
func redisAnswer(o *oracle, change []string, describe ...string) func(field int) string {
	_, failed := o.do(change...).(redisError)
	info := o.do(describe...).([]any)
	if list, ok := info[0].([]any); ok {
		info = list
	}
	return func(field int) string {
		if failed {
			return "no id"
		}
		return info[field].(string)
	}
}

func answer(id StreamID, ok bool) string {
	if !ok {
		return "no id"
	}
	return string(AppendStreamID(nil, id))
}

func compareNewID(t *testing.T, o *oracle, text string) {
	t.Helper()
	id, seqGiven, ok := ParseNewStreamID([]byte(text))
	if id == (StreamID{}) && ok || strings.HasPrefix(text+"\x00", "*\x00") {
		return // zero is no new ID, and a star (as C sees it) not for the parser
	}
	o.do("DEL", "new")
	got, _ := o.do("XADD", "new", text, "a", "1").(string)
	switch want := answer(id, ok); {
	case !ok && got != "", ok && got != want:
		t.Fatalf("%q as a new ID: %s, Redis says %q", text, want, got)
	case !seqGiven && ok:
		if again, _ := o.do("XADD", "new", text, "a", "1").(string); again == "" {
			t.Fatalf("%q: Redis does not choose a number", text)
		}
	}
}

func FuzzParseStreamID(f *testing.F) {
	f.Add([]byte("1526919030474-55"))
	f.Add([]byte("5-*"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if id, ok := ParseStreamID(b, 0); ok {
			text := AppendStreamID(nil, id)
			if again, ok := ParseStreamID(text, 7); !ok || again != id {
				t.Fatalf("%q is %s, which is %v, %v", b, text, again, ok)
			}
		}
		ParseNewStreamID(b)
		ParseStreamBound(b, 1)
	})
}
