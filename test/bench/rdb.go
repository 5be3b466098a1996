package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// rdbFiles imports and exports a file of all types, beside redis-server, which loads
// and saves the same.
func rdbFiles(args []string) error {
	mib, rounds := 200, 3
	err := flags("rdb", args, func(fs *flag.FlagSet) {
		fs.IntVar(&mib, "mib", mib, "about how large the file is")
		fs.IntVar(&rounds, "rounds", rounds, "of which the medians count")
	})
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "cairn-bench-rdb-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	b := rdbBench{work: work, file: filepath.Join(work, "dump.rdb")}
	if b.bin, err = build(); err != nil {
		return err
	}
	if err := b.make(mib); err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "\tseconds\tCPU seconds\tpeak MiB\tratio of seconds\tof CPU\t")
	pairs := []struct {
		redis, cairn func() (effort, error)
		names        [2]string
	}{{b.load, b.importFile, [2]string{"redis loads", "cairn import"}}, {b.save, b.export, [2]string{"redis saves", "cairn export"}}}
	for _, p := range pairs {
		var redis, cairn []effort
		for range rounds {
			r, err := p.redis()
			if err != nil {
				return err
			}
			c, err := p.cairn()
			if err != nil {
				return err
			}
			redis, cairn = append(redis, r), append(cairn, c)
		}
		r, c := middleEffort(redis), middleEffort(cairn)
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%d\t\t\t\n", p.names[0], r.wall, r.cpu, r.peak>>20)
		fmt.Fprintf(out, "%s\t%.2f\t%.2f\t%d\t%.2f\t%.2f\t\n", p.names[1], c.wall, c.cpu, c.peak>>20, r.wall/c.wall, r.cpu/c.cpu)
	}
	return out.Flush()
}

type rdbBench struct {
	work, file, bin string
	imported        string // the directory of the last import
}

// effort is what one took.
type effort struct {
	wall, cpu float64 // seconds
	peak      int64   // bytes
}

func middleEffort(list []effort) effort {
	pick := func(of func(r effort) float64) float64 {
		var all []float64
		for _, r := range list {
			all = append(all, of(r))
		}
		return median(all)
	}
	return effort{
		pick(func(r effort) float64 { return r.wall }), pick(func(r effort) float64 { return r.cpu }),
		int64(pick(func(r effort) float64 { return float64(r.peak) })),
	}
}

// rdbScript makes about a MiB of all types, small and large, of text that
// compresses about as JSON does.
const rdbScript = `
local n = tonumber(ARGV[1])
math.randomseed(n)
local function text(least, most)
  local t = {}
  for i = 1, math.random(least, most) / 8 do t[i] = string.format('%08x', math.random(0, 2147483647)) end
  return table.concat(t)
end
for i = 1, 2000 do redis.call('SET', 'string:' .. n .. ':' .. i, text(40, 160)) end
for i = 1, 300 do redis.call('SET', 'session:' .. n .. ':' .. i, text(40, 400), 'PXAT', 9000000000000 + i) end
for i = 1, 200 do
  local key = ':' .. n .. ':' .. i
  for j = 1, 10 do
    redis.call('HSET', 'hash' .. key, 'field' .. j, text(8, 40))
    redis.call('RPUSH', 'list' .. key, text(8, 40))
    redis.call('SADD', 'set' .. key, text(8, 24))
    redis.call('ZADD', 'zset' .. key, math.random(), text(8, 24))
  end
end
local big = ':' .. math.floor(n / 20)
for i = 1, 1000 do
  redis.call('HSET', 'big hash' .. big, 'field:' .. n .. ':' .. i, text(8, 60))
  redis.call('ZADD', 'big zset' .. big, math.random(), 'member:' .. n .. ':' .. i)
  redis.call('RPUSH', 'big list' .. big, text(8, 60))
  redis.call('SADD', 'big set' .. big, n .. text(8, 40))
  redis.call('XADD', 'stream' .. big, (n * 1000 + i) .. '-1', 'sensor', i, 'value', text(8, 40))
end`

// redis is a redis-server that has loaded the file, if it is there.
func (b *rdbBench) redis() (*target, error) {
	t := &target{name: "redis", dir: b.work}
	return t, t.launch([]string{"redis-server", "--save", "", "--enable-protected-configs", "local"})
}

// make fills a redis-server and lets it save.
func (b *rdbBench) make(mib int) error {
	t, err := b.redis()
	if err != nil {
		return err
	}
	defer t.kill()
	for n := range mib {
		if err := doAll(t, [][]string{{"EVAL", rdbScript, "0", strconv.Itoa(n + 1)}}); err != nil {
			return err
		}
	}
	if err := doAll(t, [][]string{{"SAVE"}}); err != nil {
		return err
	}
	info, err := os.Stat(b.file)
	if err == nil {
		fmt.Printf("a file of %d MiB\n", info.Size()>>20)
	}
	return err
}

// load is a redis-server that loads the file: up to its first answer.
func (b *rdbBench) load() (effort, error) {
	start := time.Now()
	t, err := b.redis()
	if err != nil {
		return effort{}, err
	}
	defer t.kill()
	r := effort{wall: time.Since(start).Seconds()}
	cpu, err := t.cpu()
	if err != nil {
		return r, err
	}
	r.cpu = cpu.Seconds()
	r.peak, err = t.status("VmHWM")
	return r, err
}

// save is BGSAVE of a redis-server that has loaded the file.
func (b *rdbBench) save() (effort, error) {
	to := filepath.Join(b.work, "saved")
	if err := os.MkdirAll(to, 0o755); err != nil {
		return effort{}, err
	}
	t, err := b.redis()
	if err != nil {
		return effort{}, err
	}
	defer t.kill()
	if err := doAll(t, [][]string{{"CONFIG", "SET", "dir", to}, {"BGSAVE"}}); err != nil {
		return effort{}, err
	}
	start := time.Now()
	for {
		info, err := t.ask("INFO")
		if err != nil {
			return effort{}, err
		}
		if strings.Contains(info, "\nrdb_bgsave_in_progress:0") {
			r := effort{wall: time.Since(start).Seconds()}
			for _, field := range []string{"used_cpu_sys_children:", "used_cpu_user_children:"} {
				_, rest, _ := strings.Cut(info, "\n"+field)
				seconds, err := strconv.ParseFloat(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]), 64)
				if err != nil {
					return r, err
				}
				r.cpu += seconds
			}
			return r, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (b *rdbBench) importFile() (effort, error) {
	b.imported = filepath.Join(b.work, "imported")
	if err := os.RemoveAll(b.imported); err != nil {
		return effort{}, err
	}
	return b.verb("import", b.file, "--dir", b.imported, "--memory", rdbMemory)
}

func (b *rdbBench) export() (effort, error) {
	return b.verb("export", filepath.Join(b.work, "exported.rdb"), "--dir", b.imported, "--memory", rdbMemory)
}

// rdbMemory is what the verbs are allowed, so that they stay below 300 MiB.
const rdbMemory = "192mb"

// verb runs a verb of cairn to its end.
func (b *rdbBench) verb(args ...string) (effort, error) {
	cmd := exec.Command(b.bin, args...)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return effort{}, fmt.Errorf("cairn %q: %w\n%s", args, err, out)
	}
	state := cmd.ProcessState
	usage := state.SysUsage().(*syscall.Rusage)
	return effort{time.Since(start).Seconds(), (state.UserTime() + state.SystemTime()).Seconds(), usage.Maxrss << 10}, nil
}
