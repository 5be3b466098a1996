package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// larger loads more data than the server may hold in memory, inside a bounded
// control group where the machine allows one, then reads cold keys at random,
// and reads 4 KiB blocks of a file at random for comparison.
func larger(args []string) error {
	gib, memory, group := 4.0, "512mb", int64(1<<30)
	err := flags("larger", args, func(fs *flag.FlagSet) {
		fs.Float64Var(&gib, "gib", gib, "data to load, in GiB of 1 KiB values")
		fs.StringVar(&memory, "maxmemory", memory, "the server's allowance")
		fs.Int64Var(&group, "cgroup", group, "memory limit of the control group, in bytes")
	})
	if err != nil {
		return err
	}
	t, err := startCairn("--appendfsync", "everysec", "--maxmemory", memory)
	if err != nil {
		return err
	}
	defer t.stop()
	fmt.Println("control group:", confine(t, group))
	keys := int(gib * (1 << 20))
	start := time.Now()
	if err := fill(t, keys); err != nil {
		return err
	}
	report(t, fmt.Sprintf("loaded %d values in %.0f s", keys, time.Since(start).Seconds()))
	if err := settle(t); err != nil {
		return err
	}
	reads, err := readCold(t, keys, 16, 10*time.Second)
	if err != nil {
		return err
	}
	raw, err := readRaw(t.dir, gib, 16, 10*time.Second)
	if err != nil {
		return err
	}
	report(t, fmt.Sprintf("cold GETs %.0f/s, raw 4 KiB reads %.0f/s, ratio %.2f", reads, raw, reads/raw))
	t.kill()
	start = time.Now()
	if err := t.launch(t.argv); err != nil {
		return err
	}
	took := time.Since(start)
	confine(t, group)
	if reads, err = readCold(t, keys, 16, 10*time.Second); err == nil {
		report(t, fmt.Sprintf("serves %.2f s after SIGKILL; cold GETs %.0f/s", took.Seconds(), reads))
	}
	return err
}

// settle waits until the server has written what it still had to write.
func settle(t *target) error {
	if _, err := t.ask("SAVE"); err != nil {
		return err
	}
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		reply, err := t.ask("INFO cairn")
		if err != nil || strings.Contains(reply, "compactions_running:0\r") {
			return err
		}
	}
	return errors.New("compactions do not end")
}

func report(t *target, what string) {
	now, _ := t.status("VmRSS")
	peak, _ := t.status("VmHWM")
	fmt.Printf("%s; resident %d MiB, at most %d MiB\n", what, now>>20, peak>>20)
}

// confine puts the server into a control group of its own.
func confine(t *target, limit int64) string {
	dir := filepath.Join("/sys/fs/cgroup/memory", "cairn-bench-"+strconv.Itoa(t.cmd.Process.Pid))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "none (" + err.Error() + ")"
	}
	if err := os.WriteFile(filepath.Join(dir, "memory.limit_in_bytes"), []byte(strconv.FormatInt(limit, 10)), 0o644); err != nil {
		return "none (" + err.Error() + ")"
	}
	if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(t.cmd.Process.Pid)), 0o644); err != nil {
		return "none (" + err.Error() + ")"
	}
	return fmt.Sprintf("%d MiB", limit>>20)
}

const valueBytes = 1024

// fill sets keys 0 to n-1 to incompressible values.
func fill(t *target, n int) error {
	const workers = 8
	errs := make(chan error, workers)
	for w := range workers {
		go func() { errs <- fillPart(t, w*n/workers, (w+1)*n/workers) }()
	}
	for range workers {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func fillPart(t *target, from, to int) error {
	c, err := net.Dial("tcp", t.address())
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	rng := rand.NewChaCha8([32]byte{byte(from), byte(from >> 8), byte(from >> 16), byte(from >> 24)})
	value := make([]byte, valueBytes)
	const batch = 16
	var buf []byte
	reply := make([]byte, batch*len("+OK\r\n"))
	for i := from; i < to; i += batch {
		n := min(batch, to-i)
		buf = buf[:0]
		for k := range n {
			_, _ = rng.Read(value) // never fails
			key := strconv.Itoa(i + k)
			buf = fmt.Appendf(buf, "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(key), key, len(value), value)
		}
		if _, err := c.Write(buf); err != nil {
			return err
		}
		if err := readFull(c, reply[:n*len("+OK\r\n")]); err != nil {
			return err
		}
	}
	return nil
}

func readFull(c net.Conn, buf []byte) error {
	for got := 0; got < len(buf); {
		n, err := c.Read(buf[got:])
		if err != nil {
			return err
		}
		got += n
	}
	return nil
}

// during runs op from several workers for a while and returns the rate.
func during(workers int, d time.Duration, op func(worker int) func() error) (float64, error) {
	var count atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, workers)
	end := time.Now().Add(d)
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			one := op(w)
			for time.Now().Before(end) {
				if err := one(); err != nil {
					errs <- err
					return
				}
				count.Add(1)
			}
		}()
	}
	wg.Wait()
	select {
	case err := <-errs:
		return 0, err
	default:
		return float64(count.Load()) / d.Seconds(), nil
	}
}

func readCold(t *target, keys, workers int, d time.Duration) (float64, error) {
	return during(workers, d, func(worker int) func() error {
		c, err := net.Dial("tcp", t.address())
		rng := rand.New(rand.NewPCG(uint64(worker), 1))
		reply := make([]byte, len("$1024\r\n")+valueBytes+2)
		return func() error {
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(c, "GET %d\r\n", rng.IntN(keys)); err != nil {
				return err
			}
			return readFull(c, reply)
		}
	})
}

// readRaw reads 4 KiB blocks at random from a file as big as the data, past
// the page cache.
func readRaw(dir string, gib float64, workers int, d time.Duration) (float64, error) {
	path := filepath.Join(dir, "raw")
	size := int64(gib * (1 << 30))
	if err := writeRaw(path, size); err != nil {
		return 0, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_DIRECT, 0)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	return during(workers, d, func(worker int) func() error {
		rng := rand.New(rand.NewPCG(uint64(worker), 2))
		buf, err := unix.Mmap(-1, 0, 4<<10, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON) // aligned
		return func() error {
			if err != nil {
				return err
			}
			_, err := f.ReadAt(buf, rng.Int64N(size/int64(len(buf)))*int64(len(buf)))
			return err
		}
	})
}

func writeRaw(path string, size int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	rng := rand.NewChaCha8([32]byte{1})
	block := make([]byte, 1<<20)
	for done := int64(0); done < size; done += int64(len(block)) {
		_, _ = rng.Read(block) // never fails
		if _, err := f.Write(block); err != nil {
			return err
		}
	}
	return f.Sync()
}
