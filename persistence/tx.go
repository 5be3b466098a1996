package persistence

import (
	"errors"
	"slices"
	"unsafe"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/slab"
)

var (
	// errMiss: the function met something that is not in RAM; the door loads
	// it and runs the function again.
	errMiss = errors.New("not in RAM")
	// errUndeclared: the function met a key of a shard that is not locked.
	errUndeclared = errors.New("undeclared key")
	// errCrowded: the function would flush a database, and too many flushed
	// ones wait to be freed.
	errCrowded = errors.New("too many flushed databases")
	// errLong: the function is about to do much work, which NoWait forbids.
	errLong = errors.New("takes long")
	// ErrTooLarge refuses a transaction whose effects the log cannot take as
	// one.
	ErrTooLarge = errors.New("transaction is too large for the log")
	// ErrWouldBlock is what a door says of a transaction with NoWait set that
	// needs the disk or takes long. Nothing has happened; run it again without
	// NoWait.
	ErrWouldBlock = errors.New("the disk is needed")
	// ErrUndo is what a function returns that wants nothing of what it did to
	// stay.
	ErrUndo = errors.New("undone")
	// ErrKeyTooLong refuses names over encoding.MaxKeyBytes.
	ErrKeyTooLong = errors.New("key is too long")
)

// Tx is one function's view of the keys it declared, under their locks. A Tx
// is reused from call to call and belongs to one caller at a time. Slices that
// its methods return are valid until the next change of the same key, and
// never outside the door.
type Tx struct {
	store  *Store
	write  bool
	asks   bool // see Asks
	inside bool // the function runs, under the locks
	// NoWait makes the doors return ErrWouldBlock where they would have to
	// read from disk, and where the function says that it takes long.
	NoWait bool
	// MaxLoads keys and nodes are loaded by View, or it returns ErrLarge; 0: any
	// number.
	MaxLoads int
	// Replay applies effects that the log holds already: no clock, no expiry,
	// nothing logged.
	Replay bool
	// Of a Tx that repeats a master's words, see Verbatim.
	relays        bool
	payload       []byte
	databaseAfter int
	// NowMs is the time that expiry is judged by; the caller sets it.
	NowMs int64
	// Origin names, for observers, who makes the changes; the caller sets it.
	Origin int64

	// Room is for the function that runs; what it holds is of one command.
	Room []byte

	database int // logical
	shards   []uint8
	all      bool
	lacks    int // the shard that a run has lacked; negative: all
	runs     int // of the same function before this one
	widened  int // how many shards were added to the declared ones
	names    [][]byte
	spots    []spot
	turn     int // of the one that is worked on, see Turn

	touches   []touch
	saved     []byte // before-images of blocks changed where they lie
	spent     []spentBlock
	patches   []patch
	mapping   []*db      // the map of databases before this transaction changed it
	functions *Functions // that replace those of the store
	flushed   []*db
	misses    []miss
	again     error // errMiss, errUndeclared or errCrowded: why this run does not count
	effects   effects
	chance    chance
	changes   []Change
	changed   []byte // the keys of changes
	// lost and gained are the objects whose records this transaction has
	// replaced, and has written; born are those that it has made.
	lost, gained, born []ownedObject
	opened             []*Collection // of them used are in use
	used               int
	recordEdits        int // how often a record was changed
	scratch            []byte
	stored             *storedView // where a transaction on a snapshot reads
	// attended: somebody wants to know of changes.
	attended bool
	// Expired lists the keys that this transaction found expired and deleted.
	Expired [][]byte
	// Overdue lists the keys that this transaction, a View, found expired and
	// hid: an Update would delete them.
	Overdue [][]byte
	// Examined: of these one was only examined, not missed.
	Examined bool
	// Hits and Misses count the keys that a View asked for.
	Hits, Misses int64
	// WaitOffset is set by the door: the log offset that has to be durable
	// before the outcome may be shown to anyone.
	WaitOffset int64
}

// touch remembers what a word was before its first change here.
type touch struct {
	table *table
	shard *shard
	old   word     // before; zero if there was none
	ref   slab.Ref // now
	saved int      // where in Tx.saved the before-image starts, if the block was changed in place; else -1
	idle  uint32   // seconds since the use that is to be noted, see NoteIdle
	uses  uint16   // the number of uses that is to be noted and 1, 0 for none
}

