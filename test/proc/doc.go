// Package proc starts and stops the servers that tests talk to: redis-server, which is the oracle, and Cairn.
//
//	redis := proc.StartRedis(t)                      // empty, no persistence
//	cairn := proc.StartCairn(t, "--maxmemory", "64mb") // built once for the test process
//	cairn.Kill9(); cairn.Start()                     // crash and recovery, same directory, same port
//
// A server listens on a free port of the loopback interface, has a directory of its own that lives as long as the test,
// and is ended by its pid when the test ends. What it printed is shown if the test failed. A test also fails when its
// server printed a data race or a panic, or did not end cleanly when asked to.
//
// A package that starts Cairn has this TestMain, which removes the built binary:
//
//	func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }
//
// Environment: CAIRN_RACE=1 builds Cairn with the race detector; CAIRN_REDIS names the redis-server to use, which must
// be of version 7.0, for the tests compare its bytes.
package proc
