package crash

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

// When the log cannot grow, writes are refused with MISCONF and reads go on;
// when it can again, writing resumes by itself, and nothing acknowledged is
// missing. The limit of file sizes stands in for a full disk.
func TestFullDisk(t *testing.T) {
	s := proc.StartCairn(t, "--save", "", "--appendfsync", "always")
	c := connect(t, s)
	must(t, c, "+OK", "SET", "before", "1")
	limitFiles(t, c, "1000")
	value := strings.Repeat("v", 10_000)
	written := 0
	for ; ; written++ {
		if written > 100_000 {
			t.Fatal("the log never fails")
		}
		r, err := c.Do("SET", fmt.Sprint("key:", written), value)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(r.Raw), "-MISCONF") {
			break
		}
		if string(r.Raw) != "+OK\r\n" {
			t.Fatalf("a write was answered %s", r)
		}
	}
	must(t, c, "$1\r\n1", "GET", "before")
	must(t, c, "-MISCONF", "SET", "refused", "1")
	limitFiles(t, c, "unlimited")
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		r, err := c.Do("SET", "after", "1")
		if err != nil {
			t.Fatal(err)
		}
		if string(r.Raw) == "+OK\r\n" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("writing does not resume: %s", r)
		}
	}
	if err := s.Crash(); err != nil {
		t.Fatalf("%v\n%s", err, s.Output())
	}
	c = connect(t, s)
	must(t, c, "$1\r\n1", "GET", "after")
	for i := range written {
		must(t, c, "$10000\r\n", "GET", fmt.Sprint("key:", i))
	}
}

// limitFiles bounds the size of the files that the server may write.
func limitFiles(t *testing.T, c *client.Conn, bytes string) {
	t.Helper()
	r, err := c.Do("INFO", "server")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(r.Raw), "process_id:")
	pid, _, _ := strings.Cut(rest, "\r\n")
	if out, err := exec.Command("prlimit", "--pid", pid, "--fsize="+bytes+":unlimited").CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
}
