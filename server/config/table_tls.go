package config

// AuthClients is whether clients must show a certificate.
type AuthClients int

// The choices of tls-auth-clients.
const (
	AuthClientsNo AuthClients = iota
	AuthClientsYes
	AuthClientsOptional
)

func (c *Config) tls() []*row {
	return []*row{
		live("tls-port", of(&c.TLSPort, integer(0, 65535)), "0", "TCP port for connections with TLS; 0 listens on none."),
		live("tls-cert-file", of(&c.TLSCertFile, str), "", "File of the server's certificate, followed by those that signed it."),
		live("tls-key-file", of(&c.TLSKeyFile, str), "", "Its private key."),
		live("tls-key-file-pass", of(&c.TLSKeyPass, str), "", "The passphrase of that key.").with(sensitive),
		live("tls-protocols", of(&c.TLSProtocols, str), "", "Versions of TLS to speak, such as `TLSv1.2 TLSv1.3`, which is the default; no gaps."),
		live("tls-ciphers", of(&c.TLSCiphers, str), "",
			"Cipher suites for TLS up to 1.2, by their names or as expressions of OpenSSL; empty is a safe choice."),
		live("tls-auth-clients", of(&c.TLSAuthClients, enum[AuthClients]("no", "yes", "optional")), "yes",
			"Whether clients must show a certificate that `tls-ca-cert-file` or `-dir` trusts: `yes`, `no`, or `optional`, if they show one."),
	}
}
