package server

import (
	"fmt"
	"os"
	"runtime"

	"github.com/cairndb/cairn/server/config"
)

// logStart says what starts, and what of its configuration is not as the
// operator may think.
func (s *Server) logStart() {
	s.logf("Cairn %s (Redis %s), %s, pid %d, is starting", Version, RedisVersion, runtime.Version(), os.Getpid())
	if file := s.cfg.File(); file != "" {
		s.logf("Configuration from %s", file)
	}
	if s.cfg.Supervised.Get() == config.SupervisedSystemd && s.supervisor.socket == "" {
		s.warnf("supervised is systemd, but NOTIFY_SOCKET is not set: nobody will hear that the server is ready")
	}
	for _, notice := range s.cfg.Notices() {
		s.warnf("%s", notice)
	}
	for _, i := range s.cfg.NoEffect() {
		if !i.IsDefault {
			s.logf("%s: '%s %s' has no effect. %s", i.Origin, i.Name, i.Value, i.Why)
		}
	}
}

func (s *Server) logReady() {
	for _, l := range s.listening() {
		s.logf("Ready to accept connections at %s", l.address)
	}
	s.logf("Data in %s, appendfsync %s, memory allowance %d MiB", s.cfg.Dir.Get(), s.cfg.Text("appendfsync"), s.memoryBytes()>>20)
	if err := s.supervisor.tell("READY=1", "STATUS=Ready to accept connections"); err != nil {
		s.warnf("telling the service manager: %v", err)
	}
}

func (s *Server) logStop() {
	s.logf("Closing connections")
	if err := s.supervisor.tell("STOPPING=1"); err != nil {
		s.warnf("telling the service manager: %v", err)
	}
}

// writePID leaves the process id where scripts look for it. The server does
// not depend on that.
func (s *Server) writePID() {
	path := s.cfg.PidFile.Get()
	if path == "" {
		return
	}
	if err := os.WriteFile(path, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o644); err != nil {
		s.warnf("writing the pid file: %v", err)
	}
}

func (s *Server) removePID() {
	path := s.cfg.PidFile.Get()
	if path == "" {
		return
	}
	if err := os.Remove(path); err != nil {
		s.warnf("removing the pid file: %v", err)
	}
}

// close gives the data directory back. All loops have ended.
func (s *Server) close() error {
	s.removePID()
	closeStore := s.store.Close
	if s.ending.keepLog.Load() {
		closeStore = s.store.Abandon
	}
	err := closeStore()
	if err != nil && s.ending.tolerant.Load() {
		s.warnf("closing the data directory: %v", err)
		err = nil
	}
	s.logf("Cairn is now ready to exit, bye bye...")
	return err
}
