// Package migrate moves keys with MIGRATE between servers: from Cairn to a redis-server and to Cairn. What a
// redis-server answers to the same call is what Cairn has to answer, and no change that a client makes while a key
// moves may be lost.
package migrate
