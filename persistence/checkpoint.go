package persistence

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/sched"
	"github.com/cairndb/cairn/persistence/slab"
)

// checkpointer keeps checkpoints one after another and remembers the last.
type checkpointer struct {
	mu      sync.Mutex // held while one runs
	infoMu  sync.Mutex
	info    CheckpointInfo
	started time.Time   // of the running one; zero if none runs
	want    chan string // reasons to start one
}

// CheckpointInfo tells of the last checkpoint and of all since the start.
type CheckpointInfo struct {
	Offset   int64 // of the log, that the store is at
	At       time.Time
	Synced   time.Time // nothing before Offset was written later
	Took     time.Duration
	Records  int64 // written or deleted by the last one
	Bytes    int64 // of its tables
	Count    int64 // since the start
	Failures int64
	// FailedInARow counts the failures since the last success.
	FailedInARow int64
	Err          error // of the last one
	Running      bool
	Started      time.Time // of the running one
	Reason       string
}

// LastCheckpoint tells of the newest checkpoint.
func (s *Store) LastCheckpoint() CheckpointInfo {
	c := &s.checkpoints
	c.infoMu.Lock()
	defer c.infoMu.Unlock()
	info := c.info
	info.Running, info.Started = !c.started.IsZero(), c.started
	return info
}

// Checkpoint folds everything up to the present log offset into the store,
// in one atomic step, and returns when that is durable. It stops nobody but
// for the seal's microseconds. One runs at a time; a second call waits.
func (s *Store) Checkpoint(reason string) (CheckpointInfo, error) {
	s.checkpoints.mu.Lock()
	defer s.checkpoints.mu.Unlock()
	return s.checkpointLocked(reason)
}

// checkpointLocked is Checkpoint for a caller that keeps others away.
func (s *Store) checkpointLocked(reason string) (CheckpointInfo, error) {
	c := &s.checkpoints
	start := s.opts.Now()
	c.setStarted(start)
	defer c.setStarted(time.Time{})
	s.reap()
	if err := s.resolveAll(); err != nil {
		return s.checkpointFailed(err)
	}
	j := s.seal()
	err := j.run()
	if err != nil {
		j.unseal()
		return s.checkpointFailed(err)
	}
	j.finish()
	s.arena.Release(s.hotBytes.Load() / spareShare)
	s.mindRoom()
	info := c.succeeded(j, reason, start, s.opts.Now())
	s.trimLocked()
	return info, nil
}

// spareShare is the part of the hot tier's share that stays in unused pages
// after a checkpoint, whose copies of changed blocks have just been freed.
const spareShare = 256

func (c *checkpointer) setStarted(at time.Time) {
	c.infoMu.Lock()
	c.started = at
	c.infoMu.Unlock()
}

func (c *checkpointer) succeeded(j *job, reason string, start, end time.Time) CheckpointInfo {
	c.infoMu.Lock()
	defer c.infoMu.Unlock()
	c.info = CheckpointInfo{
		Offset: j.meta.Offset, At: end, Synced: j.synced, Took: end.Sub(start), Records: j.records, Bytes: j.bytes,
		Count: c.info.Count + 1, Failures: c.info.Failures, Reason: reason,
	}
	return c.info
}

func (s *Store) checkpointFailed(err error) (CheckpointInfo, error) {
	s.freeRoomLocked()
	c := &s.checkpoints
	c.infoMu.Lock()
	defer c.infoMu.Unlock()
	c.info.Failures++
	c.info.FailedInARow++
	c.info.Err = err
	s.opts.Logf("checkpoint failed, everything stays in RAM and in the log: %v", err)
	return c.info, fmt.Errorf("checkpoint: %w", err)
}

// job is one checkpoint on its way.
type job struct {
	store   *Store
	meta    encoding.Meta
	dbs     []*db              // as they were at the seal, by physical id
	deadDBs []uint32           // physical ids to delete
	buried  []ownedObject      // objects that have died, in order
	stored  [shardCount]uint64 // numbers up to which objects may be in the tables
	swept   int64              // expiry hints before this time are to go
	stale   [shardCount][]staleHint
	hints   []hintChange
	records int64
	bytes   int64
	synced  time.Time // when the log was, up to the seal
	out     *tableWriter
	built   *builtTables // of a bulk that this checkpoint makes part of the store, or nil
}

