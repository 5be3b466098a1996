package config

import "math"

const (
	maxInt  = math.MaxInt32 // bound of what Redis keeps in an int
	maxSize = math.MaxInt64
	oneMiB  = 1 << 20
)

// table is the configuration table. README's order is this one.
func (c *Config) table() []*row {
	parts := [][]*row{
		c.network(), c.process(), c.durability(), c.master(), c.replica(), c.memory(), c.observability(), c.encodings(), c.tls(),
		compatPersistence(), compatReplication(), compatReplica(), compatMemory(), compatProcess(), fileOnlyRows(),
	}
	var rows []*row
	for _, part := range parts {
		rows = append(rows, part...)
	}
	return rows
}

func (c *Config) network() []*row {
	return []*row{
		live("bind", of(&c.Bind, addresses), "* -::*",
			"Addresses to listen on; with a leading `-` one that may be missing.").with(multiArg | hooked),
		live("port", of(&c.Port, integer(0, 65535)), "6379", "TCP port; 0 listens on none.").with(hooked),
		live("protected-mode", of(&c.ProtectedMode, yesNo), "yes",
			"Without a password, refuse clients from other machines."),
		live("tcp-backlog", of(&c.TCPBacklog, integer(0, maxInt)), "511",
			"Connections the system may hold before they are accepted.").with(immutable),
		live("tcp-keepalive", of(&c.TCPKeepaliveSec, integer(0, maxInt)), "300",
			"Seconds between keepalive probes; 0 sends none."),
		live("unixsocket", of(&c.UnixSocket, str), "", "Path of a unix socket to listen on.").with(immutable),
		live("unixsocketperm", of(&c.UnixSocketPerm, octal(0, 0o777)), "0",
			"Permission of the unix socket, in octal; 0 leaves it to the umask.").with(immutable),
		live("timeout", of(&c.IdleTimeoutSec, integer(0, maxInt)), "0",
			"Seconds after which an idle client is closed; 0 is never."),
		live("maxclients", of(&c.MaxClients, integer(1, math.MaxUint32)), "10000", "Clients connected at one time."),
		live("requirepass", of(&c.RequirePass, str), "", "Password of the default user.").with(sensitive),
		live("user", of(&c.Users, userLines), "", "A user and its rules, in files only: `user NAME RULE...`.").with(multiArg | adds | stated | sensitive),
		live("aclfile", of(&c.ACLFile, str), "", "File that holds the users; empty keeps them in the configuration.").with(immutable),
		live("acl-pubsub-default", of(&c.NewChannels, enum[NewChannels]("allchannels", "resetchannels")), "resetchannels",
			"Whether new users may use `allchannels` or none, `resetchannels`."),
		live("acllog-max-len", of(&c.ACLLogMaxLen, count), "128", "Entries that ACL LOG keeps."),
	}
}

func (c *Config) process() []*row {
	protection := enum[Protection]("no", "yes", "local")
	return []*row{
		live("databases", of(&c.Databases, integer(1, maxInt)), "16", "Databases that SELECT reaches.").with(immutable),
		live("pidfile", of(&c.PidFile, str), "", "File to write the process id to.").with(immutable),
		live("logfile", of(&c.LogFile, str), "", "File to log to; empty is standard output.").with(immutable),
		live("loglevel", of(&c.LogLevel, enum[LogLevel]("debug", "verbose", "notice", "warning")), "notice",
			"Least important message to log: `debug`, `verbose`, `notice` or `warning`."),
		live("busy-reply-threshold", of(&c.BusyReplyThresholdMs, integer(0, math.MaxInt64)), "5000",
			"Milliseconds after which a script that still runs makes other clients be answered `BUSY`; 0 never.").
			aka("lua-time-limit"),
		live("supervised", of(&c.Supervised, enum[Supervision]("systemd", "auto", "no")), "no",
			"Tell `systemd` when the server is ready; `auto` if it asks.").with(immutable),
		live("daemonize", spare(yesNo), "no", "Only `no`: the server runs in the foreground.").with(immutable).
			onlyAs("no", "Cairn runs in the foreground; let the service manager put it in the background"),
		live("syslog-enabled", spare(yesNo), "no", "Only `no`: the log goes to `logfile`.").with(immutable).
			onlyAs("no", "Cairn does not log to syslog; set logfile, or log to standard output"),
		live("enable-debug-command", of(&c.DebugCommand, protection), "no",
			"Who may call DEBUG: `no`, `yes` or `local` clients.").with(immutable),
		live("enable-protected-configs", of(&c.ProtectedSets, protection), "no",
			"Who may CONFIG SET protected directives: `no`, `yes` or `local` clients.").with(immutable),
		live("enable-module-command", of(&c.ModuleCommand, protection), "no",
			"Who may call MODULE LOAD, which never succeeds: `no`, `yes` or `local` clients.").with(immutable),
	}
}

