package random

import (
	"fmt"
	"strconv"
	"strings"
)

// grammar lists the forms of commands. The number in front is the weight: how often a form is taken, compared with the
// others. Words that begin with $ are replaced by values.go.
const grammar = `
 8 SET $key $value
 2 SET $key $value NX
 2 SET $key $value XX
 2 SET $key $value GET
 2 SET $key $value XX GET KEEPTTL
 3 SET $key $value PXAT $future
 1 SET $key $value NX EXAT $sec
 1 SET $key $value EX 1000000 GET
 3 SET $key $value KEEPTTL
 8 GET $key
 1 PUBLISH $key $value
 1 SPUBLISH $key $value
 1 PUBSUB NUMSUB $key $key
 1 PUBSUB SHARDCHANNELS $key
 1 GETSET $key $value
 1 GETDEL $key
 1 GETEX $key
 1 GETEX $key PXAT $ms
 1 GETEX $key PERSIST
 1 SETNX $key $value
 1 SETEX $key 1000000 $value
 1 PSETEX $key 1000000000 $value
 3 STRLEN $key
 8 APPEND $key $value
 5 GETRANGE $key $index $index
 1 SUBSTR $key $index $index
 6 SETRANGE $key $offset $value
 3 MGET $key $key $key
 3 MSET $key $value $key $value
 1 MSETNX $key $value $key $value
 4 INCR $key
 2 DECR $key
 2 INCRBY $key $int
 2 DECRBY $key $int
 2 INCRBYFLOAT $key $float
 1 LCS $key $key LEN

 5 SETBIT $key $bit $01
 3 GETBIT $key $bit
 3 BITCOUNT $key
 2 BITCOUNT $key $index $index
 2 BITCOUNT $key $index $index $unit
 2 BITPOS $key $01
 2 BITPOS $key $01 $index
 2 BITPOS $key $01 $index $index $unit
 2 BITOP AND $key $key $key
 2 BITOP OR $key $key $key
 2 BITOP XOR $key $key $key $key
 2 BITOP NOT $key $key
 3 BITFIELD $key SET $type $bit $int GET $type $bit
 3 BITFIELD $key INCRBY $type $bit $int OVERFLOW SAT INCRBY $type $bit $int
 2 BITFIELD $key GET $type $bit GET $type #$small
 1 BITFIELD_RO $key GET $type $bit

 5 PFADD $hll $elem $elem $elem
 2 PFADD $hll {rnd:9:$small} {rnd:9:1$small}
 2 PFCOUNT $hll
 1 PFCOUNT $hll $hll
 1 PFMERGE $hll $hll $hll
 1 GET $hll
 1 PFDEBUG TODENSE $hll
 1 PFADD $key $elem
 1 PFCOUNT $key
 1 APPEND $hll $elem
 1 COPY $hll $hll REPLACE

 6 HSET $hash $field $fvalue
 4 HSET $hash $field $fvalue $field $fvalue $field $fvalue $field $fvalue $field $fvalue $field $fvalue
 2 HMSET $hash $field $fvalue $field $fvalue
 2 HSETNX $hash $field $fvalue
 3 HGET $hash $field
 2 HMGET $hash $field $field $field
 2 @sorted HGETALL $hash
 1 @sorted HKEYS $hash
 1 @sorted HVALS $hash
 1 HLEN $hash
 1 HSTRLEN $hash $field
 1 HEXISTS $hash $field
 2 HDEL $hash $field $field $field
 2 HINCRBY $hash $field $int
 1 HINCRBYFLOAT $hash $field $float
 1 @sorted HRANDFIELD $hash 100000
 1 @shape HRANDFIELD $hash -3 WITHVALUES
 1 @scan HSCAN $hash 0 COUNT 20
 1 COPY $hash $hash REPLACE
 1 RENAME $hash $hash
 1 DEL $hash
 1 HSET $key $field $fvalue
 1 HGET $key $field
 4 HSET $packed $letter $int $letter $int
 2 HDEL $packed $letter
 2 HGETALL $packed
 1 HSCAN $packed 0 MATCH [a-e]

 6 SADD $set $member
 4 SADD $set $member $member $member $member $member $member $member $member
 2 SREM $set $member $member $member $member
 2 SISMEMBER $set $member
 1 SMISMEMBER $set $member $member
 1 SCARD $set
 2 @sorted SMEMBERS $set
 2 SMOVE $set $set $member
 1 @sorted SPOP $set 100000
 1 @sorted SRANDMEMBER $set 100000
 1 @shape SRANDMEMBER $set -3
 1 @scan SSCAN $set 0 COUNT 20
 2 @sorted SINTER $set $set
 2 @sorted SUNION $set $set $set
 2 @sorted SDIFF $set $set $set $set
 1 SINTERSTORE $set $set $set
 1 SUNIONSTORE $set $set $set
 1 SDIFFSTORE $set $set $set $set $set
 1 SINTERCARD 2 $set $set LIMIT $small
 1 COPY $set $set REPLACE
 1 DEL $set
 1 SADD $key $member
 1 SUNIONSTORE $key $set $set
 3 SADD $whole $int $int $int
 2 SREM $whole $int $int
 1 SMEMBERS $whole
 1 SUNION $whole $whole
 1 SINTER $whole $whole
 1 SDIFF $whole $whole

 6 ZADD $zset $score $zmember $score $zmember $score $zmember
 3 ZADD $zset $score $zmember
 2 ZADD $zset $cond CH $score $zmember $score $zmember
 1 ZADD $zset $cond INCR $score $zmember
 3 ZINCRBY $zset $score $zmember
 3 ZREM $zset $zmember $zmember
 2 ZCARD $zset
 2 ZSCORE $zset $zmember
 1 ZMSCORE $zset $zmember $zmember
 3 ZRANK $zset $zmember
 1 ZREVRANK $zset $zmember
 2 ZRANGE $zset $rank $rank WITHSCORES
 1 ZRANGE $zset $rank $rank REV
 1 ZREVRANGE $zset $rank $rank
 2 ZRANGEBYSCORE $zset $bound $bound WITHSCORES LIMIT $small $small
 1 ZREVRANGEBYSCORE $zset $bound $bound
 1 ZRANGE $zset $bound $bound BYSCORE REV LIMIT $small $rank
 2 ZCOUNT $zset $bound $bound
 1 ZREMRANGEBYRANK $zset $rank $rank
 1 ZREMRANGEBYSCORE $zset $bound $bound
 2 ZPOPMIN $zset
 1 ZPOPMAX $zset $small
 1 ZMPOP 2 $zset $zset MIN COUNT $small
 1 BZPOPMAX $zset $zset 0.001
 1 BZMPOP 0.001 2 $zset $zset MIN
 1 ZUNION 2 $zset $zset WEIGHTS $float $float WITHSCORES
 1 ZINTER 2 $zset $zset AGGREGATE MIN WITHSCORES
 1 ZDIFF 2 $zset $zset WITHSCORES
 1 ZINTERCARD 2 $zset $zset LIMIT $small
 2 ZUNIONSTORE $zset 2 $zset $zset WEIGHTS $float 1
 1 ZUNIONSTORE $zset 3 $zset $zset $zset AGGREGATE MAX
 1 ZINTERSTORE $zset 2 $zset $zset
 1 ZUNIONSTORE $zset 2 $zset $set
 1 ZINTER 2 $zset $set WITHSCORES
 1 ZDIFF 2 $set $zset
 1 ZDIFFSTORE $zset 2 $zset $zset
 1 ZRANGESTORE $zset $zset $rank $rank
 1 ZRANGESTORE $zset $zset $bound $bound BYSCORE
 1 ZRANDMEMBER $zset 1000 WITHSCORES
 1 @shape ZRANDMEMBER $zset -3
 1 @scan ZSCAN $zset 0
 2 ZADD $lex 7 $zmember 7 $zmember
 1 ZRANGEBYLEX $lex $lexbound $lexbound
 1 ZREVRANGEBYLEX $lex $lexbound $lexbound LIMIT $small $small
 1 ZLEXCOUNT $lex $lexbound $lexbound
 1 ZREMRANGEBYLEX $lex $lexbound $lexbound
 1 ZRANGESTORE $lex $lex $lexbound $lexbound BYLEX
 1 COPY $zset $zset REPLACE
 1 RENAME $zset $zset
 1 ZADD $key 1 a
 1 ZSCORE $key a
 1 GET $zset

 3 GEOADD $geo $degree $degree $zmember $degree $degree $zmember
 1 GEOADD $geo $cond CH $degree $degree $zmember
 1 GEOPOS $geo $zmember $zmember
 1 GEOHASH $geo $zmember
 1 GEODIST $geo $zmember $zmember km
 1 GEOSEARCH $geo FROMLONLAT $degree $degree BYRADIUS $km km
 1 GEOSEARCH $geo FROMLONLAT $degree $degree BYBOX $km $km km WITHDIST WITHHASH
 1 GEOSEARCH $geo FROMMEMBER $zmember BYRADIUS $km mi ASC WITHCOORD
 1 GEORADIUS $geo $degree $degree $km km COUNT $small ANY
 1 GEOSEARCHSTORE $geo $geo FROMLONLAT $degree $degree BYRADIUS $km km
 1 ZREM $geo $zmember

 9 XADD $stream 1-* $field $fvalue
 4 XADD $stream 1-* $field $fvalue $field $fvalue $field $fvalue
 1 XADD $stream 2-* $field $fvalue
 1 XADD $stream $id $field $fvalue
 1 XADD $stream NOMKSTREAM 1-* $field $fvalue
 1 XADD $stream MAXLEN $small 1-* $field $fvalue
 2 XADD $stream MAXLEN ~ $small 1-* $field $fvalue
 1 XADD $stream MINID $id 1-* $field $fvalue
 1 XADD $stream MINID ~ $id LIMIT 0 1-* $field $fvalue
 1 XLEN $stream
 2 XRANGE $stream - +
 2 XRANGE $stream $id $id COUNT 10
 1 XREVRANGE $stream + ($id COUNT 10
 3 XDEL $stream $id $id
 1 XTRIM $stream MAXLEN $small
 1 XTRIM $stream MAXLEN ~ $small
 1 XTRIM $stream MINID $id
 1 XTRIM $stream MINID ~ $id
 1 XREAD COUNT 10 STREAMS $stream $stream $id 0
 4 XGROUP CREATE $stream $group $id MKSTREAM
 1 XGROUP CREATE $stream $group $ ENTRIESREAD $small
 1 XGROUP SETID $stream $group $id
 1 XGROUP DESTROY $stream $group
 1 XGROUP CREATECONSUMER $stream $group $consumer
 1 XGROUP DELCONSUMER $stream $group $consumer
 8 XREADGROUP GROUP $group $consumer COUNT $small STREAMS $stream >
 1 XREADGROUP GROUP $group $consumer NOACK COUNT 2 STREAMS $stream >
 3 XACK $stream $group $id $id $id
 3 XPENDING $stream $group
 1 @approx 100000 XPENDING $stream $group - + 20
 1 @approx 100000 XPENDING $stream $group ($id + 20 $consumer
 2 XCLAIM $stream $group $consumer 0 $id $id
 1 XCLAIM $stream $group $consumer 0 $id $id FORCE JUSTID LASTID $id
 1 XCLAIM $stream $group $consumer 0 $id RETRYCOUNT 3 TIME 1000
 1 XAUTOCLAIM $stream $group $consumer 0 $id COUNT $small
 1 XINFO STREAM $stream
 1 COPY $stream $stream REPLACE
 1 DEL $stream
 1 XADD $key 1-* $field $fvalue

 8 RPUSH $list $item $item $item $item $item $item $item $item
 4 LPUSH $list $item $item $item
 2 RPUSH $list $item
 1 LPUSHX $list $item
 1 RPUSHX $list $item $item
 3 LPOP $list
 3 RPOP $list
 2 LPOP $list $small
 2 RPOP $list $small
 1 LLEN $list
 2 LRANGE $list $rank $rank
 1 LRANGE $list 0 -1
 3 LINDEX $list $rank
 3 LSET $list $rank $item
 3 LINSERT $list BEFORE $item $item
 2 LINSERT $list AFTER $item $item
 3 LREM $list $few $item
 1 LTRIM $list $rank $rank
 2 LTRIM $list $small -$small
 2 LPOS $list $item COUNT 0
 1 LPOS $list $item RANK $few MAXLEN $small
 3 LMOVE $list $list $end $end
 2 RPOPLPUSH $list $list
 1 LMPOP 3 $list $list $list $end COUNT $small
 1 BLPOP $list $list 0.001
 1 BRPOP $list 0.001
 1 BLMPOP 0.001 2 $list $list $end COUNT $small
 1 BLMOVE $list $list $end $end 0.001
 1 BRPOPLPUSH $list $list 0.001
 1 COPY $list $list REPLACE
 1 RENAME $list $list
 1 DEL $list
 1 MOVE $list $db
 1 RPUSH $key $item
 1 LRANGE $key 0 -1
 1 GET $list
 1 EXPIREAT $list $sec
 2 SORT $list
 1 SORT $list ALPHA DESC LIMIT $small $small
 1 SORT $list BY nosort DESC LIMIT $small $small
 1 SORT $list ALPHA GET # GET k* LIMIT 0 5
 1 SORT_RO $list ALPHA
 1 SORT $list ALPHA STORE $list
 1 SORT $whole DESC LIMIT $small 5
 1 SORT $set ALPHA STORE $list
 1 SORT $set BY nosort LIMIT $small $small STORE $list

 3 DEL $key
 1 DEL $zset $geo
 1 DEL $key $key $hll
 2 UNLINK $key
 3 EXISTS $key $key
 2 TYPE $key
 1 TOUCH $key $key
 1 WAIT 0 $small
 1 WAIT 1 1
 2 DBSIZE
 1 @sorted KEYS *
 1 @sorted KEYS k[1-4]
 1 @scan SCAN 0 COUNT 2
 1 @scan SCAN 0 MATCH k* TYPE string
 3 RENAME $key $key
 1 RENAMENX $key $key
 3 COPY $key $key
 2 COPY $key $key REPLACE
 2 COPY $key $key DB $db REPLACE
 2 MOVE $key $db
 1 RESTORE $key 0 "\x00\xc0\x05\n\x00c/_f\x83/\xb3Q"
 2 RESTORE $key 0 "\x00\xc0\x05\n\x00c/_f\x83/\xb3Q" REPLACE
 1 RESTORE $key $future "\x00\xc0\x05\n\x00c/_f\x83/\xb3Q" REPLACE ABSTTL
 1 SWAPDB $db $db
 9 SELECT $db
 1 DEBUG DIGEST-VALUE $key $key $hll $hash $set $stream $list
 1 DEBUG DIGEST

 2 EXPIREAT $key $sec
 2 PEXPIREAT $key $ms
 1 PEXPIREAT $key $ms NX
 1 PEXPIREAT $key $ms XX
 1 PEXPIREAT $key $ms GT
 1 PEXPIREAT $key $ms LT
 1 EXPIRE $key 1000000
 1 PEXPIRE $key 1000000000
 1 EXPIRE $key -1
 2 PERSIST $key
 2 @approx 100 TTL $key
 1 @approx 100000 PTTL $key
 1 @approx 100 EXPIRETIME $key
 2 @approx 100000 PEXPIRETIME $key
`

// steadyGrammar is left out where the subject is restarted: a log of effects does not keep how a string is encoded, and
// Redis's not how many entries a group has read, or that a consumer has read something again.
const steadyGrammar = `
 2 XREADGROUP GROUP $group $consumer COUNT $small STREAMS $stream $id
 2 XINFO GROUPS $stream
 2 @approx 100000 XINFO STREAM $stream FULL COUNT 100
 3 OBJECT ENCODING $key
 2 OBJECT ENCODING $hash
 2 OBJECT ENCODING $set
 1 OBJECT REFCOUNT $key
 2 OBJECT ENCODING $zset
`

// rareGrammar empties whole databases: too much of it, and histories have no length.
const rareGrammar = `
 2 FLUSHDB
 1 FLUSHALL
`

// form is one line of the grammar.
type form struct {
	weight int
	words  []string
}

// parseGrammar reads the forms. The grammar is a constant, so a mistake in it is a panic.
func parseGrammar(text string) []form {
	var forms []form
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		weight, err := strconv.Atoi(words[0])
		if err != nil || len(words) == 1 {
			panic(fmt.Sprintf("grammar: %s", line))
		}
		forms = append(forms, form{weight: weight, words: words[1:]})
	}
	return forms
}
