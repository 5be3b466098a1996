package server

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func TestMonitorLine(t *testing.T) {
	r := serve(t, t.TempDir())
	m, c := r.dial(), r.dial()
	m.want("OK", "MONITOR")
	c.do("SELECT 7")
	line := string(m.read().Str)
	want := `^[0-9]{10}\.[0-9]{6} \[7 unix:` + regexp.QuoteMeta(r.socket) + `\] "SELECT" "7"$`
	if !regexp.MustCompile(want).MatchString(line) {
		t.Errorf("%s, want %s", line, want)
	}
	for micros, want := range map[int]string{0: "000000", 7: "000007", 12345: "012345", 999999: "999999"} {
		if got := string(appendMicros(nil, micros)); got != want {
			t.Errorf("%d is %s", micros, got)
		}
	}
}

// A command is shown before its reply is read, whatever loops serve, and those
// of one client in their order; what needed another goroutine too.
func TestMonitorSeesAllLoops(t *testing.T) {
	withLoops(t, 3)
	r := serve(t, t.TempDir())
	watchers := []*conn{r.dial(), r.dial(), r.dial()}
	for _, m := range watchers {
		m.do("MONITOR")
	}
	const clients, each = 4, 100
	var wg sync.WaitGroup
	for n := range clients {
		c := r.dial()
		wg.Go(func() {
			for i := range each {
				c.do(fmt.Sprintf("%s %d:%d", []string{"ECHO", "INFO"}[i%2], n, i))
			}
		})
	}
	wg.Wait()
	for _, m := range watchers {
		next := map[string]int{}
		for range clients * each {
			words := strings.Split(string(m.read().Str), `"`)
			who, n, _ := strings.Cut(words[3], ":")
			if n != fmt.Sprint(next[who]) {
				t.Fatalf("after command %d of client %s: %v", next[who]-1, who, words)
			}
			next[who]++
		}
	}
}

// Who watches and does not read is cut, although ordinary clients have no limit.
func TestSlowMonitorIsCut(t *testing.T) {
	r := serve(t, t.TempDir(), "--client-output-buffer-limit", "pubsub 1mb 0 0")
	m, c := r.dial(), r.dial()
	m.do("MONITOR")
	big := strings.Repeat("x", 100_000)
	for i := 0; r.feed.count.Load() > 0; i++ {
		if i > 100 {
			t.Fatal("it never is")
		}
		c.do("ECHO " + big)
	}
	c.want("a", "ECHO a")
}
