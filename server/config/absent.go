package config

import "strings"

// absent maps how a directive's name begins to the feature it belongs to, for directives that Redis 7.0 knows and that
// ask for something which is not here. They are refused like any unknown name, but the operator hears why.
var absent = []struct{ prefix, feature string }{
	{"propagation-error-behavior", "replication"}, {"bind-source-addr", "replication"},
	{"tls-dh-", "TLS"}, {"tls-cluster", "TLS"}, {"tls-ciphersuites", "TLS"}, {"tls-prefer-", "TLS"},
	{"tls-session-", "TLS"},
	{"cluster-", "cluster mode"},
	{"sentinel", "Sentinel mode"},
	{"loadmodule", "modules"},
	{"socket-mark-id", "marking sockets"},
}

// missingFeature returns what a directive belongs to that is not in this version, "" if nothing is known of it.
func missingFeature(name string) string {
	for _, a := range absent {
		if strings.HasPrefix(name, a.prefix) {
			return a.feature
		}
	}
	if strings.Contains(name, ".") {
		return "modules" // a module's directives are named module.directive
	}
	return ""
}
