package config

// master is what a server that others follow goes by.
func (c *Config) master() []*row {
	return []*row{
		live("min-replicas-to-write", of(&c.MinReplicasToWrite, integer(0, maxInt)), "0",
			"Refuse writes while fewer replicas than this are connected and heard of lately; 0 never does.").
			aka("min-slaves-to-write"),
		live("min-replicas-max-lag", of(&c.MinReplicasMaxLagSec, integer(0, maxInt)), "10",
			"Seconds that count as lately; 0 switches both off.").aka("min-slaves-max-lag"),
		live("repl-ping-replica-period", of(&c.ReplPingSec, integer(1, maxInt)), "10",
			"Seconds between the PINGs that tell replicas that their master is there.").aka("repl-ping-slave-period"),
		live("repl-timeout", of(&c.ReplTimeoutSec, integer(1, maxInt)), "60",
			"Seconds of silence after which master or replica is given up."),
	}
}

func compatReplication() []*row {
	const (
		noFork = "A full sync streams a snapshot: there is no child process for replicas to share."
		noRing = "What replicas may come back for is the log on disk."
	)
	return []*row{
		compat("repl-diskless-sync", spare(yesNo), "yes",
			"Replicas that can take the file as it is made get it so; for others it lies on disk first."),
		compat("repl-diskless-sync-delay", spare(integer(0, maxInt)), "5", noFork),
		compat("repl-diskless-sync-max-replicas", spare(integer(0, maxInt)), "0", noFork),
		compat("repl-backlog-ttl", spare(integer(0, maxSize)), "3600", noRing),
		compat("repl-disable-tcp-nodelay", spare(yesNo), "no", "The stream is sent in large pieces anyway."),
	}
}
