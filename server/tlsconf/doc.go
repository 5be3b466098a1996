// Package tlsconf reads the directives of TLS that are written in OpenSSL's terms: versions of the protocol, cipher
// suites, and private keys with a passphrase.
//
// What crypto/tls cannot do is refused with a reason: a set of versions with a gap, and suites that it does not have.
package tlsconf
