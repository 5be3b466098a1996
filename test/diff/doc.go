// Package diff sends the same scripts to redis-server and to Cairn and compares the replies, byte for byte. Nothing is
// written down but commands: the oracle knows the answers.
//
// A script (testdata/*.txt) is one command a line, quoted as redis-cli quotes: "a\x00b\n", 'a b'. Lines that begin with
// # are comments. In front of a command may stand how its replies are compared:
//
//	SET k v                   the same bytes
//	@sorted KEYS *            the same elements in any order, at every depth; for what Redis leaves unordered
//	@shape TIME               the same types and lengths, map keys, and error codes; values may differ
//	@approx 50 PTTL k         the same, but integers (also as strings) may differ by 50
//	@fields CLIENT INFO       texts of name=value words or name:value lines: the same set of names
//	@numbers GET k            the same, but for the numbers in texts
//	@has a,b INFO server      the same kind of text: both have the fields a and b
//	@scan SCAN 0 COUNT 3      called until its cursor (the first "0") comes back as 0: the same set of elements
//
// These lines do something else than one command and one reply:
//
//	@conn b                   the lines that follow use connection b, opened when first used (a script starts on a)
//	@send BLPOP k 0           sends the command and reads nothing
//	@raw "PING\r\n"           sends the bytes as they are and reads nothing
//	@recv                     reads one reply, or one push; may follow @sorted, @shape and so on: @shape @recv
//	@pushed s                 reads all that connection s has been pushed, which is at least a subscriber; the next
//	                          lines go on with the connection that is used now
//	@closed                   both servers close the connection; its next use opens a new one
//	@sleep 15ms
//
// Inside arguments: {rep:3:ab} is ababab, {rnd:100000:7} 100000 random bytes of seed 7, {bytes} all 256 bytes,
// {id:b} and {addr:b} the client id and address of connection b, {server} the server's own address.
//
// Lines before the first command say where the script runs; without them it runs under RESP2 and RESP3, hot and cold:
//
//	@resp2, @resp3            under this protocol only (connections are opened with HELLO 3 under RESP3)
//	@restartable              the subject may also be restarted or killed between any two lines, so a script has no
//	                          state in its connections, except the selected database, which is selected again
//	@forgetful                with @restartable: redis-server itself does not keep all of it (XINFO's lag), Cairn does
//	@hot                      only hot: the script is about connections, or too big for the cold mode
//	@slow                     not under go test -short
//	@needs LPUSH SADD         only if the subject has these commands
//
// Every script begins on empty databases. At its end every connection must have no reply left over, and DEBUG DIGEST
// and DBSIZE of all databases must be equal. A key with a time to live that passes must be touched before the end:
// until then each server may or may not have removed it.
//
// Modes: hot; cold (DEBUG COLD ON: the subject evicts everything it can after each command and checkpoints every few);
// restart (ended gracefully and started again, at random points); kill9 (killed at random points).
//
// Flow: ParseScript makes Steps; Pair.Run performs each on both sides and asks the step's judge; what differs
// becomes a Mismatch. scripts_test.go runs all scripts, and also runs redis-server against itself, which proves that
// the scripts are deterministic. liar_test.go proves that a wrong reply is noticed.
package diff
