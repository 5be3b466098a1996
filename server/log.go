package server

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/cairndb/cairn/server/config"
)

// logger writes the server's log, in the form that tools for Redis read:
//
//	4711:M 02 Jan 2006 15:04:05.000 * the message
//
// The mark before the message is its level. A log file is opened for each line,
// so that whoever rotates logs may move it at any time.
type logger struct {
	cfg *config.Config
	out io.Writer // where to, unless a log file is set
	mu  sync.Mutex
}

var levelMarks = [...]byte{config.LogDebug: '.', config.LogVerbose: '-', config.LogNotice: '*', config.LogWarning: '#'}

func (l *logger) write(level config.LogLevel, format string, args []any) {
	if level < l.cfg.LogLevel.Get() {
		return
	}
	line := fmt.Sprintf("%d:M %s %c %s\n", os.Getpid(), time.Now().Format("02 Jan 2006 15:04:05.000"), levelMarks[level],
		fmt.Sprintf(format, args...))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.append(line)
}

// append has nowhere to report a failure to.
func (l *logger) append(line string) {
	path := l.cfg.LogFile.Get()
	if path == "" {
		_, _ = io.WriteString(l.out, line)
		return
	}
	f, err := openLog(path)
	if err != nil {
		_, _ = io.WriteString(os.Stderr, line)
		return
	}
	_, _ = io.WriteString(f, line)
	_ = f.Close()
}

func openLog(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
}

// checkLog tells whether the log file can be written, before anything depends
// on it.
func checkLog(cfg *config.Config) error {
	path := cfg.LogFile.Get()
	if path == "" {
		return nil
	}
	f, err := openLog(path)
	if err != nil {
		return fmt.Errorf("can't open the log file: %w", err)
	}
	return f.Close()
}

// logf logs what an operator should know.
func (s *Server) logf(format string, args ...any) { s.log.write(config.LogNotice, format, args) }

// warnf logs what an operator should do something about.
func (s *Server) warnf(format string, args ...any) { s.log.write(config.LogWarning, format, args) }

// verbosef logs what helps to follow single clients.
func (s *Server) verbosef(format string, args ...any) { s.log.write(config.LogVerbose, format, args) }
