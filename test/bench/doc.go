// Command bench measures Cairn beside redis-server on the same machine in the
// same run, and prints the figures as tables. Nothing here is a test: it fails
// only if it cannot measure.
//
//	go run ./test/bench throughput   SET and GET, medians of interleaved rounds
//	go run ./test/bench collections  lists, hashes, sets, sorted sets, the same way (-fsync always)
//	go run ./test/bench deep         single commands on collections of up to 10 million members; draws a plot
//	go run ./test/bench churn        a trimmed leaderboard and a queue, for long
//	go run ./test/bench small        RAM a member of many small collections
//	go run ./test/bench sustained    many SETs over many keys, checkpoints included
//	go run ./test/bench resident     RAM a key, and what the garbage collector takes
//	go run ./test/bench larger       more data than memory, in a bounded control group
//	go run ./test/bench whole        collections larger than memory read as a whole, beside another client (look)
//	go run ./test/bench recovery     replaying the log after SIGKILL
//	go run ./test/bench replica      as a replica: repeating a stream, full sync, lag (-parts apply,full,lag)
//	go run ./test/bench fullsync     what clients lose while a replica takes everything
//	go run ./test/bench backup       SETs while backups are taken, and while none is
//	go run ./test/bench rdb          cairn import and export beside loading and BGSAVE of the same file
//	go run ./test/bench streams      producers, consumers and groups; XRANGE by id in up to 10 million entries
//	go run ./test/bench scripts      EVALSHA, FCALL, MULTI with ten INCRs and EXEC
//	go run ./test/bench publish      PUBLISH to a hundred subscribers
//
// Machines are shared and noisy: the two servers take turns within each round,
// ratios are taken round by round, and the CPU time an operation costs the
// server stands beside the rate, as the steadier figure. The load comes from
// redis-benchmark, on the same processors as the server under test.
package main
