// Package tls talks to Cairn through TLS: with the clients of Go and of Debian, with and without certificates of
// clients, many at once, and with more bytes than any buffer takes.
package tls
