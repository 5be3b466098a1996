package server

import (
	"fmt"
	"math"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/config"
)

// followConfig makes CONFIG SET act at once where something keeps a copy of a
// value. Everything else reads the configuration when it needs it.
func (s *Server) followConfig() {
	for directive, apply := range map[string]func(){
		"appendfsync":               func() { s.store.Log().SetPolicy(policyOf(s.cfg.AppendFsync.Get())) },
		"maxmemory":                 func() { s.store.SetMemory(s.memoryBytes()) },
		"repl-backlog-size":         func() { s.store.Log().SetKeepBytes(s.cfg.ReplBacklogBytes.Get()) },
		"cairn-checkpoint-dirty":    func() { s.store.SetDirtyBytes(s.cfg.CheckpointDirtyBytes.Get()) },
		"cairn-backup-log-size":     func() { s.store.SetBackupLogBytes(s.cfg.BackupLogBytes.Get()) },
		"cairn-test-evict":          func() { s.cold.on.Store(s.cfg.TestEvict.Get()) },
		"slowlog-max-len":           func() { s.slowlog.trim(s.cfg.SlowlogMaxLen.Get()) },
		"slowlog-log-slower-than":   s.applyThresholds,
		"latency-monitor-threshold": s.applyThresholds,
		"latency-tracking":          s.applyThresholds,
		"notify-keyspace-events":    s.events.follow,
		"tracking-table-max-keys":   s.tracking.limit,
		"maxmemory-policy":          s.applyUseCounting,
		"lfu-log-factor":            s.applyUseCounting,
		"lfu-decay-time":            s.applyUseCounting,
	} {
		apply()
		s.cfg.OnChange(directive, func() error { apply(); return nil })
	}
	s.cfg.OnChange("maxclients", s.applyMaxClients)
	s.cfg.OnChange("requirepass", s.passwordChanged)
	s.cfg.OnChange("port", s.listenAgain)
	s.cfg.OnChange("bind", func() error { return s.listenAnew(errBind) })
	s.cfg.OnChange("tls-port", s.secure.follow)
	s.cfg.OnChange("tls-port", s.listenAgain)
	for _, directive := range []string{
		"tls-cert-file", "tls-key-file", "tls-key-file-pass", "tls-ca-cert-file", "tls-ca-cert-dir", "tls-auth-clients",
		"tls-protocols", "tls-ciphers",
	} {
		s.cfg.OnChange(directive, s.secure.follow)
	}
}

// applyThresholds computes what every command is compared with.
func (s *Server) applyThresholds() {
	slow := int64(math.MaxInt64)
	if us := s.cfg.SlowlogSlowerThanUs.Get(); us >= 0 && us < slow/1000 {
		slow = us * 1000
	}
	if ms := s.cfg.LatencyThresholdMs.Get(); ms > 0 && ms < slow/1e6 {
		slow = ms * 1e6
	}
	s.stats.slowNanos.Store(slow)
	s.stats.tracking.Store(s.cfg.LatencyTracking.Get())
}

// applyUseCounting: uses of keys are counted while the policy chosen by name is
// one that goes by them. Eviction does not.
func (s *Server) applyUseCounting() {
	if !s.countsUses() {
		s.store.CountUses(nil)
		return
	}
	s.store.CountUses(&persistence.UseCounting{
		LogFactor: s.cfg.LFULogFactor.Get(), DecayMinutes: s.cfg.LFUDecayMinutes.Get(),
	})
}

// reservedFiles are the descriptors that are not clients': tables, log, sockets.
const reservedFiles = 1100

// applyMaxClients sees that the system lets the process have so many clients.
func (s *Server) applyMaxClients() error {
	want := s.cfg.MaxClients.Get()
	if able := raiseFileLimit(want+reservedFiles) - reservedFiles; able < want {
		return fmt.Errorf("The operating system is not able to handle the specified number of clients, try with %d", max(able, 1))
	}
	return nil
}

// raiseFileLimit lets the process open n files if it may, and returns how many
// it can open then.
func raiseFileLimit(n int64) int64 {
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &l) != nil || l.Cur > math.MaxInt64 || int64(l.Cur) >= n {
		return n
	}
	for _, hard := range []uint64{max(l.Max, uint64(n)), l.Max} { // beyond Max needs a privilege
		if unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: min(uint64(n), hard), Max: hard}) == nil {
			return int64(min(uint64(n), hard))
		}
	}
	return int64(l.Cur)
}

// fitMaxClients lowers maxclients at the start to what the system allows.
func (s *Server) fitMaxClients() error {
	want := s.cfg.MaxClients.Get()
	able := raiseFileLimit(want+reservedFiles) - reservedFiles
	if able >= want {
		return nil
	}
	if able < 1 {
		return fmt.Errorf("the limit of open files leaves no room for clients: raise it (ulimit -n) to %d", want+reservedFiles)
	}
	s.warnf("maxclients is lowered from %d to %d: raise the limit of open files (ulimit -n) to %d.", want, able, want+reservedFiles)
	return s.cfg.Set([]config.Pair{{Name: "maxclients", Value: strconv.FormatInt(able, 10)}}, true)
}
