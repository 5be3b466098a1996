package server

import "runtime/debug"

const (
	// RedisVersion is the version of Redis whose commands Cairn speaks. Clients
	// decide by it what they may send.
	RedisVersion = "7.0.15"
	// Version is Cairn's own.
	Version = "0.1.0"
)

// revision is what this binary was built from, if the build knew.
func revision() (commit string, dirty bool) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", false
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.modified":
			dirty = s.Value == "true"
		}
	}
	return commit, dirty
}