func (c *Config) durability() []*row {
	return []*row{
		live("dir", of(&c.Dir, directory), "cairn-data", "Directory of the data.").with(immutable),
		live("appendonly", spare(yesNo), "yes", "Always `yes`: every write goes to the log before it is acknowledged.").
			onlyAs("yes", "Cairn's log is always on; appendfsync says when it is synced").orNotice(),
		live("appendfsync", of(&c.AppendFsync, enum[Fsync]("everysec", "always", "no")), "always",
			"When the log is synced: before each reply, every second, or when the system likes."),
		live("save", of(&c.Save, savePoints), "3600 1 300 100 60 10000",
			"Start a checkpoint after so many seconds if so many keys changed. The log keeps writes safe in between.").
			with(multiArg | adds),
		live("repl-backlog-size", of(&c.ReplBacklogBytes, clamped(memory(1, maxSize), 16<<10, maxSize)), "1mb",
			"Bytes of log kept behind the last checkpoint for replicas that come back; 16kb at least."),
		live("shutdown-timeout", of(&c.ShutdownTimeoutSec, integer(0, maxInt)), "10",
			"Seconds that SHUTDOWN waits for replicas to catch up."),
		live("shutdown-on-sigint", of(&c.ShutdownOnSIGINT, shutdownFlags), "default",
			"Arguments of the SHUTDOWN that SIGINT does: `default`, or `save`, `nosave`, `now`, `force`.").with(multiArg),
		live("shutdown-on-sigterm", of(&c.ShutdownOnSIGTERM, shutdownFlags), "default",
			"The same for SIGTERM.").with(multiArg),
		live("cairn-log-segment-size", of(&c.LogSegmentBytes, memory(64<<10, 1<<40)), "64mb",
			"Size of a log file; the next one starts when it is full.").with(immutable),
		live("cairn-checkpoint-dirty", of(&c.CheckpointDirtyBytes, memory(0, maxSize)), "0",
			"Bytes of changed data that start a checkpoint; 0 is a share of `maxmemory`."),
		live("cairn-backup-log-size", of(&c.BackupLogBytes, memory(0, maxSize)), "1gb",
			"Bytes of log kept after a backup, at most, for the next one to go on from; 0 keeps none."),
		live("cairn-test-evict", of(&c.TestEvict, yesNo), "no",
			"For tests: evict whatever can be after each command.").with(hidden),
	}
}

