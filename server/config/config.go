package config

import (
	"fmt"
	"strings"
	"sync"
)

// Fsync is when the log is synced to disk.
type Fsync int

// The values of appendfsync.
const (
	FsyncEverySec Fsync = iota
	FsyncAlways
	FsyncNo
)

// LogLevel is how much is logged: a message is written if its level is at least this.
type LogLevel int

// The values of loglevel.
const (
	LogDebug LogLevel = iota
	LogVerbose
	LogNotice
	LogWarning
)

// Supervision is who is told that the server is ready.
type Supervision int

// The values of supervised.
const (
	SupervisedSystemd Supervision = iota
	SupervisedAuto                // systemd if it asks to be told, through NOTIFY_SOCKET
	SupervisedNo
)

// Protection is who may do a dangerous thing.
type Protection int

// The values of enable-debug-command and its like.
const (
	ProtectNo Protection = iota
	ProtectYes
	ProtectLocal
)

// Allows tells whether a client may; local is one that came through loopback or the unix socket.
func (p Protection) Allows(local bool) bool { return p == ProtectYes || p == ProtectLocal && local }

// Config is the configuration of one server. All methods are safe for concurrent use, and so is reading its fields,
// which change only through Load and Set. The table says what each means; here stand the units.
type Config struct {
	Bind                    Value[[]string] // a leading - means: go on without it if the machine does not have this address
	Port                    Value[int64]
	ProtectedMode           Value[bool]
	TCPBacklog              Value[int64]
	TCPKeepaliveSec         Value[int64]
	UnixSocket              Value[string] // "" is none
	UnixSocketPerm          Value[int64]  // permission bits, 0 leaves them to the umask
	IdleTimeoutSec          Value[int64]  // 0 is never
	MaxClients              Value[int64]
	RequirePass             Value[string] // "" is none
	TLSPort                 Value[int64]
	TLSCertFile, TLSKeyFile Value[string]
	TLSKeyPass              Value[string]
	TLSProtocols            Value[string] // "" is TLS 1.2 and 1.3
	TLSCiphers              Value[string] // "" is the choice of crypto/tls
	TLSAuthClients          Value[AuthClients]
	ACLFile                 Value[string]   // "" is none
	Users                   Value[[]string] // as lines of an ACL file, without the word user
	NewChannels             Value[NewChannels]
	ACLLogMaxLen            Value[int64]

	Databases Value[int64]
	PidFile   Value[string]
	LogFile   Value[string] // "" is standard output
	LogLevel  Value[LogLevel]

	BusyReplyThresholdMs Value[int64]
	Supervised           Value[Supervision]
	DebugCommand         Value[Protection]
	ModuleCommand        Value[Protection]
	ProtectedSets        Value[Protection] // who may CONFIG SET what is protected

	Dir                  Value[string] // absolute
	Save                 Value[[]SavePoint]
	AppendFsync          Value[Fsync]
	ReplBacklogBytes     Value[int64]
	ShutdownTimeoutSec   Value[int64]
	ShutdownOnSIGINT     Value[ShutdownFlags]
	ShutdownOnSIGTERM    Value[ShutdownFlags]
	LogSegmentBytes      Value[int64]
	CheckpointDirtyBytes Value[int64] // 0 is a share of MaxMemoryBytes
	BackupLogBytes       Value[int64]
	TestEvict            Value[bool]

	MinReplicasToWrite   Value[int64] // 0 is off
	MinReplicasMaxLagSec Value[int64] // 0 is off
	ReplPingSec          Value[int64]
	ReplTimeoutSec       Value[int64]

	ReplicaOf         Value[Master]
	MasterAuth        Value[string] // "" is none
	MasterUser        Value[string] // "" is the default user
	ServeStale        Value[bool]
	ReplicaPriority   Value[int64] // 0: never to be promoted
	ReplicaAnnounced  Value[bool]
	AnnounceIP        Value[string] // "" is that of the connection
	AnnouncePort      Value[int64]  // 0 is Port
	TLSReplication    Value[bool]
	TLSCAFile         Value[string]
	TLSCADir          Value[string]
	TLSClientCertFile Value[string]
	TLSClientKeyFile  Value[string]
	TLSClientKeyPass  Value[string]

	MaxMemoryBytes        Value[int64] // 0 is half of what the machine or its cgroup has
	ProtoMaxBulkBytes     Value[int64]
	QueryBufferLimitBytes Value[int64]
	OutputLimits          Value[OutputLimits]
	TrackingTableMaxKeys  Value[int64] // 0 is no limit
	LFULogFactor          Value[int64]
	LFUDecayMinutes       Value[int64] // 0 is never

	SlowlogSlowerThanUs     Value[int64] // -1 is off
	SlowlogMaxLen           Value[int64]
	LatencyThresholdMs      Value[int64] // 0 is off
	LatencyTracking         Value[bool]
	LatencyTrackPercentiles Value[[]float64]
	KeyspaceEvents          Value[KeyspaceEvents]

	ListMaxListpackSize       Value[int64] // entries or, as -1 to -5, 4 to 64 KiB a node
	HashMaxListpackEntries    Value[int64]
	HashMaxListpackValueBytes Value[int64]
	SetMaxIntsetEntries       Value[int64]
	ZSetMaxListpackEntries    Value[int64]
	ZSetMaxListpackValueBytes Value[int64]
	StreamNodeMaxBytes        Value[int64] // 0 is no limit
	StreamNodeMaxEntries      Value[int64] // 0 is no limit
	RDBCompression            Value[bool]
	HyperLogLogSparseMaxBytes Value[int64]

	// mu guards what is below, and makes CONFIG SET, GET and REWRITE one after another. Hooks run under it.
	mu      sync.Mutex
	rows    []*row
	byName  map[string]*row // aliases too
	file    string          // absolute path of the main file, "" if there is none
	renames []Rename
	notices []string
}

// New returns a configuration that holds the defaults.
func New() *Config {
	c := &Config{byName: make(map[string]*row)}
	c.rows = c.table()
	for _, r := range c.rows {
		r.setDefault()
		c.byName[r.name] = r
		if r.alias != "" {
			c.byName[r.alias] = r
		}
	}
	return c
}

// OnChange registers fn to run whenever a CONFIG SET changes the directive, after the new values are stored and before
// the client hears of it. If fn fails, its error is the reply's reason, everything that the CONFIG SET changed is put
// back, and the hooks that ran, fn included, run again to apply the old values. fn reads the fields of Config; it must
// not call Config's methods, which would wait for themselves. It panics if there is no such directive.
func (c *Config) OnChange(directive string, fn func() error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.byName[directive]
	if r == nil {
		panic(fmt.Sprintf("config: no directive %q", directive))
	}
	r.hooks = append(r.hooks, fn)
}

// Sensitive tells whether a directive's value is a secret, which logs, SLOWLOG and MONITOR must not show.
func (c *Config) Sensitive(directive string) bool {
	r := c.visible(directive)
	return r != nil && r.is(sensitive)
}

// visible finds the row that CONFIG knows by this name, in any case; nil if it knows none.
func (c *Config) visible(name string) *row {
	r := c.byName[strings.ToLower(name)]
	if r == nil || r.class == FileOnly || r.is(stated) {
		return nil
	}
	return r
}
