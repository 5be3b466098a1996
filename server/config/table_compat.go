package config

func compatPersistence() []*row {
	const (
		noFork = "There is no child process: checkpoints are written beside the traffic."
		noAOF  = "The log is cut into segments and folded into checkpoints, never rewritten."
	)
	return []*row{
		compat("dbfilename", spare(baseName("dbfilename", "filename", true)), "dump.rdb",
			"Data rests in Cairn's own files.").with(protected),
		compat("rdbchecksum", spare(yesNo), "yes", "What is on disk always has checksums.").with(immutable),
		compat("rdb-save-incremental-fsync", spare(yesNo), "yes", noFork),
		compat("sanitize-dump-payload", spare(enum[int]("no", "yes", "clients")), "no",
			"Foreign payloads are always checked in full."),
		compat("stop-writes-on-bgsave-error", spare(yesNo), "yes",
			"Writes stop when the log cannot be written, whatever this says."),
		compat("appendfilename", spare(baseName("appendfilename", "filename", false)), "appendonly.aof",
			"Cairn names its files.").with(immutable),
		compat("appenddirname", spare(baseName("appenddirname", "dirname", false)), "appendonlydir",
			"Cairn names its files.").with(immutable),
		compat("no-appendfsync-on-rewrite", spare(yesNo), "no", noAOF),
		compat("auto-aof-rewrite-percentage", spare(integer(0, maxInt)), "100", noAOF),
		compat("auto-aof-rewrite-min-size", spare(memory(0, maxSize)), "64mb", noAOF),
		compat("aof-rewrite-incremental-fsync", spare(yesNo), "yes", noAOF),
		compat("aof-disable-auto-gc", spare(yesNo), "no", noAOF),
		compat("aof-use-rdb-preamble", spare(yesNo), "yes", noAOF),
		compat("aof-timestamp-enabled", spare(yesNo), "no", "Log records always carry their time."),
		compat("aof-load-truncated", spare(yesNo), "yes",
			"A torn tail is cut if it was never acknowledged as synced, and refused otherwise."),
	}
}

func compatMemory() []*row {
	const (
		noEviction = "Keys are never evicted for room: what does not fit in memory rests on disk."
		noDefrag   = "There is no allocator to defragment."
		lazy       = "Deleting is always lazy: one of any size takes the same short time."
	)
	policies := []string{
		"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu",
		"allkeys-random", "noeviction",
	}
	percent := integer(1, 99)
	return []*row{
		compat("maxmemory-policy", spare(enum[int](policies...)), "noeviction", noEviction),
		compat("maxmemory-samples", spare(integer(1, maxInt)), "5", noEviction),
		compat("maxmemory-eviction-tenacity", spare(integer(0, 100)), "10", noEviction),
		compat("maxmemory-clients", spare(memoryOrPercent()), "0",
			"Clients are bounded one by one, by their query and output buffer limits."),
		compat("lazyfree-lazy-eviction", spare(yesNo), "no", lazy),
		compat("lazyfree-lazy-expire", spare(yesNo), "no", lazy),
		compat("lazyfree-lazy-server-del", spare(yesNo), "no", lazy),
		compat("lazyfree-lazy-user-del", spare(yesNo), "no", lazy),
		compat("lazyfree-lazy-user-flush", spare(yesNo), "no", lazy),
		compat("list-compress-depth", spare(integer(0, maxInt)), "0", "Lists are compressed on disk, not in memory."),
		compat("activerehashing", spare(yesNo), "yes", "The index grows without a rehash to spread over time."),
		compat("activedefrag", spare(yesNo), "no", noDefrag).
			onlyAs("no", "Active defragmentation cannot be enabled: it requires a Redis server compiled with a "+
				"modified Jemalloc like the one shipped by default with the Redis source distribution"),
		compat("active-defrag-cycle-min", spare(percent), "1", noDefrag),
		compat("active-defrag-cycle-max", spare(percent), "25", noDefrag),
		compat("active-defrag-threshold-lower", spare(integer(0, 1000)), "10", noDefrag),
		compat("active-defrag-threshold-upper", spare(integer(0, 1000)), "100", noDefrag),
		compat("active-defrag-max-scan-fields", spare(integer(1, maxSize)), "1000", noDefrag),
		compat("active-defrag-ignore-bytes", spare(memory(1, maxSize)), "100mb", noDefrag),
		compat("jemalloc-bg-thread", spare(yesNo), "yes", "There is no jemalloc."),
	}
}

func compatProcess() []*row {
	const (
		noLoop    = "There is no timer loop whose rate could be set."
		noThreads = "Every core is used without being asked; GOMAXPROCS bounds them."
		noPinning = "Threads are not pinned; use taskset or the service manager."
		noTitle   = "The process keeps its title."
		noCrash   = "A crash always prints a stack trace."
		noOOM     = "The score is left to the service manager."
		noSyslog  = "The log does not go to syslog."
	)
	facilities := []string{"user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"}
	hz := clamped(integer(0, maxInt), 1, 500)
	return []*row{
		compat("hz", spare(hz), "10", noLoop),
		compat("dynamic-hz", spare(yesNo), "yes", noLoop),
		compat("active-expire-effort", spare(integer(1, 10)), "1", "Expired keys are found by an index, not by sampling."),
		compat("io-threads", spare(integer(1, 128)), "1", noThreads).with(immutable),
		compat("io-threads-do-reads", spare(yesNo), "no", noThreads).with(immutable),
		compat("server_cpulist", spare(str), "", noPinning).with(immutable),
		compat("bio_cpulist", spare(str), "", noPinning).with(immutable),
		compat("aof_rewrite_cpulist", spare(str), "", noPinning).with(immutable),
		compat("bgsave_cpulist", spare(str), "", noPinning).with(immutable),
		compat("oom-score-adj", spare(enum[int]("no", "yes", "relative", "absolute")), "no", noOOM),
		compat("oom-score-adj-values", spare(oomScores), "0 200 800", noOOM).with(multiArg),
		compat("disable-thp", spare(yesNo), "yes", "Without fork, transparent huge pages do no harm.").with(immutable),
		compat("crash-log-enabled", spare(yesNo), "yes", noCrash),
		compat("crash-memcheck-enabled", spare(yesNo), "yes", noCrash),
		compat("ignore-warnings", spare(str), "", "The warning it silences concerns fork."),
		compat("always-show-logo", spare(yesNo), "no", "There is no logo.").with(immutable),
		compat("set-proc-title", spare(yesNo), "yes", noTitle).with(immutable),
		compat("proc-title-template", spare(titleTemplate), "{title} {listen-addr} {server-mode}", noTitle),
		compat("syslog-ident", spare(str), "redis", noSyslog).with(immutable),
		compat("syslog-facility", spare(enum[int](facilities...)), "local0", noSyslog).with(immutable),
	}
}

// fileOnlyRows are what the stock redis.conf of versions 5 to 7 states about features that are not here.
func fileOnlyRows() []*row {
	const (
		noReplicas = "Replication is not in this version."
		obsolete   = "Obsolete; Redis 7.0 ignores it too."
	)
	return []*row{
		fileOnly("list-max-ziplist-entries", spare(str), "", obsolete),
		fileOnly("list-max-ziplist-value", spare(str), "", obsolete),
		fileOnly("lua-replicate-commands", spare(str), "", obsolete),
	}
}
