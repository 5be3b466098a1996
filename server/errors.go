package server

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/script"
	"github.com/cairndb/cairn/types"
)

// Every text that a client reads in an error is spelled in this file, or, if it
// is about users, in errors_user.go.

// replyError is an error whose text is the reply, its code first.
type replyError string

func (e replyError) Error() string { return string(e) }

// Errors of arguments, the same for many commands.
const (
	errSyntax     = replyError("ERR syntax error")
	errNotInteger = replyError("ERR value is not an integer or out of range")
	errNotFloat   = replyError("ERR value is not a valid float")
	errNoAuth     = replyError("NOAUTH Authentication required.")
	errProtected  = "DENIED Redis is running in protected mode because protected mode is enabled and no password is set " +
		"for the default user. In this mode connections are only accepted from the loopback interface. To accept " +
		"others, set a password with requirepass, or turn protection off with CONFIG SET protected-mode no, and see " +
		"that the port is not open to the internet."
)

// Errors of backups.
const (
	errBackupRuns = replyError("ERR this connection reads a backup already")
	errNoBackup   = replyError("ERR this connection has not begun a backup")
)

// backupFailed says why a backup could not begin or go on.
func backupFailed(err error) error {
	var reply replyError
	if errors.As(err, &reply) {
		return err
	}
	return replyError("ERR backup: " + err.Error())
}

// Errors of strings, bitmaps and HyperLogLogs.
const (
	errDecrOverflow = replyError("ERR decrement would overflow")
	errOffset       = replyError("ERR offset is out of range")
	errLCSBoth      = replyError("ERR If you want both the length and indexes, please just use IDX.")
	errBit          = replyError("ERR bit is not an integer or out of range")
	errBitOffset    = replyError("ERR bit offset is not an integer or out of range")
	errBitWanted    = replyError("ERR The bit argument must be 1 or 0.")
	errBitOpNot     = replyError("ERR BITOP NOT must be called with a single source key.")
	errBitOverflow  = replyError("ERR Invalid OVERFLOW type specified")
	errBitFieldRO   = replyError("ERR BITFIELD_RO only supports the GET subcommand")
	errBitFieldType = replyError("ERR Invalid bitfield type. Use something like i16 u8. " +
		"Note that u64 is not supported but i64 is.")
	errNoHLL = replyError("ERR The specified key does not exist")
)

// Errors of a server that has a master.
const (
	errReadOnly         = replyError("READONLY You can't write against a read only replica.")
	errMasterDown       = replyError("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.")
	errNowReplica       = replyError("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)")
	errInvalidPort      = replyError("ERR Invalid master port")
	errReplicaOfOwn     = replyError("ERR Command is not valid when client is a replica.")
	errWaitAOFOnReplica = replyError("ERR WAITAOF cannot be used with replica instances. Please also note that writes to " +
		"replicas are just local and are not propagated.")
	errWaitOnReplica = replyError("ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 " +
		"if a replica is configured to be writable (which is not the default) writes to replicas are just local and are " +
		"not propagated.")
)

// Errors of lists.
const (
	errCountNegative  = replyError("ERR COUNT can't be negative")
	errMaxLenNegative = replyError("ERR MAXLEN can't be negative")
	errRankZero       = replyError("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
		"or use negative to start from the end of the list")
	errPackedThreshold = replyError("ERR argument must be a memory value bigger than 1 and smaller than 4gb")
)

// Errors of commands that take from the first of several keys.
const (
	errNumKeys     = replyError("ERR numkeys should be greater than 0")
	errCountWanted = replyError("ERR count should be greater than 0")
)

// Errors of hashes and sets.
const (
	errInfinite  = replyError("ERR value is NaN or Infinity")
	errRange     = replyError("ERR value is out of range")
	errDrawCount = replyError("ERR value is out of range, value must between -9223372036854775807 and " +
		"9223372036854775807")
	errDrawTooLong = replyError("ERR the reply is too long: at most 1073741824 bytes of random elements")
	errTooManyKeys = replyError("ERR Number of keys can't be greater than number of args")
	errLimit       = replyError("ERR LIMIT can't be negative")
)

