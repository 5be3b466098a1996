package wal

import (
	"math/rand/v2"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Policy says when appended bytes are forced to the disk, with the meaning of Redis's appendfsync.
type Policy int32

const (
	// Always syncs whatever anyone awaits, one fdatasync for all who came meanwhile.
	Always Policy = iota
	// EverySec syncs in the background once a second.
	EverySec
	// No leaves the timing to the operating system; a full segment is synced all the same.
	No
)

// String returns the name that appendfsync uses.
func (p Policy) String() string {
	switch p {
	case Always:
		return "always"
	case EverySec:
		return "everysec"
	case No:
		return "no"
	}
	return "unknown"
}

// MaxAppendBytes bounds one Append. A larger one panics, so the caller must refuse such a transaction before it
// changes memory.
const MaxAppendBytes = 1<<32 - 1 - maxSelectBytes

// MaxDB is the highest logical database that a record header can name.
const MaxDB = 1<<16 - 2

// Options configure a Log. FS, Dir and Now are required; a zero elsewhere takes the default named beside it.
type Options struct {
	// FS does all I/O. It must allow SyncData and WriteAt on one file at the same time, as vfs.Default and vfs.MemFS do
	// (a vfs.WithDiskHealthChecks wrapper does not).
	FS  vfs.FS
	Dir string
	// SegmentBytes is the size at which a segment file is full: its last record may reach beyond. Default 32 MiB.
	SegmentBytes int64
	Policy       Policy
	// Now returns the wall time in milliseconds, for record and segment headers. It need not be monotonic.
	Now func() int64
	// SyncedFloor is an offset that someone else (the checkpoint's Meta) proves to have been fsynced. A log that does
	// not hold it is corrupt. 0: nothing proves anything, but the log's first byte is needed. -1: whatever history
	// there is will do, for those who only read.
	SyncedFloor int64
	// Owner tells the store apart whose log this is: segments that name another one are refused. 0: not told, and none is.
	Owner uint64
	// AllowEmpty accepts a directory without segments although SyncedFloor is above 0, for who is about to make the log.
	AllowEmpty bool
	// KeepBytes of log behind the end survive every Trim (replication backlog, point-in-time window). Default 0.
	KeepBytes int64
	// MaxUnsyncedBytes is what Throttle holds the log to: bytes in RAM because they are not known to be on disk.
	// Default 64 MiB.
	MaxUnsyncedBytes int64
	// Logf gets a line for what an operator should know: a cut, a failure, a heal. Default: nowhere.
	Logf func(format string, args ...any)

	// Knobs of the tests.
	tick       time.Duration // how often the syncer looks around by itself
	syncEvery  time.Duration // EverySec's second
	stallAfter time.Duration // an fsync running longer than this makes Flush wait
	retryEvery time.Duration // pause between attempts to heal
	blockBytes int           // size of the blocks that hold unsynced bytes
	random     func() uint32 // low half of segment generations
}

func (o Options) withDefaults() Options {
	setDefault(&o.SegmentBytes, 32<<20)
	setDefault(&o.MaxUnsyncedBytes, 64<<20)
	setDefault(&o.tick, 100*time.Millisecond)
	setDefault(&o.syncEvery, time.Second)
	setDefault(&o.stallAfter, 2*time.Second)
	setDefault(&o.retryEvery, time.Second)
	setDefault(&o.blockBytes, 256<<10)
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	if o.random == nil {
		o.random = rand.Uint32
	}
	return o
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// History names the replication history that the offsets of a segment belong to: Redis's replid and replid2.
type History struct {
	ID     string // 40 hex digits
	PrevID string // 40 hex digits, or empty: none
	// PrevEnd is the offset up to which (exclusive) PrevID names the same bytes as ID.
	PrevEnd int64
	// Followed: others may have more bytes of this history than were ever here.
	Followed bool
}

// StartOptions are what Start needs beyond what Open found.
type StartOptions struct {
	// History goes into the header of each new segment.
	History History
	// DB is the logical database that the stream has selected at the end of the log (after Replay the caller knows it),
	// or -1 if unknown: then the first Append names its database.
	DB int
	// Offset is where an empty log begins. Ignored when there are segments.
	Offset int64
}

// Record is one batch read back. Payload is valid until the callback returns or Next is called again.
type Record struct {
	Start  int64 // offset of Payload[0]
	TimeMs int64 // wall time when the batch was written: no byte in it is newer
	// DB is the database selected at Start; -1 if unknown, as in a batch entered in its middle.
	DB      int
	Payload []byte
}

// End returns the offset after the record.
func (r Record) End() int64 { return r.Start + int64(len(r.Payload)) }

// Recovery is what Open found.
type Recovery struct {
	Empty      bool  // no segments: Start decides the offset; First and End are SyncedFloor until then
	First, End int64 // the log holds [First, End)
	// Clean: the log was closed in order, so nothing can have been lost behind End.
	Clean bool
	// Cut describes what was dropped behind End; nil if nothing was seen there.
	Cut     *Cut
	History History // of the newest segment
}

// Cut is a tail that Open dropped because nothing proves that it had been on disk.
type Cut struct {
	File    string
	FilePos int64 // byte position of the damage in File
	Offset  int64 // log offset of the cut, the new end of the log
	// SeenEnd is the highest offset that dropped bytes claim to reach; Offset if they tell nothing.
	SeenEnd int64
	Reason  string
}

// SegmentInfo describes one segment file. It holds the log from Start up to the next segment's Start.
type SegmentInfo struct {
	Name       string
	Generation uint64 // higher = made later
	Previous   uint64 // generation of the segment that this one continues; 0 = none
	Start      int64
	CreatedMs  int64
	FileBytes  int64 // size of the file, preallocated space included
	Owner      uint64
	History    History
}

// Stats is a snapshot of counters and gauges.
type Stats struct {
	First, End, Written, Synced int64 // offsets
	Segments, Spares, Pins      int
	FileBytes                   int64 // segments and spares on disk
	Waiters                     int
	Records, Syncs, Rolls       int64 // since Start
	Heals, Failures             int64
	SyncNanos, LongestSyncNanos int64 // time spent in fdatasync of records
}