// Tx returns a transaction object for repeated use.
func (s *Store) Tx() *Tx { return &Tx{store: s} }

// Select names the logical database that Tx's methods work on.
func (tx *Tx) Select(database int) { tx.database = database }

// Database is the logical database selected.
func (tx *Tx) Database() int { return tx.database }

func (tx *Tx) db() *db { return tx.dbOf(tx.database) }

func (tx *Tx) dbOf(database int) *db { return tx.store.logical(database) }

// spot finds a name's spot, known already if it was declared.
func (tx *Tx) spot(name []byte) spot {
	if tx.turn < len(tx.names) && same(tx.names[tx.turn], name) {
		return tx.spots[tx.turn]
	}
	if len(tx.names) > fewNames {
		return tx.store.spotOfKey(name)
	}
	for i, n := range tx.names {
		if same(n, name) {
			return tx.spots[i]
		}
	}
	return tx.store.spotOfKey(name)
}

// same tells whether two names are the same bytes in memory.
func same(a, b []byte) bool {
	return len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// fewNames is how many names are looked through sooner than one is hashed.
const fewNames = 8

func (tx *Tx) holds(no uint8) bool {
	if tx.all {
		return true
	}
	for _, s := range tx.shards {
		if s == no {
			return true
		}
	}
	return false
}

// Record is what a key holds.
type Record struct {
	b block
}

// Exists tells whether there is a key.
func (r Record) Exists() bool { return r.b.p != nil }

// Type is the type of the value, TypeNone if the key does not exist.
func (r Record) Type() encoding.Type {
	if r.b.p == nil {
		return encoding.TypeNone
	}
	return r.b.kind().Type()
}

// Kind is type and encoding; the key must exist.
func (r Record) Kind() encoding.Kind { return r.b.kind() }

// Value is the record's payload.
func (r Record) Value() []byte {
	if r.b.p == nil {
		return nil
	}
	return r.b.value()
}

// ExpireAtMs is when the key expires, 0 for never.
func (r Record) ExpireAtMs() int64 {
	if r.b.p == nil {
		return 0
	}
	return r.b.expireAt()
}

// Footprint is how many bytes of RAM the record takes, its index word included.
func (r Record) Footprint() int { return slab.Footprint(r.b.size()) + 8 }

// IdleSeconds is how long ago the key was used before this transaction, or
// loaded, whichever came last; 0 if this transaction changed it.
func (r Record) IdleSeconds(tx *Tx) int64 {
	if r.b.has(flagTouched) {
		return 0
	}
	return r.b.idleSeconds(uint32(tx.NowMs / 1000))
}

// Uses is how often the key was used before this transaction, as CountUses has
// it counted: 5 for a new one, 255 at most.
func (r Record) Uses(tx *Tx) int64 {
	if r.b.has(flagTouched) {
		t := &tx.touches[*r.b.clock()]
		return int64(t.usesAfter(tx.before(t)))
	}
	return int64(tx.store.useCounting.Load().left(r.b.uses(), r.IdleSeconds(tx)))
}

// Get returns a key's record; a missing or expired key gives one that does
// not exist. In an Update an expired key is deleted first, and its DEL logged.
func (tx *Tx) Get(name []byte) (Record, error) {
	r, w, err := tx.look(name)
	if err != nil || w == nil {
		tx.missed(name, err)
		return r, err
	}
	if *w&freqMask != freqMask {
		*w += 1 << freqShift
	}
	if !r.b.has(flagTouched) {
		tx.noteUse(r.b)
	}
	return r, nil
}

// countLookup counts the keys that commands that read find and miss.
func (tx *Tx) countLookup(found bool) {
	switch {
	case !tx.asks:
	case found:
		tx.Hits++
	default:
		tx.Misses++
	}
}

// useClock is the time that a use of a key is noted with. What the log repeats
// is used when it is repeated.
func (tx *Tx) useClock() uint32 {
	if tx.Replay && !tx.relays {
		return uint32(tx.store.openedMs / 1000)
	}
	return uint32(tx.NowMs / 1000)
}

// Peek is Get that leaves no trace of use.
func (tx *Tx) Peek(name []byte) (Record, error) {
	r, w, err := tx.look(name)
	if w == nil {
		tx.missed(name, err)
	}
	return r, err
}

// Examine is Peek for what is asked of a key itself, not of its value: that it
// is missing is no event.
func (tx *Tx) Examine(name []byte) (Record, error) {
	r, _, err := tx.look(name)
	tx.Examined = true
	return r, err
}

// look finds a key's record and its word, nil if there is no key.
func (tx *Tx) look(name []byte) (Record, *word, error) {
	if len(name) > encoding.MaxKeyBytes {
		return Record{}, nil, ErrKeyTooLong
	}
	at := tx.spot(name)
	if tx.stored != nil {
		return tx.lookStored(at, name)
	}
	sh, err := tx.shard(at)
	if err != nil {
		return Record{}, nil, err
	}
	d := tx.db()
	b, w, err := tx.lookup(sh, d, isRecord, at, name)
	if err != nil {
		return Record{}, nil, err
	}
	overdue := w != nil && !tx.Replay && b.expireAt() != 0 && b.expireAt() <= tx.NowMs
	tx.countLookup(w != nil && !overdue)
	if overdue {
		return Record{}, nil, tx.expire(sh, d, at, name)
	}
	if w == nil {
		return Record{}, nil, nil
	}
	return Record{b}, w, nil
}

// lookStored is look for a transaction on a snapshot.
func (tx *Tx) lookStored(at spot, name []byte) (Record, *word, error) {
	r, err := tx.stored.record(tx.database, at, name)
	if err != nil {
		return Record{}, nil, err
	}
	overdue := r.Exists() && r.ExpireAtMs() != 0 && r.ExpireAtMs() <= tx.NowMs
	tx.countLookup(r.Exists() && !overdue)
	if overdue {
		return Record{}, nil, tx.expire(nil, nil, at, name)
	}
	return r, nil, nil
}

// undeclared ends a run that met a key of a shard that it has not locked, or,
// if the number is negative, that needs all of them.
func (tx *Tx) undeclared(shard int) error {
	tx.again, tx.lacks = errUndeclared, shard
	return errUndeclared
}

// TakesLong is called by a function that is about to do much work. With NoWait
// set it returns an error, which the function has to return too.
func (tx *Tx) TakesLong() error {
	if !tx.NoWait {
		return nil
	}
	tx.again = errLong
	return errLong
}

func (tx *Tx) shard(at spot) (*shard, error) {
	if !tx.holds(at.shard) {
		return nil, tx.undeclared(int(at.shard))
	}
	return &tx.store.shards[at.shard], nil
}

// lookup finds a live block; w is nil if the name does not exist.
func (tx *Tx) lookup(sh *shard, d *db, what uint8, at spot, name []byte) (block, *word, error) {
	t := sh.tableOf(d, what)
	s, i := sh.find(t, at, name)
	if i < 0 {
		if what == isRecord && t.complete() {
			return block{}, nil, nil
		}
		return block{}, nil, tx.miss(sh, d, what, at, name)
	}
	w := &s.words()[i]
	if *w&bitDead != 0 {
		return block{}, nil, nil
	}
	b := sh.at(w.ref())
	if b.has(flagLoading) {
		return block{}, nil, tx.miss(sh, d, what, at, name)
	}
	return b, w, nil
}

// expire deletes a key whose time has come. A View only hides it.
func (tx *Tx) expire(sh *shard, d *db, at spot, name []byte) error {
	if tx.store.hideExpired.Load() > 0 {
		return nil
	}
	key := append([]byte(nil), name...)
	if !tx.write {
		tx.Overdue = append(tx.Overdue, key)
		return nil
	}
	if err := tx.remove(sh, d, isRecord, at, key); err != nil {
		return err
	}
	tx.Expired = append(tx.Expired, key)
	tx.Modified(key, EventExpired, "expired")
	tx.Log(delName, key)
	return nil
}

var delName = []byte("DEL")

// Delete removes a key and tells whether it existed. Nothing is logged.
func (tx *Tx) Delete(name []byte) (bool, error) {
	r, err := tx.Examine(name)
	if err != nil || !r.Exists() {
		return false, err
	}
	at := tx.spot(name)
	return true, tx.remove(&tx.store.shards[at.shard], tx.db(), isRecord, at, name)
}

func (tx *Tx) remove(sh *shard, d *db, what uint8, at spot, name []byte) error {
	_, err := tx.reshape(sh, d, what, at, name, shape{keyLen: len(name)}, 0, 0, flagDead)
	return err
}

// Put makes a key hold a value, whatever it held before; value is copied. It
// never reads from disk. expireAtMs 0 is never.
func (tx *Tx) Put(name []byte, kind encoding.Kind, value []byte, expireAtMs int64) error {
	if len(name) > encoding.MaxKeyBytes {
		return ErrKeyTooLong
	}
	at := tx.spot(name)
	sh, err := tx.shard(at)
	if err != nil {
		return err
	}
	isNew, err := tx.replaces(sh, at, name)
	if err != nil {
		return err
	}
	want := shape{keyLen: len(name), valueLen: len(value), times: expireAtMs != 0}
	b, err := tx.reshape(sh, tx.db(), isRecord, at, name, want, kind, expireAtMs, 0)
	if err != nil {
		return err
	}
	copy(b.value(), value)
	tx.created(tx.database, name, isNew)
	return nil
}

// Resize gives an existing key's value a new length, keeps kind, expire time
// and the bytes up to the shorter of both lengths, fills with zeros, and
// returns the value for changing.
func (tx *Tx) Resize(name []byte, valueLen int) ([]byte, error) {
	r, err := tx.Get(name)
	if err != nil || !r.Exists() {
		return nil, err
	}
	at := tx.spot(name)
	sh := &tx.store.shards[at.shard]
	want := shape{keyLen: len(name), valueLen: valueLen, times: r.ExpireAtMs() != 0}
	kept := r.b.value()[:min(valueLen, r.b.valueLen())] // readable until the transaction ends, wherever the value moves
	b, err := tx.reshape(sh, tx.db(), isRecord, at, name, want, r.b.kind(), r.ExpireAtMs(), 0)
	if err != nil {
		return nil, err
	}
	v := b.value()
	if unsafe.SliceData(v) != unsafe.SliceData(kept) {
		copy(v, kept)
	}
	clear(v[len(kept):])
	return v, nil
}

// SetExpire changes when an existing key expires, 0 for never, and tells
// whether the key exists.
func (tx *Tx) SetExpire(name []byte, expireAtMs int64) (bool, error) {
	r, err := tx.Peek(name)
	if err != nil || !r.Exists() {
		return false, err
	}
	at := tx.spot(name)
	sh := &tx.store.shards[at.shard]
	old, kind := r.b.value(), r.b.kind()
	want := shape{keyLen: len(name), valueLen: len(old), times: expireAtMs != 0}
	b, err := tx.reshape(sh, tx.db(), isRecord, at, name, want, kind, expireAtMs, 0)
	if err != nil {
		return false, err
	}
	if v := b.value(); unsafe.SliceData(v) != unsafe.SliceData(old) {
		copy(v, old)
	}
	return true, nil
}

// Log adds one effect, in the words that a replica receives, for the selected
// database.
func (tx *Tx) Log(args ...[]byte) {
	if !tx.Replay {
		tx.effects.add(tx.database, args, nil)
	}
}

// LogList is Log for words that a list of further arguments follows.
func (tx *Tx) LogList(list [][]byte, words ...[]byte) {
	if !tx.Replay {
		tx.effects.add(tx.database, words, list)
	}
}

// effects collects what a transaction writes to the log.
type effects struct {
	buf      []byte
	count    int
	first    int  // database of the first effect
	selected int  // database of the last
	mixed    bool // there are effects for more than one database

	// Of several commands that stand apart: where the effects of the last one
	// begin.
	loose               bool
	unitStart, unitBase int
}

func (e *effects) reset() { *e = effects{buf: e.buf[:0]} }

// apart ends the effects of one command, which stay together, before those of the
// next.
func (e *effects) apart() {
	if e.count-e.unitBase > 1 {
		unit := append(append(slices.Clone(multi), e.buf[e.unitStart:]...), exec...)
		e.buf = append(e.buf[:e.unitStart], unit...)
	}
	e.loose, e.unitStart, e.unitBase = true, len(e.buf), e.count
}

// parted is what the log gets of commands that stand apart.
func (e *effects) parted() []byte {
	e.apart()
	if e.mixed {
		e.prepend(appendSelect(nil, e.first))
	}
	return e.buf
}

func (e *effects) add(database int, words, list [][]byte) {
	if e.count == 0 {
		e.first, e.selected = database, database
	}
	if database != e.selected {
		e.buf = appendSelect(e.buf, database)
		e.selected, e.mixed = database, true
	}
	e.buf = resp.AppendCommandList(e.buf, words, list)
	e.count++
}
