// Package test holds no code: the packages below it test Cairn from outside, over its sockets, against redis-server 7.0
// as the oracle. Nothing outside test imports them.
//
//	client        a RESP client that keeps the exact bytes of replies
//	proc          starting, stopping and killing servers
//	diff          scripts of commands, run on both servers, replies compared (its doc.go tells the language)
//	diff/random   the same with random histories, and a failing one cut down to a few lines
//	tools         import, export and check, as a user runs them, against files of redis-server
//	backup        backups of a server that is written to, restored to moments in between
//	blocked       crowds of clients that wait for lists
//	apps          Celery and RQ, unchanged, with Cairn in the place of Redis
//	linear        what clients did at the same time, checked for an order that explains it
//	link          replication/link, with redis-server as its master
//	migrate       MIGRATE from Cairn to a redis-server and to Cairn
//
// # Running
//
//	go test ./test/...                               everything; redis-server 7.0 must be installed
//	go test ./test/... -short                        without what takes seconds (strings of 512 MB)
//	CAIRN_RACE=1 go test -race ./test/...            both sides under the race detector
//	go test ./test/diff -run Cairn/hot/string_set    one script; modes are hot, cold, restart, kill9
//	go test ./test/diff -run Cairn/kill9 -seed 7     the same points of restart again
//	go test ./test/diff -run Oracle/bitfield -show   what Redis answers to each line
//	go test ./test/diff/random -run Cairn/cold -count 50 -ops 5000
//
// Tests that need Cairn skip themselves as long as cmd/cairn holds no source. Each has a twin named Oracle that runs
// redis-server against itself: if that one fails too, the test is wrong.
//
// # What Cairn must offer to be tested
//
//	cairn serve --port N --dir D --enable-debug-command local
//	PING, INFO with process_id, exit status 0 after SIGTERM, HELLO 3, FLUSHALL, SELECT, ECHO, DBSIZE, DEBUG DIGEST
//	COMMAND INFO name                                for scripts that need commands of a later milestone
//	DEBUG COLD ON|OFF                                for the cold mode
//
// # Adding a test
//
// A new command: add a script to diff/testdata with every option, every error and every edge; look at what Redis says
// with -show, and check that TestOracle passes, which proves the script deterministic. Mark it @restartable if
// its lines may have a restart between them. Then add the command's forms to the grammar of diff/random.
//
// A bug: add the lines that show it to the script of its command. A failing random history prints such lines.
package test
