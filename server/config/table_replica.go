package config

// replica is what a server that follows another one goes by.
func (c *Config) replica() []*row {
	return []*row{
		live("replicaof", of(&c.ReplicaOf, master), "",
			"Host and port of the master to follow; REPLICAOF changes it.").aka("slaveof").with(immutable | multiArg),
		live("masterauth", of(&c.MasterAuth, str), "", "Password that the master asks for.").with(sensitive),
		live("masteruser", of(&c.MasterUser, str), "", "User to be at the master; empty is the default user.").with(sensitive),
		live("replica-serve-stale-data", of(&c.ServeStale, yesNo), "yes",
			"Whether a replica without its master answers from what it has, or with MASTERDOWN.").aka("slave-serve-stale-data"),
		live("replica-priority", of(&c.ReplicaPriority, integer(0, maxInt)), "100",
			"Sentinel promotes the replica whose number is lowest; 0 never.").aka("slave-priority"),
		live("replica-announced", of(&c.ReplicaAnnounced, yesNo), "yes", "Whether Sentinel tells clients of this replica."),
		live("replica-announce-ip", of(&c.AnnounceIP, str), "",
			"Address to tell the master, if it is not the one that it sees.").aka("slave-announce-ip"),
		live("replica-announce-port", of(&c.AnnouncePort, integer(0, 65535)), "0",
			"Port to tell the master; 0 is `port`.").aka("slave-announce-port"),
		live("tls-replication", of(&c.TLSReplication, yesNo), "no", "Connect to the master with TLS."),
		live("tls-ca-cert-file", of(&c.TLSCAFile, str), "", "File of the certificates that those of masters and clients must be signed by."),
		live("tls-ca-cert-dir", of(&c.TLSCADir, str), "", "Directory of such files."),
		live("tls-client-cert-file", of(&c.TLSClientCertFile, str), "",
			"Certificate to show to the master; empty is `tls-cert-file`."),
		live("tls-client-key-file", of(&c.TLSClientKeyFile, str), "", "Its private key."),
		live("tls-client-key-file-pass", of(&c.TLSClientKeyPass, str), "", "The passphrase of that key.").with(sensitive),
	}
}

func compatReplica() []*row {
	const atOnce = "New data are built beside the old ones, and replace them in one step."
	return []*row{
		compat("replica-read-only", spare(yesNo), "yes",
			"A replica takes no writes but its master's, whatever this says: its log is the master's.").aka("slave-read-only"),
		compat("repl-diskless-load", spare(enum[int]("disabled", "on-empty-db", "swapdb")), "disabled", atOnce),
		compat("replica-lazy-flush", spare(yesNo), "no", atOnce).aka("slave-lazy-flush"),
		compat("replica-ignore-maxmemory", spare(yesNo), "yes", "`maxmemory` bounds memory, not data.").aka("slave-ignore-maxmemory"),
		compat("replica-ignore-disk-write-errors", spare(yesNo), "no", "A replica whose log fails waits until it can be written."),
		compat("rdb-del-sync-files", spare(yesNo), "no", "A full sync leaves no file behind."),
	}
}