// seal draws the line: what was changed before it belongs to this checkpoint,
// what is changed after it to the next.
func (s *Store) seal() *job {
	s.lockAll()
	defer s.unlockAll()
	return s.sealLocked()
}

func (s *Store) sealLocked() *job {
	offset, selected := s.log.Position()
	s.log.Reselect() // who joins at this offset does not know what is selected
	j := &job{store: s, deadDBs: s.deadDBs, swept: s.sweep.touched()}
	s.deadDBs = nil
	j.takeDead()
	j.meta = encoding.Meta{Offset: offset, Selected: uint32(max(selected, 0)), HashSeed: s.hashSeed,
		CreatedMs: s.created, NextPhysical: s.nextPhysical, NextObject: make([]uint64, shardCount),
		Functions: s.functions.Load().Codes}
	for i := range s.shards {
		j.stale[i], s.shards[i].stale = s.shards[i].stale, nil
		j.stored[i], s.shards[i].sealedObject = s.shards[i].sealedObject, s.shards[i].nextObject
		s.shards[i].seal()
		j.meta.NextObject[i] = s.shards[i].nextObject
	}
	for n, d := range s.logicals {
		j.dbs = append(j.dbs, d)
		j.meta.Databases = append(j.meta.Databases, d.meta(n))
	}
	j.meta.LogEpoch = s.logEpoch
	slices.SortFunc(j.dbs, func(a, b *db) int { return cmp.Compare(a.physical, b.physical) })
	return j
}

func (sh *shard) seal() {
	sh.current ^= stateMask
	sh.seals++
	sh.sealing = true
	sh.sealedHints, sh.hints = sh.hints, nil
	sh.sealedChanges, sh.changes = sh.changes, 0
	sh.dirtyBytes = 0
}

func (d *db) meta(logical int) encoding.MetaDatabase {
	m := encoding.MetaDatabase{Logical: uint32(logical), Physical: d.physical,
		Keys: make([]int64, shardCount), Expires: make([]int64, shardCount)}
	for i := range d.keys {
		m.Keys[i], m.Expires[i] = d.keys[i].live, d.keys[i].expires
	}
	return m
}

// run writes the tables and ingests them.
func (j *job) run() error {
	s := j.store
	if err := s.log.Sync(j.meta.Offset); err != nil {
		return err
	}
	j.synced = s.opts.Now()
	return j.write()
}

// write writes the tables and ingests them. The log is synced up to the seal.
func (j *job) write() error {
	defer sched.Patient()()
	j.out = newTableWriter(j.store)
	if err := j.writeAll(); err != nil {
		j.out.discard()
		return err
	}
	return j.ingest()
}

// ingest makes the written tables part of the store in one step. It is durable
// when this returns.
func (j *job) ingest() error {
	paths, bytes, err := j.out.finish()
	if err == nil {
		err = j.store.tables.Ingest(context.Background(), paths)
	}
	if err != nil {
		j.out.discard()
		return err
	}
	j.bytes, j.records = bytes, j.out.records
	if j.built != nil {
		j.bytes, j.records = j.bytes+j.built.bytes, j.records+j.built.rows
	}
	return nil
}

// writeAll writes in the order of the store's keys: records, Meta, nodes,
// expiry hints.
func (j *job) writeAll() error {
	if err := j.writeTables(isRecord); err != nil {
		return err
	}
	if err := j.out.set(encoding.AppendMetaKey(nil), encoding.AppendMeta(nil, &j.meta)); err != nil {
		return err
	}
	if err := j.writeTables(isNode); err != nil {
		return err
	}
	return j.writeHints()
}

