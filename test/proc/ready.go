package proc

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
)

var errPortTaken = errors.New("another process has taken the port")

// freePort finds a port that was free at the time of asking.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// waitReady returns nil once the process answers PING.
func (s *Server) waitReady() error {
	var lastErr error
	for deadline := time.Now().Add(readyTimeout); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-s.exit:
			s.exit <- err // Kill9 waits for it once more
			return s.explainExit(err)
		default:
		}
		if lastErr = s.probe(); lastErr == nil || errors.Is(lastErr, errPortTaken) {
			return lastErr
		}
	}
	return fmt.Errorf("no PONG within %v: %v", readyTimeout, lastErr)
}

// explainExit tells a lost race for the port, which is worth another try, from every other early end.
func (s *Server) explainExit(err error) error {
	if regexp.MustCompile(`(?i)address already in use`).MatchString(s.Output()) {
		return errPortTaken
	}
	return fmt.Errorf("it ended at once: %v\n%s", err, tail(s.Output()))
}

var processID = regexp.MustCompile(`process_id:(\d+)`)

// probe asks PING, and then who is answering: if a stranger has taken the port, its PONG means nothing.
func (s *Server) probe() error {
	c, err := client.Dial(s.Addr(), time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	pong, err := c.Do("PING")
	if err != nil {
		return err
	}
	if pong.Text != "PONG" {
		return fmt.Errorf("PING was answered with %s", pong) // LOADING
	}
	info, err := c.Do("INFO", "server")
	if err != nil {
		return err
	}
	if m := processID.FindStringSubmatch(info.Text); m != nil && m[1] != strconv.Itoa(s.cmd.Process.Pid) {
		return errPortTaken
	}
	return nil
}