// Errors of sorted sets.
const (
	errNXAndXX     = replyError("ERR XX and NX options at the same time are not compatible")
	errGTLTAndNX   = replyError("ERR GT, LT, and/or NX options at the same time are not compatible")
	errIncrPairs   = replyError("ERR INCR option supports a single increment-element pair")
	errScoreRange  = replyError("ERR min or max is not a float")
	errLexRange    = replyError("ERR min or max not valid string range item")
	errLimitAlone  = replyError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
	errScoresByLex = replyError("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
	errWeight      = replyError("ERR weight value is not a float")
)

// Errors of searches on the globe.
const (
	errUnit           = replyError("ERR unsupported unit provided. please use M, KM, FT, MI")
	errGeoMember      = replyError("ERR could not decode requested zset member")
	errRadius         = replyError("ERR need numeric radius")
	errNegativeRadius = replyError("ERR radius cannot be negative")
	errWidth          = replyError("ERR need numeric width")
	errHeight         = replyError("ERR need numeric height")
	errNegativeBox    = replyError("ERR height or width cannot be negative")
	errGeoCount       = replyError("ERR COUNT must be > 0")
	errAnyAlone       = replyError("ERR the ANY argument requires COUNT argument")
	errGeoSearchStore = replyError("ERR GEOSEARCHSTORE" + notWithStore)
	errGeoRadiusStore = replyError("ERR STORE option in GEORADIUS" + notWithStore)
	notWithStore      = " is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
)

// Errors of keys and databases.
const (
	errDatabase       = replyError("ERR DB index is out of range")
	errFirstDatabase  = replyError("ERR invalid first DB index")
	errSecondDatabase = replyError("ERR invalid second DB index")
	errNotInt32       = replyError("ERR value is out of range, value must between -2147483648 and 2147483647")
	errCursor         = replyError("ERR invalid cursor")
	errNXAndOthers    = replyError("ERR NX and XX, GT or LT options at the same time are not compatible")
	errGTAndLT        = replyError("ERR GT and LT options at the same time are not compatible")
	errNoLFU          = replyError("ERR An LFU maxmemory policy is not selected, access frequency not tracked. " + policyTakesTime)
	errLFU            = replyError("ERR An LFU maxmemory policy is selected, idle time not tracked. " + policyTakesTime)
	errRestoreTTL     = replyError("ERR Invalid TTL value, must be >= 0")
	errRestoreIdle    = replyError("ERR Invalid IDLETIME value, must be >= 0")
	errRestoreFreq    = replyError("ERR Invalid FREQ value, must be >= 0 and <= 255")
	errDumpTooLong    = replyError("ERR The payload would be longer than proto-max-bulk-len")
	errMigrateKeys    = replyError("ERR When using MIGRATE KEYS option, the key argument must be set to the empty string")
	errMigrateConnect = replyError("IOERR error or timeout connecting to the client")
	errMigrateWrite   = replyError("IOERR error or timeout writing to target instance")
	errMigrateRead    = replyError("IOERR error or timeout reading to target instance")
	errMigrateChanges = replyError("TRYAGAIN the key is changed all the time")
	policyTakesTime   = "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."
)

// Errors of transactions.
const (
	errNestedMulti         = replyError("ERR MULTI calls can not be nested")
	errExecWithoutMulti    = replyError("ERR EXEC without MULTI")
	errDiscardWithoutMulti = replyError("ERR DISCARD without MULTI")
	errWatchInMulti        = replyError("ERR WATCH inside MULTI is not allowed")
	errNotInMulti          = replyError("ERR Command not allowed inside a transaction")
	errExecAbort           = replyError("EXECABORT Transaction discarded because of previous errors.")
)

// Errors of scripts and functions. Package script has those of Lua.
const (
	errNoScript        = replyError("NOSCRIPT No matching script. Please use EVAL.")
	errNegativeKeys    = replyError("ERR Number of keys can't be negative")
	errBadKeyCount     = replyError("ERR Bad number of keys provided")
	errUnknownInScript = replyError("ERR Unknown Redis command called from script")
	errArityInScript   = replyError("ERR Wrong number of args calling Redis command from script")
	errNotFromScript   = replyError("ERR This Redis command is not allowed from script")
	errWriteInReadOnly = replyError("ERR Write commands are not allowed from read-only scripts.")
	errWritingScript   = replyError("ERR Can not execute a script with write flag using *_ro command.")
	errScriptAborted   = replyError("ERR The server is shutting down, the script was ended without a trace")
	errScriptFlush     = replyError("ERR SCRIPT FLUSH only support SYNC|ASYNC option")
	errScriptDebug     = replyError("ERR Use SCRIPT DEBUG YES/SYNC/NO")
	errNoDebugger      = replyError("ERR There is no debugger for scripts in this server")
	errNotBusy         = replyError("NOTBUSY No scripts in execution right now.")
	errUnkillable      = replyError("UNKILLABLE Sorry the script already executed write commands against the dataset. " +
		"You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.")
	errNoFunction    = replyError("ERR Function not found")
	errNoLibrary     = replyError("ERR Library not found")
	errNoLibraryName = replyError("ERR library name argument was not given")
	errFunctionFlush = replyError("ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
	errRestorePolicy = replyError("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.")
	errDumpPayload   = replyError("ERR DUMP payload version or checksum are wrong")
	errNotFunctions  = replyError("ERR given type is not a function")
)

// errBusyScript is for everybody while a script runs for too long.
func errBusyScript(killer string) error {
	return replyError("BUSY Redis is busy running a script. You can only call " + killer + " or SHUTDOWN NOSAVE.")
}

func noBlockInScript(name []byte) error {
	return replyError(fmt.Sprintf("ERR %s command is not allowed with BLOCK option from scripts", untilZero(name)))
}

func writingScriptBlocked(err error) error {
	return replyError(logFailed(err) + ". Writable scripts are blocked. Use 'no-writes' flag for read only scripts.")
}

func unknownFunctionOption(arg []byte) error {
	return replyError(fmt.Sprintf("ERR Unknown option given: %s", untilZero(arg)))
}

func unknownFunctionArg(arg []byte) error {
	return replyError(fmt.Sprintf("ERR Unknown argument %s", untilZero(arg)))
}

func libraryExists(name string) error {
	return replyError(fmt.Sprintf("ERR Library '%s' already exists", name))
}

func restoredLibraryExists(name string) error {
	return replyError(fmt.Sprintf("ERR Library %s already exists", name))
}

func libraryNotCreated(err error) error {
	return replyError("ERR Failed creating the library: " + strings.TrimPrefix(errorText(err), "ERR "))
}

// Errors of commands that wait.
const (
	errTimeoutNotFloat   = replyError("ERR timeout is not a float or out of range")
	errTimeoutNotInteger = replyError("ERR timeout is not an integer or out of range")
	errTimeoutNegative   = replyError("ERR timeout is negative")
	errNotZeroOrOne      = replyError("ERR value is out of range, value must between 0 and 1")
	errPauseMode         = replyError("ERR CLIENT PAUSE mode must be WRITE or ALL")
	errUnblockReason     = replyError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
	errUnblocked         = replyError("UNBLOCKED client unblocked via CLIENT UNBLOCK")
)

// Errors of streams.
const (
	errStreamID        = replyError("ERR Invalid stream ID specified as stream command argument")
	errStreamIDZero    = replyError("ERR The ID specified in XADD must be greater than 0-0")
	errStreamStart     = replyError("ERR invalid start ID for the interval")
	errStreamEnd       = replyError("ERR invalid end ID for the interval")
	errTrimTwice       = replyError("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
	errTrimMaxLen      = replyError("ERR The MAXLEN argument must be >= 0.")
	errTrimLimit       = replyError("ERR The LIMIT argument must be >= 0.")
	errTrimLimitAlone  = replyError("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
	errTrimLimitExact  = replyError("ERR syntax error, LIMIT cannot be used without the special ~ option")
	errTrimNothing     = replyError("ERR syntax error, XTRIM must be called with a trimming strategy")
	errEntriesAdded    = replyError("ERR entries_added must be positive")
	errEntriesRead     = replyError("ERR value for ENTRIESREAD must be positive or -1")
	errAutoClaimCount  = replyError("ERR COUNT must be > 0")
	errAutoClaimMemory = replyError("ERR Insufficient memory, failed allocating transient memory, COUNT too high.")
	errGroupMissing    = replyError("ERR Missing GROUP option for XREADGROUP")
	errGroupOfXRead    = replyError("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.")
	errNoAckOfXRead    = replyError("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.")
	errUnbalanced      = replyError("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
	errNewOfXRead      = replyError("ERR The > ID can be specified only when calling XREADGROUP using the " +
		"GROUP <group> <consumer> option.")
	errLastOfGroup = replyError("ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the " +
		"history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would " +
		"just return an empty result set.")
	errMaxDeletedGiven = replyError("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
	errGroupNeedsKey   = replyError("ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may " +
		"want to use the MKSTREAM option to create an empty stream automatically.")
	errStreamGone = replyError("UNBLOCKED the stream key no longer exists")
	errGroupGone  = replyError("NOGROUP the consumer group this client was blocked on no longer exists")
)

// Errors of connections and of the server itself.
const (
	errNoPasswordSet = replyError("ERR AUTH <password> called without any password configured for the default user. " +
		"Are you sure your configuration is correct?")
	errTLS               = replyError("Unable to update TLS configuration. Check server logs.")
	errNoSDS             = replyError("ERR Not an sds encoded string.")
	errNoTable           = replyError("ERR Out of range database")
	errNotTable          = replyError("ERR The value stored at the specified key is not represented using an hash table")
	errReloadOption      = replyError("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.")
	errReloadTwice       = replyError("ERR Error trying to load the RDB dump")
	errNoListpack        = replyError("ERR Not a listpack encoded object.")
	errNoQuicklist       = replyError("ERR Not a quicklist encoded object.")
	errWrongPass         = replyError("WRONGPASS invalid username-password pair or user is disabled.")
	errProtoNotInteger   = replyError("ERR Protocol version is not an integer or out of range")
	errNoProto           = replyError("NOPROTO unsupported protocol version")
	errClientName        = replyError("ERR Client names cannot contain spaces, newlines or special characters.")
	errClientID          = replyError("ERR Invalid client ID")
	errClientIDPositive  = replyError("ERR client-id should be greater than 0")
	errNoSuchClient      = replyError("ERR No such client")
	errMonitorInside     = replyError("ERR MONITOR isn't allowed for DENY BLOCKING client")
	errReplicaOfFailover = replyError("ERR REPLICAOF not allowed while failing over.")
	errFailingOver       = replyError("NOMASTERLINK Can't SYNC while failing over")
	errNoMasterLink      = replyError("NOMASTERLINK Can't SYNC while not connected with my master")
	errNotAReplica       = replyError("ERR PSYNC FAILOVER can't be sent to a master.")
	errFailoverID        = replyError("ERR PSYNC FAILOVER replid must match my replid.")
	errFailoverAlready   = replyError("ERR FAILOVER already in progress.")
	errFailoverReplica   = replyError("ERR FAILOVER is not valid when server is a replica.")
	errFailoverAlone     = replyError("ERR FAILOVER requires connected replicas.")
	errFailoverForce     = replyError("ERR FAILOVER with force option requires both a timeout and target HOST and IP.")
	errFailoverOffline   = replyError("ERR FAILOVER target replica is not online.")
	errFailoverStranger  = replyError("ERR FAILOVER target HOST and PORT is not a replica.")
	errFailoverTimeout   = replyError("ERR FAILOVER timeout must be greater than 0")
	errNoFailover        = replyError("ERR No failover in progress.")
	errHandoverLate      = replyError("the replica has gone before it had everything") // to the log only
	errNoReplicas        = replyError("NOREPLICAS Not enough good replicas to write.")
	errRDBFilter         = replyError("ERR Missing rdb-filter-only values")
	errReplicaKeyspace   = replyError("ERR Replica can't interact with the keyspace")
	errBind              = replyError("Failed to bind to specified addresses.")
	errListen            = replyError("Unable to listen on this port. Check server logs.") // within CONFIG SET's own
	errInvalidCommand    = replyError("ERR Invalid command specified")
	errSlowlogCount      = replyError("ERR count should be greater than or equal to -1")
	errNotPositive       = replyError("ERR value is out of range, must be positive")
	errSaving            = replyError("ERR Background save already in progress")
	errNoShutdown        = replyError("ERR No shutdown in progress.")
	errShutdown          = replyError("ERR Errors trying to SHUTDOWN. Check logs.")
	errNotInRESP2        = replyError("ERR RESP2 is not supported by this command")
	errProtocolType      = replyError("ERR Wrong protocol type name. Please use one of the following: " +
		"string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false")
	errHelloNoAuth = replyError("NOAUTH HELLO must be called with the client already authenticated, otherwise the " +
		"HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol " +
		"version at the same time")
	errDebugNotAllowed  = replyError("ERR DEBUG command not allowed. If the enable-debug-command" + optionAllows)
	errModuleNotAllowed = replyError("ERR MODULE command not allowed. If the enable-module-command" + optionAllows)
	errModuleLoad       = replyError("ERR Error loading the extension. Please check the server logs.")
	errModuleUnload     = replyError("ERR Error unloading module: no such module with that name")
	optionAllows        = ` option is set to "local", you can run it from a local connection, otherwise you need to set this option ` +
		"in the configuration file, and then restart the server."
)

// Errors of CLIENT TRACKING and CLIENT CACHING.
const (
	errOneRedirect            = replyError("ERR A client can only redirect to a single other client")
	errNoRedirect             = replyError("ERR The client ID you want redirect to does not exist")
	errPrefixWithoutBroadcast = replyError("ERR PREFIX option requires BCAST mode to be enabled")
	errSwitchBroadcast        = replyError("ERR You can't switch BCAST mode on/off before disabling tracking for this client, " +
		"and then re-enabling it with a different mode.")
	errOptsOfBroadcast = replyError("ERR OPTIN and OPTOUT are not compatible with BCAST")
	errOptInAndOut     = replyError("ERR You can't specify both OPTIN mode and OPTOUT mode")
	errSwitchOpts      = replyError("ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, " +
		"and then re-enabling it with a different mode.")
	errNotTracking = replyError("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or " +
		"OPTOUT mode enabled")
	errCachingYes = replyError("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.")
	errCachingNo  = replyError("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.")
)

// texts are the replies for what lower layers return.
var texts = []struct {
	err  error
	text string
}{
	{types.ErrWrongType, "WRONGTYPE Operation against a key holding the wrong kind of value"},
	{persistence.ErrFollowing, string(errReadOnly)},
	{types.ErrNotInteger, "ERR value is not an integer or out of range"},
	{types.ErrOverflow, "ERR increment or decrement would overflow"},
	{types.ErrNotFloat, "ERR value is not a valid float"},
	{types.ErrNaNOrInfinity, "ERR increment would produce NaN or Infinity"},
	{types.ErrNaN, "ERR resulting score is not a number (NaN)"},
	{types.ErrTooLong, "ERR string exceeds maximum allowed size (proto-max-bulk-len)"},
	{types.ErrNoSuchKey, "ERR no such key"},
	{types.ErrIndexRange, "ERR index out of range"},
	{types.ErrSameObject, "ERR source and destination objects are the same"},
	{types.ErrNotWeights, "ERR One or more scores can't be converted into double"},
	{types.ErrNotHLL, "WRONGTYPE Key is not a valid HyperLogLog string value."},
	{types.ErrNotSparse, "ERR HLL encoding is not sparse"},
	{types.ErrTooManyDraws, "ERR the reply is too long: at most 16777216 random elements"},
	{types.ErrFieldNotInteger, "ERR hash value is not an integer"},
	{types.ErrFieldNotFloat, "ERR hash value is not a float"},
	{types.ErrGroupExists, "BUSYGROUP Consumer Group name already exists"},
	{types.ErrStreamFull, "ERR The stream has exhausted the last possible ID, unable to add more items"},
	{types.ErrStreamIDTooSmall, "ERR The ID specified in XADD is equal or smaller than the target stream top item"},
	{types.ErrStreamEntryTooLarge, "ERR Elements are too large to be stored"},
	{types.ErrStreamIDBelowTop, "ERR The ID specified in XSETID is smaller than the target stream top item"},
	{types.ErrStreamAddedBelowLen, "ERR The entries_added specified in XSETID is smaller than the target stream length"},
	{types.ErrBusyKey, "BUSYKEY Target key name already exists."},
	{types.ErrBadPayload, "ERR DUMP payload version or checksum are wrong"},
	{types.ErrBadFormat, "ERR Bad data format"},
	{types.ErrNotStrings, "ERR The specified keys must contain string values"},
	{encoding.ErrLCSTooLong, "ERR String too long for LCS"},
	{encoding.ErrLCSTooLarge, "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"},
	{encoding.ErrHLLCorrupt, "INVALIDOBJ Corrupted HLL object detected"},
	{persistence.ErrKeyTooLong, "ERR key is too long: at most 16777215 bytes"},
}

// errorText is the reply for an error.
func errorText(err error) string {
	var r replyError
	if errors.As(err, &r) {
		return string(r)
	}
	var s *script.Error
	if errors.As(err, &s) {
		return s.Text
	}
	for _, t := range texts {
		if errors.Is(err, t.err) {
			return t.text
		}
	}
	if errors.Is(err, persistence.ErrLogFailed) {
		return logFailed(err)
	}
	return "ERR " + err.Error()
}

func logFailed(err error) string {
	return "MISCONF Errors writing to the log: " + strings.TrimPrefix(err.Error(), persistence.ErrLogFailed.Error()+": ")
}

// execRefused: EXEC itself was refused, which ends its transaction.
func execRefused(err error) error {
	return replyError("EXECABORT Transaction discarded because of: " + strings.TrimPrefix(errorText(err), "ERR "))
}

func announcedTooLong(bytes int) error {
	return replyError(fmt.Sprintf("ERR REPLCONF ip-address provided by replica instance is too long: %d bytes", bytes))
}

func unknownReplconf(option []byte) error {
	return replyError(fmt.Sprintf("ERR Unrecognized REPLCONF option: %s", option))
}

func unknownRDBFilter(name []byte) error {
	return replyError(fmt.Sprintf("ERR Unsupported rdb-filter-only option: %s", name))
}

func wrongArity(spec *command.Spec) error {
	return replyError(fmt.Sprintf("ERR wrong number of arguments for '%s' command", spec.FullName()))
}

func prefixOverlaps(prefix, what, other string) error {
	return replyError(fmt.Sprintf("ERR Prefix '%s' overlaps with %s '%s'. Prefixes for a single client must not overlap.",
		prefix, what, other))
}

func mayNotBlock(spec *command.Spec) error {
	return replyError(fmt.Sprintf("ERR %s isn't allowed for a DENY BLOCKING client", strings.ToUpper(spec.Name)))
}

func onlyListens(spec *command.Spec) error {
	return replyError(fmt.Sprintf("ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "+
		"are allowed in this context", spec.FullName()))
}

func invalidExpire(spec *command.Spec) error {
	return replyError(fmt.Sprintf("ERR invalid expire time in '%s' command", spec.FullName()))
}

func noInputKey(spec *command.Spec) error {
	return replyError(fmt.Sprintf("ERR at least 1 input key is needed for '%s' command", spec.FullName()))
}

func invalidPlace(p encoding.GeoPoint) error {
	text := fmt.Sprintf("ERR invalid longitude,latitude pair %f,%f", p.Longitude, p.Latitude)
	return replyError(strings.NewReplacer("+Inf", "inf", "-Inf", "-inf").Replace(text))
}

// noGeoFrom and noGeoBy name the command as the client did.
func noGeoFrom(command []byte) error {
	return replyError(fmt.Sprintf("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for %s", command))
}

func noGeoBy(command []byte) error {
	return replyError(fmt.Sprintf("ERR exactly one of BYRADIUS and BYBOX can be specified for %s", command))
}

// noKeyOrGroup quotes a key and a group of which one is missing; where is what
// the command adds.
func noKeyOrGroup(key, group []byte, where string) error {
	return replyError(fmt.Sprintf("NOGROUP No such key '%s' or consumer group '%s'%s", untilZero(key), untilZero(group), where))
}

func noGroupForKey(group, key []byte) error {
	return replyError(fmt.Sprintf("NOGROUP No such consumer group '%s' for key name '%s'", untilZero(group), untilZero(key)))
}

// invalidNumber names the argument that is not a number.
func invalidNumber(spec *command.Spec, what string) error {
	return replyError(fmt.Sprintf("ERR Invalid %s for %s", what, strings.ToUpper(spec.Name)))
}

func unknownClaimOption(option []byte) error {
	return replyError(fmt.Sprintf("ERR Unrecognized XCLAIM option '%s'", untilZero(option)))
}

func unsupportedOption(arg []byte) error {
	return replyError(fmt.Sprintf("ERR Unsupported option %s", untilZero(arg)))
}

func unknownPFDebug(word []byte) error {
	return replyError(fmt.Sprintf("ERR Unknown PFDEBUG subcommand '%s'", word))
}

func selfTestFailed(err error) error { return replyError("ERR TESTFAILED " + err.Error()) }

// badSubcommand quotes the subcommand of a call that fits none of its
// container's.
func badSubcommand(args [][]byte) error {
	return replyError(fmt.Sprintf("ERR unknown subcommand or wrong number of arguments for '%.128s'. Try %s HELP.",
		untilZero(args[1]), strings.ToUpper(string(args[0]))))
}

func helloSyntax(option []byte) error {
	return replyError(fmt.Sprintf("ERR Syntax error in HELLO option '%s'", option))
}

func unrecognizedOption(option []byte) error {
	return replyError(fmt.Sprintf("ERR Unrecognized option '%s'", option))
}

func notPlain(option []byte) error {
	return replyError(fmt.Sprintf("ERR %s cannot contain spaces, newlines or special characters.", option))
}

func unknownClientType(name []byte) error {
	return replyError(fmt.Sprintf("ERR Unknown client type '%s'", name))
}

func noSuchUser(name []byte) error {
	return replyError(fmt.Sprintf("ERR No such user '%s'", name))
}

func noSamples(event []byte) error {
	return replyError(fmt.Sprintf("ERR No samples available for event '%s'", untilZero(event)))
}

const maxShown = 128

// unknownCommand quotes what was sent, up to a bound. container is set when
// the command exists and its subcommand does not.
func unknownCommand(container *command.Spec, args [][]byte) error {
	if container != nil && len(args) > 1 && len(container.Sub) > 0 {
		return replyError(fmt.Sprintf("ERR unknown subcommand '%.128s'. Try %s HELP.", untilZero(args[1]), strings.ToUpper(container.Name)))
	}
	var b strings.Builder
	for _, a := range args[1:] {
		if b.Len() >= maxShown {
			break
		}
		fmt.Fprintf(&b, "'%.*s' ", maxShown-b.Len(), untilZero(a))
	}
	return replyError(fmt.Sprintf("ERR unknown command '%.128s', with args beginning with: %s", untilZero(args[0]), b.String()))
}

// untilZero is a text as C prints it.
func untilZero(b []byte) []byte {
	text, _, _ := bytes.Cut(b, []byte{0})
	return text
}

// targetRefused is what MIGRATE says if the target says no.
func targetRefused(text []byte) error {
	return replyError("ERR Target instance replied with error: " + string(text))
}
