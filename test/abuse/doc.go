// Package abuse is bad weather for the front door: garbage, half-sent commands,
// readers that never read, very many connections. The server may answer with an
// error or close a connection; it may not crash, spin, or make others wait.
package abuse