// writeTables writes all databases' records or nodes, and the deletion of all
// that the dead ones have.
func (j *job) writeTables(what uint8) error {
	dead := slices.Clone(j.deadDBs)
	slices.Sort(dead)
	for _, d := range j.dbs {
		for len(dead) > 0 && dead[0] < d.physical {
			if err := j.deleteDB(dead[0], what); err != nil {
				return err
			}
			dead = dead[1:]
		}
		span := encoding.DatabaseSpans(d.physical)[what-isRecord]
		if err := j.spliceBuilt(span[0]); err != nil {
			return err
		}
		for i := range j.store.shards {
			if err := j.writeTable(&j.store.shards[i], d, what); err != nil {
				return err
			}
		}
	}
	for _, id := range dead {
		if err := j.deleteDB(id, what); err != nil {
			return err
		}
	}
	return nil
}

// spliceBuilt adds the tables of a bulk whose keys begin with span.
func (j *job) spliceBuilt(span []byte) error {
	if j.built == nil {
		return nil
	}
	return j.out.splice(j.built.pathsOf(span))
}

func (j *job) deleteDB(physical uint32, what uint8) error {
	span := encoding.DatabaseSpans(physical)[what-isRecord]
	return j.out.deleteRange(span[0], span[1])
}

// sealedBlock is a block to be written, with what it is sorted by.
type sealedBlock struct {
	order uint64
	ref   slab.Ref
}

func (j *job) writeTable(sh *shard, d *db, what uint8) error {
	list := sh.listSealed(d, what)
	if len(list) == 0 && (what == isRecord || len(j.buried) == 0) {
		return nil
	}
	for i := range list {
		list[i].order = j.store.spotOf(sh.at(list[i].ref)).order
	}
	if what == isNode {
		slices.SortFunc(list, func(a, b sealedBlock) int { return slices.Compare(sh.at(a.ref).key(), sh.at(b.ref).key()) })
		return j.writeNodes(sh, d, list)
	}
	slices.SortFunc(list, func(a, b sealedBlock) int {
		if a.order != b.order {
			return cmp.Compare(a.order, b.order)
		}
		return slices.Compare(sh.at(a.ref).key(), sh.at(b.ref).key())
	})
	return j.writeRecords(sh, d, list)
}

// listSealed lists a table's sealed blocks. They stay where they are, and as
// they are, until the checkpoint ends, so they are read without the lock.
func (sh *shard) listSealed(d *db, what uint8) []sealedBlock {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	t := sh.tableOf(d, what)
	var list []sealedBlock
	sh.eachIn(t, sh.sealed(), func(_ segment, w *word) { list = append(list, sealedBlock{ref: w.ref()}) })
	for _, r := range t.displaced {
		list = append(list, sealedBlock{ref: r})
	}
	return list
}

// eachIn calls fn for every word in a dirty state.
func (sh *shard) eachIn(t *table, state word, fn func(s segment, w *word)) {
	sh.segments(t, 0, func(s segment, _ uint64) bool {
		if *s.dirty()&dirtyBit(state) == 0 {
			return true
		}
		words := s.words()
		for i := range words {
			if words[i] != 0 && words[i].state() == state {
				fn(s, &words[i])
			}
		}
		return true
	})
}