func (c *Config) memory() []*row {
	return []*row{
		live("maxmemory", of(&c.MaxMemoryBytes, memory(0, maxSize)), "0",
			"Bound of the server's memory, not of its data; 0 is half of what the machine or its cgroup has."),
		live("proto-max-bulk-len", of(&c.ProtoMaxBulkBytes, memory(oneMiB, maxSize)), "512mb",
			"Longest argument of a command, and longest string."),
		live("client-query-buffer-limit", of(&c.QueryBufferLimitBytes, memory(oneMiB, maxSize)), "1gb",
			"Most bytes a client may send ahead of what is executed."),
		live("client-output-buffer-limit", of(&c.OutputLimits, outputLimits),
			"normal 0 0 0 replica 256mb 64mb 60 pubsub 32mb 8mb 60",
			"For a class of clients, the pending replies that close one: at once, or for so many seconds.").with(multiArg),
		live("tracking-table-max-keys", of(&c.TrackingTableMaxKeys, count), "1000000",
			"Keys remembered for clients that cache them; those beyond count as changed; 0 is no limit."),
		live("lfu-log-factor", of(&c.LFULogFactor, integer(0, maxInt)), "10",
			"How slowly OBJECT FREQ grows with the use of a key, under an LFU policy."),
		live("lfu-decay-time", of(&c.LFUDecayMinutes, integer(0, maxInt)), "1",
			"Minutes without use that take one off OBJECT FREQ; 0 never."),
	}
}

func (c *Config) observability() []*row {
	return []*row{
		live("slowlog-log-slower-than", of(&c.SlowlogSlowerThanUs, integer(-1, maxSize)), "10000",
			"Microseconds from which a command is slow; -1 logs none."),
		live("slowlog-max-len", of(&c.SlowlogMaxLen, count), "128", "Slow commands remembered."),
		live("latency-monitor-threshold", of(&c.LatencyThresholdMs, count), "0",
			"Milliseconds from which LATENCY records an event; 0 is off."),
		live("latency-tracking", of(&c.LatencyTracking, yesNo), "yes", "Keep a latency histogram of each command."),
		live("latency-tracking-info-percentiles", of(&c.LatencyTrackPercentiles, percentiles), "50 99 99.9",
			"Percentiles that INFO shows of them.").with(multiArg),
		live("notify-keyspace-events", of(&c.KeyspaceEvents, keyspaceEvents), "",
			"Events of keys to publish: letters for their classes, and `K` or `E` for the channels."),
	}
}

func (c *Config) encodings() []*row {
	return []*row{
		live("list-max-listpack-size", of(&c.ListMaxListpackSize, integer(math.MinInt32, maxInt)), "-2",
			"Largest listpack of a list, in entries or, as -1 to -5, 4 to 64 kb.").aka("list-max-ziplist-size"),
		live("hash-max-listpack-entries", of(&c.HashMaxListpackEntries, count), "512",
			"Fields of the largest hash kept as a listpack.").aka("hash-max-ziplist-entries"),
		live("hash-max-listpack-value", of(&c.HashMaxListpackValueBytes, memory(0, maxSize)), "64",
			"Longest field or value in it.").aka("hash-max-ziplist-value"),
		live("set-max-intset-entries", of(&c.SetMaxIntsetEntries, count), "512",
			"Members of the largest set of integers kept as an intset."),
		live("zset-max-listpack-entries", of(&c.ZSetMaxListpackEntries, count), "128",
			"Members of the largest sorted set kept as a listpack.").aka("zset-max-ziplist-entries"),
		live("zset-max-listpack-value", of(&c.ZSetMaxListpackValueBytes, memory(0, maxSize)), "64",
			"Longest member in it.").aka("zset-max-ziplist-value"),
		live("stream-node-max-bytes", of(&c.StreamNodeMaxBytes, memory(0, maxSize)), "4096",
			"Bytes of a stream's node; 0 is no limit."),
		live("stream-node-max-entries", of(&c.StreamNodeMaxEntries, count), "100",
			"Entries of a stream's node; 0 is no limit."),
		live("rdbcompression", of(&c.RDBCompression, yesNo), "yes", "Compress what DUMP returns and what RDB files hold."),
		live("hll-sparse-max-bytes", of(&c.HyperLogLogSparseMaxBytes, memory(0, maxSize)), "3000",
			"Longest sparse form of a HyperLogLog."),
	}
}
