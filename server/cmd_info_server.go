package server

import (
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func (s *Server) infoServer(t *infoText) {
	now := time.Now()
	up := int64(now.Sub(s.started).Seconds())
	t.add("redis_version", RedisVersion)
	t.add("cairn_version", Version)
	t.infoBuild()
	t.add("redis_mode", "standalone")
	t.add("os", systemName())
	t.add("arch_bits", 32<<(^uint(0)>>63))
	t.add("monotonic_clock", "POSIX clock_gettime")
	t.add("multiplexing_api", "epoll")
	t.add("atomicvar_api", "sync/atomic")
	t.add("gcc_version", "0.0.0")
	t.add("go_version", runtime.Version())
	t.add("process_id", os.Getpid())
	t.add("process_supervised", s.supervisor.name())
	t.add("run_id", s.runID)
	t.add("tcp_port", s.cfg.Port.Get())
	t.add("server_time_usec", now.UnixMicro())
	t.add("uptime_in_seconds", up)
	t.add("uptime_in_days", up/(24*3600))
	t.add("hz", s.cfg.Text("hz"))
	t.add("configured_hz", s.cfg.Text("hz"))
	t.add("lru_clock", now.Unix()&(1<<24-1))
	t.add("executable", executable())
	t.add("config_file", s.cfg.File())
	t.add("io_threads_active", 0)
}

func (t *infoText) infoBuild() {
	commit, dirty := revision()
	if commit == "" {
		commit = "00000000"
	}
	t.add("redis_git_sha1", commit[:8])
	t.flag("redis_git_dirty", dirty)
	t.add("redis_build_id", commit)
}

// systemName is the operating system, its version and the machine, as uname
// tells them.
func systemName() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return runtime.GOOS + " " + runtime.GOARCH
	}
	return strings.Join([]string{unix.ByteSliceToString(u.Sysname[:]), unix.ByteSliceToString(u.Release[:]),
		unix.ByteSliceToString(u.Machine[:])}, " ")
}

func executable() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

func (s *Server) infoClients(t *infoText) {
	clients := s.everyClient()
	var maxIn, maxOut int64
	for _, c := range clients {
		maxIn = max(maxIn, c.shared.inBytes.Load()+c.shared.inFree.Load())
		maxOut = max(maxOut, c.shared.outBytes.Load())
	}
	t.add("connected_clients", len(clients))
	t.add("cluster_connections", 0)
	t.add("maxclients", s.cfg.MaxClients.Get())
	t.add("client_recent_max_input_buffer", maxIn)
	t.add("client_recent_max_output_buffer", maxOut)
	t.add("blocked_clients", s.waiters.count.Load()+s.pause.waiting())
	tracking, _, _, _ := s.tracking.counts()
	t.add("tracking_clients", tracking)
	t.add("clients_in_timeout_table", s.waiters.timed.Load())
}

func (s *Server) infoCPU(t *infoText) {
	self, children := usage(unix.RUSAGE_SELF), usage(unix.RUSAGE_CHILDREN)
	t.addf("used_cpu_sys", "%.6f", seconds(self.Stime))
	t.addf("used_cpu_user", "%.6f", seconds(self.Utime))
	t.addf("used_cpu_sys_children", "%.6f", seconds(children.Stime))
	t.addf("used_cpu_user_children", "%.6f", seconds(children.Utime))
	// There is no main thread.
	t.addf("used_cpu_sys_main_thread", "%.6f", 0.0)
	t.addf("used_cpu_user_main_thread", "%.6f", 0.0)
}

func usage(who int) unix.Rusage {
	var u unix.Rusage
	_ = unix.Getrusage(who, &u) // cannot fail with these arguments
	return u
}

func seconds(t unix.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

func (s *Server) infoKeyspace(t *infoText) {
	for n := range s.store.Databases() {
		keys, expires, err := s.store.Keys(n)
		if err != nil {
			s.warnf("INFO: counting the keys of database %d: %v", n, err)
			continue
		}
		if keys > 0 {
			t.addf(databaseName(n), "keys=%d,expires=%d,avg_ttl=0", keys, expires)
		}
	}
}
