package tools

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/proc"
)

const largeScript = `
for i = 1, 100000 do
  local name = 'element ' .. (i * 7919 % 200003)
  redis.call('HSET', 'hash', name, string.rep('x', 100) .. i)
  redis.call('ZADD', 'zset', i % 1000, name)
end`

// An import of much more than it may hold keeps to its allowance. Killed in the middle and run again, it
// ends the same.
func TestLargeImport(t *testing.T) {
	if testing.Short() {
		t.Skip("a file of 80 MB")
	}
	server := proc.StartRedis(t, "--rdbcompression", "no")
	redis := dial(t, server)
	redis.do("DEBUG", "POPULATE", "100000", "key", "600")
	redis.do("EVAL", largeScript, "0")
	redis.do("SAVE")
	want := redis.digest()
	file, dir := filepath.Join(server.Dir, "dump.rdb"), t.TempDir()
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	killed := exec.Command(proc.CairnBinary(t), "import", file, "--dir", dir, "--memory", "48mb")
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait() // it was killed
	must(t, "check", "--dir", dir)

	again := exec.Command(proc.CairnBinary(t), "import", file, "--dir", dir, "--memory", "48mb", "--replace")
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	peak := again.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	if peak > 160<<20 {
		t.Errorf("the import took %d MB of memory", peak>>20)
	}
	must(t, "check", "--dir", dir)
	out := filepath.Join(t.TempDir(), "out.rdb")
	must(t, "export", out, "--dir", dir, "--memory", "48mb")
	if got := loaded(t, out).digest(); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
