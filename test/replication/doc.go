// Package replication tests that servers follow each other: Cairn and redis-server as masters and replicas, alone and
// in chains, under random commands, with connections cut and processes killed.
//
// A node (node.go) is a server with a connection to it; a proxy (proxy.go) stands between two of them, and cuts or
// holds what goes through; fill (workload.go) makes random commands of all types. What a test asserts is mostly one
// thing: inSync waits until a replica has its master's offset, and then DEBUG DIGEST must be the same number on both.
//
// Each test has a few rounds; CAIRN_REPLICATION_ROUNDS, a number, makes them more.
package replication
