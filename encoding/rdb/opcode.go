package rdb

// What a byte between values can say (RDB_OPCODE_* in rdb.h). Everything below is the type of a value.
const (
	opSlotImport    = 243 // Valkey 9
	opSlotInfo      = 244
	opFunction      = 245
	opFunctionPreGA = 246 // release candidates of Redis 7.0
	opModuleAux     = 247
	opIdle          = 248
	opFreq          = 249
	opAux           = 250
	opResizeDB      = 251
	opExpireMs      = 252
	opExpireSec     = 253
	opSelectDB      = 254
	opEOF           = 255
)

// How a value is laid out (RDB_TYPE_* in rdb.h).
const (
	codeString          = 0
	codeList            = 1
	codeSet             = 2
	codeZSet            = 3 // scores as text
	codeHash            = 4
	codeZSet2           = 5 // scores as doubles
	codeModulePreGA     = 6 // release candidates of Redis 4.0
	codeModule          = 7
	codeHashZipmap      = 9
	codeListZiplist     = 10
	codeSetIntset       = 11
	codeZSetZiplist     = 12
	codeHashZiplist     = 13
	codeListQuicklist   = 14
	codeStream          = 15
	codeHashListpack    = 16
	codeZSetListpack    = 17
	codeListQuicklist2  = 18
	codeStream2         = 19
	codeSetListpack     = 20
	codeStream3         = 21
	codeHashTTLPreGA    = 22 // release candidates of Redis 7.4
	codeHashValkey      = 22 // under Valkey's magic
	codeHashPackPreGA   = 23 // release candidates of Redis 7.4
	codeHashTTL         = 24
	codeHashListpackTTL = 25
)

// How a string is packed, if its length says that it is packed (RDB_ENC_*).
const (
	packedInt8  = 0
	packedInt16 = 1
	packedInt32 = 2
	packedLZF   = 3
)

// What comes next in a module's value (RDB_MODULE_OPCODE_*).
const (
	moduleEOF    = 0
	moduleSigned = 1
	moduleUint   = 2
	moduleFloat  = 3
	moduleDouble = 4
	moduleString = 5
)

// The containers of a quicklist's nodes.
const (
	nodePlain  = 1
	nodePacked = 2
)
