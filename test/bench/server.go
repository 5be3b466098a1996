package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// target is a server under measurement.
type target struct {
	name string
	port int
	dir  string
	cmd  *exec.Cmd
	argv []string // without what is different at each start
}

var builtDir, builtPath string

// build compiles Cairn once.
func build() (string, error) {
	if builtPath != "" {
		return builtPath, nil
	}
	dir, err := os.MkdirTemp("", "cairn-bench-")
	if err != nil {
		return "", err
	}
	builtDir = dir
	path := filepath.Join(dir, "cairn")
	if out, err := exec.Command("go", "build", "-o", path, "./cmd/cairn").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./cmd/cairn: %w\n%s", err, out)
	}
	builtPath = path
	return path, nil
}

func removeBuild() {
	if builtDir != "" {
		_ = os.RemoveAll(builtDir)
	}
}

// startCairn and startRedis start a server on a free loopback port with an
// empty directory.
func startCairn(args ...string) (*target, error) {
	bin, err := build()
	if err != nil {
		return nil, err
	}
	return start("cairn", append([]string{bin, "serve"}, args...))
}

func startRedis(args ...string) (*target, error) {
	return start("redis", append([]string{"redis-server", "--save", ""}, args...))
}

func start(name string, argv []string) (*target, error) {
	dir, err := os.MkdirTemp("", "cairn-bench-"+name+"-")
	if err != nil {
		return nil, err
	}
	t := &target{name: name, dir: dir}
	return t, t.launch(argv)
}

func (t *target) launch(argv []string) error {
	var err error
	if t.port, err = freePort(); err != nil {
		return err
	}
	t.argv = argv
	argv = append(slices.Clip(argv), "--port", strconv.Itoa(t.port), "--bind", "127.0.0.1", "--dir", t.dir)
	t.cmd = exec.Command(argv[0], argv[1:]...)
	log, err := os.Create(filepath.Join(t.dir, "output.txt"))
	if err != nil {
		return err
	}
	t.cmd.Stdout, t.cmd.Stderr = log, log
	if err := t.cmd.Start(); err != nil {
		return err
	}
	return t.ready()
}

// ready waits until the server answers PING.
func (t *target) ready() error {
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if reply, err := t.ask("PING"); err == nil && strings.HasPrefix(reply, "+PONG") {
			return nil
		}
		if t.cmd.ProcessState != nil {
			break
		}
	}
	return fmt.Errorf("%s did not start: see %s/output.txt", t.name, t.dir)
}

// ask sends one inline command and returns the start of the reply.
func (t *target) ask(command string) (string, error) {
	c, err := net.DialTimeout("tcp", t.address(), time.Second)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(10 * time.Minute)); err != nil {
		return "", err
	}
	if _, err := c.Write([]byte(command + "\r\n")); err != nil {
		return "", err
	}
	buf := make([]byte, 64<<10)
	n, err := c.Read(buf)
	if err == nil && buf[0] == '-' {
		err = fmt.Errorf("%s says to %s: %s", t.name, command, bytes.TrimSpace(buf[:n]))
	}
	return string(buf[:n]), err
}

func (t *target) address() string { return fmt.Sprintf("127.0.0.1:%d", t.port) }

func (t *target) kill() {
	_ = t.cmd.Process.Signal(syscall.SIGKILL)
	_ = t.cmd.Wait()
}

// stop ends the server and removes its directory.
func (t *target) stop() {
	t.kill()
	_ = os.RemoveAll(t.dir)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// cpu is the processor time that the server has used.
func (t *target) cpu() (time.Duration, error) {
	fields, err := t.procStat()
	if err != nil {
		return 0, err
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	const ticksPerSecond = 100 // USER_HZ, fixed on Linux
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(err1, err2)
}

// procStat is /proc/PID/stat from the state field on.
func (t *target) procStat() ([]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", t.cmd.Process.Pid))
	if err != nil {
		return nil, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return strings.Fields(rest), nil
}

// status reads a size in KiB from /proc/PID/status and returns bytes.
func (t *target) status(field string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return sizeField(string(text), field)
}

// written is how many bytes the server has caused to be written to disk.
func (t *target) written() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", t.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if n, ok := strings.CutPrefix(line, "write_bytes: "); ok {
			return strconv.ParseInt(strings.TrimSpace(n), 10, 64)
		}
	}
	return 0, errors.New("no write_bytes in /proc/PID/io")
}

func sizeField(text, field string) (int64, error) {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("no %s in /proc/PID/status", field)
}