func (j *job) writeRecords(sh *shard, d *db, list []sealedBlock) error {
	if err := j.resolveSealed(sh, d, list); err != nil {
		return err
	}
	for _, item := range list {
		b := sh.at(item.ref)
		p := spot{order: item.order, shard: sh.no}.place()
		j.noteHints(d, p, b)
		j.out.key = encoding.AppendRecordKey(j.out.key[:0], d.physical, p, b.key())
		if err := j.writeRecord(b); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) writeRecord(b block) error {
	if !b.live() {
		if b.has(flagNotStored) {
			return nil
		}
		return j.out.delete(j.out.key)
	}
	j.out.value = encoding.AppendRecord(j.out.value[:0],
		encoding.Record{Kind: b.kind(), ExpireAtMs: b.expireAt(), Payload: b.value()})
	return j.out.set(j.out.key, j.out.value)
}

func (j *job) writeNodes(sh *shard, d *db, list []sealedBlock) error {
	dead := j.deadIn(d, sh)
	for _, item := range list {
		b := sh.at(item.ref)
		var err error
		if dead, err = j.deleteObjects(dead, objectOfNode(b)); err != nil {
			return err
		}
		if j.isDead(d, b) {
			continue
		}
		j.out.key = append(encoding.AppendNodeKey(j.out.key[:0], d.physical, 0, 0)[:5], b.key()...)
		switch {
		case b.live():
			err = j.out.set(j.out.key, b.value())
		case !b.has(flagNotStored):
			err = j.out.delete(j.out.key)
		}
		if err != nil {
			return err
		}
	}
	_, err := j.deleteObjects(dead, maxObject)
	return err
}

// maxObject is greater than all objects.
const maxObject = ^Object(0)

// finish makes what was written clean, under one shard's lock at a time.
func (j *job) finish() {
	for i := range j.store.shards {
		sh := &j.store.shards[i]
		sh.mu.Lock()
		for _, d := range j.dbs {
			sh.markClean(&d.keys[i])
			sh.markClean(&d.nodes[i])
		}
		sh.sealing = false
		sh.sealedHints, sh.sealedChanges = nil, 0
		sh.mu.Unlock()
	}
	j.store.evictor.refresh()
	j.clearGraves()
	j.store.sweep.restart()
}

// markClean turns a table's sealed words clean. Deletions have served. The
// blocks are not looked at: the flags that concern dirty blocks have no meaning
// in clean ones.
func (sh *shard) markClean(t *table) {
	sealed := sh.sealed()
	sh.segments(t, 0, func(s segment, _ uint64) bool {
		if *s.dirty()&dirtyBit(sealed) != 0 {
			*s.dirty() &^= dirtyBit(sealed)
			sh.cleanSegment(t, s, sealed)
		}
		return true
	})
	for _, r := range t.displaced {
		sh.free(r)
	}
	t.displaced = nil
}

func (sh *shard) cleanSegment(t *table, s segment, sealed word) {
	words := s.words()
	for i := 0; i < len(words); {
		w := words[i]
		if w == 0 || w.state() != sealed {
			i++
			continue
		}
		words[i] = w.withState(clean)
		if w&bitDead != 0 {
			sh.removeAt(t, s, i) // another word may have moved here: look again
			sh.free(w.ref())
			continue
		}
		i++
	}
}

// unseal gives a failed checkpoint's blocks back to the present epoch.
func (j *job) unseal() {
	s := j.store
	s.lockAll()
	defer s.unlockAll()
	s.deadDBs = append(s.deadDBs, j.deadDBs...)
	s.graves.add(j.buried...)
	for i := range s.shards {
		sh := &s.shards[i]
		for _, d := range j.dbs {
			sh.unsealTable(d, isRecord)
			sh.unsealTable(d, isNode)
		}
		sh.sealing = false
		sh.stale = append(sh.stale, j.stale[i]...)
		for _, h := range sh.sealedHints {
			sh.pushHint(h)
		}
		sh.sealedHints = nil
		sh.changes += sh.sealedChanges
		sh.sealedChanges = 0
	}
}

func (sh *shard) unsealTable(d *db, what uint8) {
	t := sh.tableOf(d, what)
	sh.eachIn(t, sh.sealed(), func(s segment, w *word) {
		*w = w.withState(sh.current)
		*s.dirty() |= dirtyBit(sh.current)
		sh.dirtyBytes += footprint(sh.at(w.ref()))
	})
	for _, r := range t.displaced {
		sh.inherit(d, t, sh.at(r))
		sh.free(r)
	}
	t.displaced = nil
}

// inherit tells the block that has replaced a sealed one what the store has for
// the key: that block counted on the checkpoint to write the sealed one.
func (sh *shard) inherit(d *db, t *table, sealed block) {
	at := sh.store.spotOf(sealed)
	s, i := sh.find(t, at, sealed.key())
	if i < 0 || sh.at(s.words()[i].ref()).has(flagUnknown) {
		return // it was deleted, the store did not have it, and all was forgotten
	}
	b := sh.at(s.words()[i].ref())
	const known = flagUnknown | flagNotStored
	*b.flags() = *b.flags()&^known | *sealed.flags()&known
	switch stored := sealed.storedExpire(); {
	case b.has(flagTimes):
		b.setTimes(b.expireAt(), stored)
	case stored != 0:
		sh.stale = append(sh.stale, staleHint{stored, d.physical, at.place(), slices.Clone(b.key())})
	}
}
